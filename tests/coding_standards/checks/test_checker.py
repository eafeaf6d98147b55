"""The report as a whole: which items pass, fail or stay open, and that nothing is claimed that was not judged."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from coding_standards.checks.checker import MAX_FINDINGS_PER_RULE, CodeTooLongError, Ruleset, check, ruleset_for
from coding_standards.engines.source import CheckSettings
from coding_standards.languages import LANGUAGES, NAMES, Language, find_language
from coding_standards.library.store import LibraryStore
from coding_standards.report import CheckReport
from coding_standards.rules import parse_rules
from coding_standards.standards import Item, parse_standard

PYTHON = find_language("python")
LIBRARY = LibraryStore().current()

RULES = """
id: no-eval
language: Python
message: No eval.
items: [PY-015, SEC-002]
rule: {pattern: eval($A)}
---
id: no-bare-except
language: Python
engine: ruff
severity: warning
message: Name it.
items: [PY-011]
codes: [E722]
decides: all
reason: an except clause without a type has no other form
---
id: no-fences
engine: builtin
message: No fences.
items: [GEN-001]
check: fences
"""
GOOD = '"""Adds numbers."""\n\n\ndef add(first: int, second: int) -> int:\n'
GOOD += '    """Return the sum."""\n    return first + second\n'


def item(item_id: str) -> Item:
    return Item(item_id, f"Title of {item_id}.", "", "")


def ruleset(rules: str = RULES, settings: CheckSettings | None = None) -> Ruleset:
    parsed, problems = parse_rules(rules, "team.yml")
    assert problems == []
    ids = ("PY-015", "PY-011", "GEN-001", "GEN-005", "SEC-002", "TEST-001")
    return Ruleset(tuple(map(item, ids)), tuple(parsed), settings or CheckSettings(), ("A note.",))


def outcomes(report: CheckReport) -> dict[str, tuple[str, str | None]]:
    return {one.id: (one.outcome, one.engine) for one in report.rules}


def builtin(code: str, language: Language, path: str | None = None) -> CheckReport:
    return check(code, language, ruleset_for(LIBRARY, language, path), path)


def test_good_code_passes_what_was_judged_and_leaves_the_rest_open() -> None:
    report = check("a = 1\n", PYTHON, ruleset())
    assert report.parsed
    assert report.findings == ()
    assert outcomes(report) == {
        "PY-015": ("no_breach_found", "ast-grep"),
        "PY-011": ("proved", "ruff"),
        "GEN-001": ("no_breach_found", "builtin"),
        "GEN-005": ("proved", "python"),
        "SEC-002": ("no_breach_found", "ast-grep"),
        "TEST-001": ("not_checkable", None),
    }
    assert [one.title for one in report.rules][:1] == ["Title of PY-015."]
    assert (report.problems, report.notes) == (("A note.",), ())


def test_a_finding_fails_every_item_that_its_rule_proves() -> None:
    report = check("a = 1\neval(a)\n", PYTHON, ruleset())
    found = report.findings[0]
    assert (found.rule, found.items, found.severity, found.line, found.column, found.excerpt) == (
        "no-eval",
        ("PY-015", "SEC-002"),
        "error",
        2,
        1,
        "eval(a)",
    )
    assert {name for name, (outcome, _) in outcomes(report).items() if outcome == "fail"} == {"PY-015", "SEC-002"}


def test_a_warning_fails_its_item_too() -> None:
    report = check("try:\n    print(1)\nexcept:\n    print(2)\n", PYTHON, ruleset())
    assert outcomes(report)["PY-011"] == ("fail", "ruff")


def test_code_that_does_not_parse_passes_nothing_but_still_shows_what_is_wrong() -> None:
    report = check("eval(1)\ndef f(:\n", PYTHON, ruleset())
    assert not report.parsed
    assert {"syntax", "no-eval"} <= {found.rule for found in report.findings}
    assert outcomes(report)["GEN-005"] == ("fail", "python")
    assert outcomes(report)["SEC-002"] == ("fail", "ast-grep")
    assert {outcome for outcome, _ in outcomes(report).values()} == {"fail", "not_checkable"}


def test_findings_come_in_the_order_of_the_text() -> None:
    report = check("eval(1)\ntry:\n    eval(2)\nexcept:\n    eval(3)\n", PYTHON, ruleset())
    assert [(found.line, found.rule) for found in report.findings] == [
        (1, "no-eval"),
        (3, "no-eval"),
        (4, "no-bare-except"),
        (5, "no-eval"),
    ]


def test_a_rule_that_breaks_leaves_its_items_open_and_stops_no_other() -> None:
    broken = "id: broken\nlanguage: Python\nmessage: M.\nitems: [TEST-001]\nrule: {regex: '('}\n---" + RULES
    report = check("eval(1)\n", PYTHON, ruleset(broken))
    assert outcomes(report)["TEST-001"] == ("not_checkable", None)
    assert outcomes(report)["SEC-002"][0] == "fail"
    assert any(note.startswith("broken: broke off") for note in report.notes)


def test_rules_of_an_engine_that_cannot_work_are_open_and_the_reason_is_noted(tmp_path: Path) -> None:
    settings = CheckSettings(ruff_config=tmp_path / "missing" / "ruff.toml")
    report = check("a = 1\n", PYTHON, ruleset(settings=settings))
    assert outcomes(report)["PY-011"] == ("not_checkable", None)
    assert outcomes(report)["SEC-002"] == ("no_breach_found", "ast-grep")
    assert any(note.startswith("ruff: ") for note in report.notes)


def test_many_findings_of_one_rule_are_cut_and_the_rest_is_counted() -> None:
    report = check("eval(1)\n" * 50, PYTHON, ruleset())
    assert len(report.findings) == MAX_FINDINGS_PER_RULE + 1
    last = report.findings[-1]
    assert (last.rule, last.line) == ("no-eval", MAX_FINDINGS_PER_RULE + 1)
    assert last.message.startswith(f"{50 - MAX_FINDINGS_PER_RULE} more places from here on break this rule. ")


def test_the_facts_are_in_the_report() -> None:
    report = check("def area() -> int:\n    return 1\n", PYTHON, ruleset())
    assert [(one.name, one.documented) for one in report.public_symbols] == [("area", False)]
    assert not report.has_tests
    assert check("def test_a() -> None:\n    assert 1\n", PYTHON, ruleset()).has_tests


def test_longer_code_than_the_limit_is_refused_with_both_numbers() -> None:
    with pytest.raises(CodeTooLongError, match=r"10,000,000 characters; at most 200,000"):
        check("a" * 10_000_000, PYTHON, ruleset())


def test_a_disabled_item_is_not_in_the_report() -> None:
    report = check("eval(1)\n", PYTHON, Ruleset(items=(item("PY-001"),)))
    assert [one.id for one in report.rules] == ["PY-001"]


def test_the_builtin_standard_finds_nothing_wrong_with_good_code() -> None:
    report = builtin(GOOD, PYTHON)
    assert report.findings == ()
    assert "fail" not in {one.outcome for one in report.rules}


@pytest.mark.parametrize("language", NAMES)
def test_every_item_of_a_language_and_its_topics_has_an_outcome(language: str) -> None:
    row = find_language(language)
    report = builtin("", row)
    assert [one.id for one in report.rules] == [one.id for one in LIBRARY.items_of(row)]
    assert "general-not-empty" in {found.rule for found in report.findings}


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize(
    "code",
    ["\ud800\udfff", "\0" * 50, "\ufeff", "\r\n" * 50, "\r" * 50, "\U0010ffff", "'\"`" * 50, "(" * 3_000, "<" * 3_000],
)
def test_odd_text_gets_a_report_in_every_language(language: str, code: str) -> None:
    report = builtin(code, find_language(language))
    assert report.language == language
    report.model_dump_json()


def test_a_path_of_any_form_does_no_harm() -> None:
    for path in ("../../etc/passwd", "C:\\a\\b.py", "a\0b", "-", "", "x" * 5_000 + ".py", "\ud800.py"):
        report = builtin(GOOD, PYTHON, path)
        assert (report.findings, report.notes) == ((), ())


def test_checks_run_in_threads_side_by_side() -> None:
    reports: list[CheckReport] = []
    threads = [
        threading.Thread(target=lambda language=language: reports.append(builtin("", language)))
        for language in LANGUAGES
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {report.language for report in reports} == set(NAMES)


TWO_RULES = """
id: a
language: Python
message: A.
items: [PY-015]
rule: {pattern: eval($A)}
decides: all
reason: there is no other form
---
id: b
language: Python
message: B.
items: [PY-015]
rule: {pattern: exec($A)}
"""


def test_an_item_is_proved_only_where_all_its_rules_decide() -> None:
    assert outcomes(check("a = 1\n", PYTHON, ruleset(TWO_RULES)))["PY-015"] == ("no_breach_found", "ast-grep")
    both = TWO_RULES + "decides: all\nreason: there is no other form\n"
    assert outcomes(check("a = 1\n", PYTHON, ruleset(both)))["PY-015"] == ("proved", "ast-grep")


def test_a_rule_that_broke_leaves_its_item_searched_by_the_other() -> None:
    rules = TWO_RULES.replace("rule: {pattern: exec($A)}", "rule: {regex: '('}")
    assert outcomes(check("a = 1\n", PYTHON, ruleset(rules)))["PY-015"] == ("no_breach_found", "ast-grep")


@pytest.mark.parametrize(
    ("code", "expected"),
    [("a = 1\n", "not_applicable"), ("# evaluate\n", "proved"), ("eval(a)\n", "fail"), ("def f(:\n", "not_checkable")],
)
def test_an_item_that_the_text_has_nothing_of_does_not_apply(code: str, expected: str) -> None:
    rules, _ = parse_rules(TWO_RULES.partition("---")[0], "team.yml")
    text = "---\nabout: {PY-015: [Eval, exec]}\n---\n- `PY-015` Text is never run.\n- `PY-016` No shell.\n"
    items = parse_standard(text, "python", "language", "python.md").items
    report = check(code, PYTHON, Ruleset(items, tuple(rules)))
    assert outcomes(report)["PY-015"][0] == expected
    assert outcomes(report)["PY-016"] == ("not_checkable", None)


def test_what_a_parser_only_doubts_proves_nothing() -> None:
    report = check("<p><b>x</p>\n<p {{a}}>y</p>\n<?php echo 1 ?>\n<p a='1' b=\"\n", find_language("html"), ruleset())
    assert "proved" not in {outcome for outcome, _ in outcomes(report).values()}
    sql = find_language("sql")
    report = check("VACUUM FULL VERBOSE t;\n", sql, ruleset_for(LIBRARY, sql))
    assert (report.findings, report.parsed, len(report.notes)) == ((), True, 1)
    told = outcomes(report)
    assert told["GEN-005"] == told["SQL-004"] == ("not_checkable", None)
    assert "proved" not in {outcome for outcome, _ in told.values()}


@pytest.mark.parametrize(
    ("language", "code", "dialect", "expected"),
    [
        ("python", "a = 1\n", None, "proved"),
        ("sql", "SELECT a FROM t;\n", "postgres", "no_breach_found"),
        ("sql", "SELECT a FROM t;\n", None, "no_breach_found"),
        ("html", "<p>x</p>\n", None, "no_breach_found"),
    ],
)
def test_syntax_is_proved_only_where_a_parser_decides_it(
    language: str, code: str, dialect: str | None, expected: str
) -> None:
    row = find_language(language)
    assert outcomes(check(code, row, ruleset_for(LIBRARY, row), None, dialect))["GEN-005"][0] == expected
