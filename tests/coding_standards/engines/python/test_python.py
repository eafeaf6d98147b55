"""Python's syntax and the rules that ruff judges, by the real compiler and the real ruff."""

from __future__ import annotations

import threading
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from coding_standards.engines import run as engines
from coding_standards.engines.python import syntax as python
from coding_standards.engines.ruff import engine as ruff
from coding_standards.engines.run import EngineUnavailableError
from coding_standards.engines.source import CheckSettings, Source
from coding_standards.languages import find_language
from coding_standards.rules import Rule, RuleError, parse_rules

PYTHON = find_language("python")


def rule(codes: str, severity: str = "error") -> Rule:
    text = f"id: r-{codes}\nlanguage: Python\nengine: ruff\nseverity: {severity}\nmessage: M.\ncodes: [{codes}]\n"
    rules, problems = parse_rules(text, "team.yml")
    assert problems == []
    return rules[0]


def source(code: str, path: str | None = None, config: Path | None = None) -> Source:
    return Source(code, PYTHON, path, None, CheckSettings(ruff_config=config))


@pytest.mark.parametrize(
    "code",
    [
        "a = 1\n",
        "\ufeffa = 1\r\nb = 2\r\n",
        "text = '\ud800'\n",
        "text = '\\d'\n",
        "# -*- coding: latin-1 -*-\na = 'ä'\n",
        "def f[T](a: T) -> T:\n    return a\n",
        "text = t'{a}'\n",
        "try:\n    a()\nexcept OSError, ValueError:\n    b()\n",
    ],
)
def test_valid_python_is_accepted_also_when_it_is_newer_than_this_interpreter(code: str) -> None:
    assert python.syntax(source(code)).findings == ()


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ("def f():", 1, 9),
        ("a = 1\nprint 'x'\n", 2, 1),
        ("return 1\n", 1, 1),
        ("a = (1\n", 1, 5),
        ("async def f():\n    pass\nawait f()\n", 3, 1),
        ("a = 1\0\n", 1, 1),
    ],
)
def test_broken_python_is_found_at_its_place(code: str, line: int, column: int) -> None:
    found = python.syntax(source(code)).findings
    assert [(one.rule, one.severity, one.items) for one in found] == [("syntax", "error", ("GEN-005",))]
    assert (found[0].line, found[0].column) == (line, column)


@pytest.mark.parametrize("code", ["(" * 100_000, "-" * 100_000 + "1", "a" + ".b" * 90_000, "1+" * 90_000 + "1"])
def test_nesting_without_end_is_a_finding_and_no_crash(code: str) -> None:
    assert len(python.syntax(source(code)).findings) <= 1


def test_warnings_of_the_compiler_stay_inside_also_in_threads() -> None:
    before = list(warnings.filters)
    checks = [threading.Thread(target=python.syntax, args=(source("a = 1 is 1\nb = '\\d'\n"),)) for _ in range(8)]
    for check in checks:
        check.start()
    for check in checks:
        check.join()
    assert warnings.filters == before


def test_one_run_of_ruff_serves_all_rules_and_maps_findings_back() -> None:
    code = "import os\n\ntry:\n    print(1)\nexcept:\n    print(2)\n"
    found = ruff.run(source(code), [rule("F401", "warning"), rule("E722")])
    assert {(one.rule, one.severity, one.line, one.excerpt) for one in found} == {
        ("r-F401", "warning", 1, "import os"),
        ("r-E722", "error", 5, "except:"),
    }
    assert all(one.message.startswith("M. (ruff ") for one in found)


def test_a_code_that_two_rules_name_is_found_by_both() -> None:
    found = ruff.run(source("import os\n"), [rule("F401"), rule("F4")])
    assert [one.rule for one in found] == ["r-F401", "r-F4"]


def test_columns_count_characters_not_bytes() -> None:
    found = ruff.run(source("'ä😀'; a == None\n"), [rule("E711")])
    assert [(one.line, one.column) for one in found] == [(1, 12)]


def test_syntax_errors_are_not_reported_by_ruff_a_second_time() -> None:
    assert ruff.run(source("def f(:\n"), [rule("F401")]) == []


@pytest.mark.parametrize(
    "code",
    [
        "import os  # noqa: F401\n",
        "import os  # NOQA:E501,F401\n",
        "import os  # noqa: E501 F401 for its effect\n",
        "from os import (  # noqa: F401\n    path,\n    sep,\n)\n",
    ],
)
def test_a_code_that_is_named_at_its_line_is_not_reported_there(code: str) -> None:
    assert ruff.run(source(code), [rule("F401")]) == []


@pytest.mark.parametrize(
    "code",
    [
        "# ruff: noqa\nimport os\n",
        "# ruff: noqa: F401\nimport os\n",
        "# flake8: noqa\nimport os\n",
        "# ruff: disable[F401]\nimport os\n",
        "import os  # noqa\n",
        "import os  # noqa : all of it\n",
        "import os  # noqa: E501\n",
        "# noqa: F401\nimport os\n",
        "import os; '# noqa: F401'\n",
    ],
)
def test_no_wider_comment_in_the_code_silences_a_rule(code: str) -> None:
    assert [one.rule for one in ruff.run(source(code), [rule("F401")])] == ["r-F401"]


def security(codes: str) -> Rule:
    return replace(rule(codes), items=("PY-018", "SEC-007"))


@pytest.mark.parametrize("reason", ["", " - ok", "  # nosec B506", "  # type: ignore[no-any-return]"])
def test_a_security_rule_wants_the_reason_behind_its_code(reason: str) -> None:
    found = ruff.run(source(f"import yaml\n\nyaml.load('a')  # noqa: S506{reason}\n"), [security("S506")])
    assert [one.line for one in found] == [3]
    assert found[0].message.endswith("; a `noqa` is heeded here only with its reason behind it)")


@pytest.mark.parametrize("reason", [" - a file of our own", "  # nosec  # written by this program"])
def test_a_security_rule_heeds_a_code_with_a_reason(reason: str) -> None:
    assert ruff.run(source(f"import yaml\n\nyaml.load('a')  # noqa: S506{reason}\n"), [security("S506")]) == []


@pytest.mark.parametrize("comment", ["  # noqa", "  # noqa: T201", "\n# ruff: noqa"])
def test_what_a_team_selected_itself_heeds_its_comments_as_ruff_does(tmp_path: Path, comment: str) -> None:
    config = tmp_path / "ruff.toml"
    config.write_text('[lint]\nselect = ["T201", "F401"]\n', encoding="utf-8")
    found = ruff.run(source(f"import os\nprint(1){comment}\n", config=config), [rule("F401")])
    assert [one.rule for one in found] == ["r-F401"]


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ("F822", "__all__ = ['late']\n\n\ndef __getattr__(name: str) -> object:\n    return name\n"),
        ("F822", "__all__ = ['late']\nglobals()['la' + 'te'] = 1\n"),
        ("F821", "print(_('hello'))\n"),
        ("F821", "globals().update(vars(module))\nprint(name)\n"),
        ("F821", "from x import Float, Tensor\n\na: Float[Tensor, 'batch']\n"),
        ("F821", "from jaxtyping import Float\nfrom x import Tensor\n\na: Float[Tensor, 'B']\n"),
        ("B015", "with pytest.raises(TypeError):\n    a < None\n"),
        (
            "B015",
            "with pytest.raises(\n    TypeError, match='x'\n):\n    for a in b:\n        # why\n        a < None\n",
        ),
        ("B015", "try:\n    a < b\nexcept TypeError:\n    pass\n"),
        ("B015", "with raises(TypeError): a < None\n"),
        ("S301", "import pickle\n\na = pickle.loads(pickle.dumps(1))\n"),
    ],
)
def test_what_ruff_cannot_know_is_not_claimed(codes: str, code: str) -> None:
    assert ruff.run(source(code), [rule(codes)]) == []


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ("F821", "a: list['Missing'] = []\n"),
        ("F821", "print(globals()['a'] == 1, name)\n"),
        ("F821", "a: dict[str, 'Missing'] = {}\n"),
        ("F821", "a: list['np.ndarray'] = []\n"),
        ("B015", "def f(a: int) -> None:\n    with x:\n        g()\n    a == 1\n"),
        ("B015", "async def f() -> None:\n    async with g() as h:\n        await h.read() == b'1'\n"),
        ("B015", "try:\n    f()\nexcept OSError:\n    a == 1\n"),
    ],
)
def test_what_ruff_does_know_is_reported(codes: str, code: str) -> None:
    assert [one.rule for one in ruff.run(source(code), [rule(codes)])] == [f"r-{codes}"]


@pytest.mark.parametrize("path", ["-x.py", "a\0b.py", "../../up.py", "C:\\x\\y.py", "notes.ipynb", ""])
def test_no_path_can_confuse_ruff(path: str) -> None:
    assert [one.rule for one in ruff.run(source("import os\n", path), [rule("F401")])] == ["r-F401"]


def test_the_teams_configuration_adds_its_own_selection(tmp_path: Path) -> None:
    config = tmp_path / "ruff.toml"
    config.write_text('[lint]\nselect = ["T201"]\n', encoding="utf-8")
    found = ruff.run(source("import os\nprint(1)\n", config=config), [rule("F401")])
    assert [(one.rule, one.severity, one.line) for one in found] == [
        ("r-F401", "error", 1),
        ("ruff-T201", "warning", 2),
    ]


def test_a_broken_configuration_leaves_the_rules_unjudged_and_is_named(tmp_path: Path) -> None:
    config = tmp_path / "ruff.toml"
    config.write_text("[lint\n", encoding="utf-8")
    with pytest.raises(EngineUnavailableError, match=r"ruff\.toml; correct that file"):
        ruff.run(source("import os\n", config=config), [rule("F401")])
    outcome = engines.run_engine("ruff", source("import os\n", config=config), [rule("F401")])
    assert outcome.ran == {"r-F401": "not_judged"}
    assert len(outcome.notes) == 1


def test_the_keys_of_the_environment_do_not_reach_ruff(monkeypatch: pytest.MonkeyPatch) -> None:
    # Ruff itself reads variables such as this one, which shows whether the environment was passed on.
    monkeypatch.setenv("RUFF_OUTPUT_FILE", "leak.json")
    assert [one.rule for one in ruff.run(source("import os\n"), [rule("F401")])] == ["r-F401"]


@pytest.mark.parametrize(
    ("codes", "reason"), [("E99999", "no stable rule 'E99999'"), ("ANN101", "no stable rule"), ("", "must list ruff")]
)
def test_a_rule_that_ruff_does_not_know_is_refused(codes: str, reason: str) -> None:
    with pytest.raises(RuleError, match=f"team.yml: r-{codes}: .*{reason}"):
        ruff.compile_rule(rule(codes), PYTHON)


def test_a_ruff_rule_for_another_language_is_refused() -> None:
    with pytest.raises(RuleError, match="Python only"):
        ruff.compile_rule(rule("E722"), find_language("go"))
