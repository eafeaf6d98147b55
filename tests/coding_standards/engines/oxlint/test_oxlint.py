"""Oxlint as an engine: what a rule may say, what is excepted, and what comes of an oxlint that cannot work."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from coding_standards.checks.checker import Ruleset, check
from coding_standards.engines import process as linter
from coding_standards.engines import run as engines
from coding_standards.engines.oxlint import engine as oxlint
from coding_standards.engines.oxlint import process as oxlint_process
from coding_standards.engines.oxlint.process import OxlintProcess
from coding_standards.engines.run import EngineUnavailableError
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.report import PARSES
from coding_standards.rules import Rule, RuleError, parse_rules
from coding_standards.standards import Item

JAVASCRIPT = find_language("javascript")
HEAD = "id: t\nlanguage: JavaScript\nengine: oxlint\nitems: [T-001]\nmessage: M.\n"
DEBUGGER = "codes: [eslint/no-debugger]\n"


def rule(body: str) -> Rule:
    rules, problems = parse_rules(HEAD + body, "team.yml")
    assert problems == []
    return rules[0]


def lines(code: str, body: str) -> list[int]:
    outcome = engines.run_engine("oxlint", Source(code, JAVASCRIPT), [rule(body)])
    assert outcome.notes == ()
    return [found.line for found in outcome.findings]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("codes: []\n", "must list rules of oxlint"),
        ("codes: [eslint/no-such-rule]\n", "has no rule 'eslint/no-such-rule'"),
        ("codes: [typescript/no-floating-promises]\n", "that needs no types"),
        ("codes: [eslint/eqeqeq]\noptions: {eslint/eqeqeq: [sometimes]}\n", "Invalid configuration for rule `eqeqeq`"),
        ("codes: [eslint/eqeqeq]\noptions: {eslint/eqeqeq: always}\n", "the list of its options"),
        ("codes: [eslint/eqeqeq]\noptions: {eslint/no-var: []}\n", "which is none of its codes"),
        (f"{DEBUGGER}pattern: debugger\n", "unknown key 'pattern'"),
        (f"{DEBUGGER}unless: {{inside: {{kind: no_such_kind}}}}\n", "unless: "),
    ],
)
def test_a_rule_that_oxlint_cannot_judge_is_refused_with_the_reason(body: str, reason: str) -> None:
    with pytest.raises(RuleError, match=r"team\.yml: t: ") as error:
        oxlint.compile_rule(rule(body), JAVASCRIPT)
    assert reason in str(error.value)


def test_only_javascript_and_typescript_are_judged() -> None:
    with pytest.raises(RuleError, match="JavaScript and TypeScript only"):
        oxlint.compile_rule(rule(DEBUGGER), find_language("go"))


def test_what_a_rule_excepts_is_not_found_and_all_else_is() -> None:
    code = "debugger;\nif (a) {\n  debugger;\n}\nit('stops', () => {\n  debugger;\n});\n"
    assert lines(code, DEBUGGER) == [1, 3, 6]
    body = f"{DEBUGGER}unless:\n  inside: {{stopBy: end, any: [{{kind: if_statement}}, {{matches: test}}]}}\n"
    utils = "utils:\n  test: {kind: call_expression, has: {field: function, regex: ^it$}}\n"
    assert lines(code, body + utils) == [1]


def test_the_options_of_a_rule_reach_oxlint() -> None:
    code = "if (a == null) b();\nif (a == 1) b();\n"
    assert lines(code, "codes: [eslint/eqeqeq]\n") == [1, 2]
    assert lines(code, 'codes: [eslint/eqeqeq]\noptions: {eslint/eqeqeq: [always, {"null": ignore}]}\n') == [2]


def test_a_rule_for_several_languages_is_one_for_each_with_its_own_items() -> None:
    text = "{id: t, language: [JavaScript, TypeScript], items: [JS-001, TS-008, GEN-013], message: M., rule: {kind: a}}"
    rules, problems = parse_rules(text, "team.yml")
    assert problems == []
    assert [(one.id, one.language, one.items) for one in rules] == [
        ("javascript-t", "javascript", ("JS-001", "GEN-013")),
        ("typescript-t", "typescript", ("TS-008", "GEN-013")),
    ]


@pytest.mark.parametrize("command", [(os.devnull + "/oxlint",), ("false",), ("sleep", "600")])
def test_an_oxlint_that_cannot_work_proves_nothing_and_says_so(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linter, "_command", lambda _: command)
    monkeypatch.setattr(linter, "TIMEOUT_S", 0.0)
    rules = (rule(DEBUGGER),)
    items = tuple(Item(id=name, title=name, text="", section="") for name in (PARSES, "T-001"))
    report = check("debugger;\n", JAVASCRIPT, Ruleset(rules=rules, items=items))
    assert [item.outcome for item in report.rules] == ["not_checkable", "not_checkable"]
    (note,) = report.notes
    assert note.startswith("oxlint: ")


def test_a_text_that_nests_too_deeply_for_oxlint_proves_nothing() -> None:
    report = check("(" * 150_000, JAVASCRIPT, Ruleset(rules=(rule(DEBUGGER),)))
    assert report.notes == (
        "oxlint: broke off, and its rules were not checked: the code nests too deeply for it; split it",
    )


def test_a_long_sum_is_no_depth_that_oxlint_breaks_off_at() -> None:
    assert lines("debugger;\nx = " + "a + " * 5_000 + "1;\n", DEBUGGER) == [1]


def test_a_stuck_oxlint_is_ended_and_its_files_are_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(linter, "_command", lambda _: ("sleep", "600"))
    monkeypatch.setattr(linter, "TIMEOUT_S", 0.0)
    monkeypatch.setattr(linter, "_LAST_WAIT_S", 0.0)
    monkeypatch.setattr(oxlint_process, "_MEMORY", tmp_path)
    with OxlintProcess({"a.js": "let a;\n"}, {}) as process:
        (directory,) = tmp_path.iterdir()
        assert sorted(path.name for path in directory.iterdir()) == ["a.js", "oxlint.json"]
        assert directory.stat().st_mode & 0o077 == 0 or os.name == "nt"
        with pytest.raises(EngineUnavailableError):
            process.diagnostics()
    assert process.is_ended
    assert list(tmp_path.iterdir()) == []


def test_without_memory_for_files_the_temporary_directory_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(oxlint_process, "_MEMORY", tmp_path / "missing")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert lines("debugger;\n", DEBUGGER) == [1]


def test_one_run_judges_many_files_each_for_itself() -> None:
    files = {"a.js": "let a;\nlet a;\n", "b.mjs": "debugger;\n", "c.js": "start();\n"}
    with OxlintProcess(files, {"eslint/no-debugger": "error"}) as process:
        found = process.diagnostics()
    assert {name: [one.name for one in ones] for name, ones in found.items()} == {
        "a.js": [""],
        "b.mjs": ["eslint/no-debugger"],
        "c.js": [],
    }
