"""What silences a judge is listed when it is new: in comments and code, never in strings."""

from __future__ import annotations

from pathlib import Path

import pytest

from coding_standards.engines.source import Source
from coding_standards.languages import NAMES, find_language
from coding_standards.report import SUPPRESSION
from coding_standards.suppressions.ledger import Weights, list_suppressions, rule_ids
from tests.support.repositories import make_repository, run_gate

FORMS = {
    "python": {
        "noqa": "import os  # noqa: F401\n",
        "ruff": "# ruff: noqa-not\n# ruff: disable[E501]\n",
        "type-ignore": "x: int = 'a'  # why not  # type: ignore[assignment]\n",
        "no-type-check": "@typing.no_type_check\ndef f():\n    pass\n",
        "pylint": "# pylint: disable=invalid-name\n",
        "nosec": "run(x)  # nosec B603\n",
        "coverage": "if x:  # pragma: no cover\n    pass\n",
        "formatter": "# fmt: off\n",
        "skipped-test": "@pytest.mark.skipif(True, reason='x')\ndef test_a():\n    pass\n",
    },
    "javascript": {
        "eslint": "/* eslint-disable no-var */\n",
        "oxlint": "x(); // oxlint-disable-line\n",
        "biome": "// biome-ignore lint/x: y\n",
        "coverage": "/* istanbul ignore next */\n",
        "skipped-test": "describe.skip('a', () => {});\n",
    },
    "typescript": {
        "ts-ignore": "// @ts-expect-error\nf();\n",
        "eslint": "f(); // eslint-disable-line\n",
        "skipped-test": "xit('a', () => {});\n",
    },
    "go": {
        "nolint": "package a\n\nfunc f() {} //nolint:errcheck\n",
        "staticcheck": "package a\n\n//lint:ignore SA1000 x\nfunc f() {}\n",
        "gosec": "package a\n\nfunc f() {} // #nosec G404\n",
        "skipped-test": 'package a\n\nfunc TestA(t *testing.T) { t.Skip("x") }\n',
    },
    "java": {
        "suppress-warnings": '@SuppressWarnings("unchecked")\nclass A {}\n',
        "nosonar": "class A {} // NOSONAR\n",
        "checkstyle": "// CHECKSTYLE:OFF\nclass A {}\n",
        "skipped-test": "class A { @Disabled @Test void a() {} }\n",
    },
    "rust": {
        "allow": "#[allow(dead_code)]\nfn f() {}\n",
        "formatter-skip": "#[rustfmt::skip]\nfn f() {}\n",
        "skipped-test": "#[test]\n#[ignore]\nfn f() {}\n",
    },
    "sql": {"sqlfluff": "SELECT 1; -- noqa: LT01\n"},
    "html": {"html-validate": "<!-- html-validate-disable-next no-inline-style -->\n<p>x</p>\n"},
    "css": {"stylelint": "/* stylelint-disable-next-line */\na { color: red }\n"},
}
CASES = [(language, name, code) for language, forms in FORMS.items() for name, code in forms.items()]


@pytest.mark.parametrize(("language", "name", "code"), CASES)
def test_each_form_is_found_where_it_stands(language: str, name: str, code: str) -> None:
    found = list_suppressions(Source(code, find_language(language)), Weights())
    assert SUPPRESSION + name in {one.rule for one in found}
    assert all(one.severity == "warning" and one.line for one in found)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", 's = "# noqa"\n"""type: ignore"""\n# Nobody writes noqa here.\nskip(x)\n'),
        ("javascript", 'const s = "// eslint-disable";\nconst t = `@ts-ignore`;\nqueue.skip(1);\n'),
        ("go", 'package a\n\nvar s = "//nolint"\n\nfunc f() { scanner.Skip(1) }\n'),
        ("rust", 'fn f() { let s = "#[allow(x)]"; allow(s); }\n'),
        ("java", 'class A { String s = "@SuppressWarnings // NOSONAR"; }\n'),
        ("sql", "SELECT '-- noqa';\n"),
        ("css", 'a::before { content: "stylelint-disable" }\n'),
    ],
)
def test_words_in_a_string_and_names_of_other_things_silence_nobody(language: str, code: str) -> None:
    assert list_suppressions(Source(code, find_language(language)), Weights()) == []


def test_there_is_a_table_for_every_language() -> None:
    assert FORMS.keys() == set(NAMES)
    named = {SUPPRESSION + name for forms in FORMS.values() for name in forms}
    assert named <= rule_ids()


def test_a_change_lists_what_it_silences_and_not_what_was_silenced_before(tmp_path: Path) -> None:
    before = '"""A."""\n\nimport os  # noqa: F401\n'
    repository = make_repository(tmp_path, {"a.py": before})
    assert "suppression-" not in run_gate(tmp_path, "--check").output
    repository.write({"a.py": before + "import sys  # noqa: F401\n"})
    ran = run_gate(tmp_path, "--check", "--changed", "--format", "json")
    assert [(one["line"], one["rule"]) for one in ran.data["findings"]] == [(4, "suppression-noqa")]
    assert ran.code == 0
    assert run_gate(tmp_path, "--check", "--changed", "--strict").code == 1


def test_a_team_decides_what_a_suppression_is_worth(tmp_path: Path) -> None:
    make_repository(tmp_path / "project").write({"a.py": '"""A."""\n\nimport os  # noqa: F401\n'})
    team = tmp_path / "team"
    team.mkdir()
    (team / "standards.yml").write_text("severity: {suppression-noqa: error}\n")
    ran = run_gate(tmp_path / "project", "--check", "--changed", STANDARDS_DIR=str(team))
    assert ran.code == 1
    assert "is no rule" not in ran.output
    (team / "standards.yml").write_text("disable: [suppression-noqa]\n")
    ran = run_gate(tmp_path / "project", "--check", "--changed", STANDARDS_DIR=str(team))
    assert (ran.code, "suppression-noqa" in ran.output) == (0, False)
