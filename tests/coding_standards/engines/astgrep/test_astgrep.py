"""Rules and broken places by ast-grep, and what keeps its native code from taking the process along."""

from __future__ import annotations

import pytest

from coding_standards.engines import run as engines
from coding_standards.engines.astgrep import engine as astgrep
from coding_standards.engines.astgrep.judgement import read_shreds
from coding_standards.engines.run import MAX_ERRORS, EngineUnavailableError
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.library.store import load_library
from coding_standards.rules import Rule, RuleError, parse_rules

GRAMMARS = ["javascript", "typescript", "java", "go", "rust"]


def rule(body: str, language: str = "Python") -> Rule:
    rules, problems = parse_rules(f"id: r\nlanguage: {language}\nmessage: M.\n{body}\n", "team.yml")
    assert problems == []
    return rules[0]


def source(code: str, language: str = "python", path: str | None = None) -> Source:
    return Source(code, find_language(language), path)


EVAL = "rule: {pattern: eval($A)}"


def test_a_match_is_a_finding_at_its_place() -> None:
    found = astgrep.run(source("a = 1\n  \nb = [eval('x')]\n"), [rule(EVAL)])
    assert [(one.rule, one.line, one.column, one.excerpt) for one in found] == [("r", 3, 6, "b = [eval('x')]")]


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ("é = '😀'; eval(1)\n", 1, 10),
        ("\ufeffeval(1)\n", 1, 1),
        ("a = 1\r\neval(1)\r\n", 2, 1),
        ("a = '\ud800'; eval(1)\n", 1, 10),
        ("a = '\0'; eval(1)\n", 1, 10),
    ],
)
def test_places_are_right_in_odd_text(code: str, line: int, column: int) -> None:
    found = astgrep.run(source(code), [rule(EVAL)])
    assert [(one.line, one.column) for one in found] == [(line, column)]


def test_a_long_line_is_cut_in_the_excerpt() -> None:
    found = astgrep.run(source(f"eval('{'x' * 500}')\n"), [rule(EVAL)])
    assert len(found[0].excerpt) == 160


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("rule: {kind: nonsense}", "Kind `nonsense` is invalid"),
        ("rule: {patern: x}", "unknown field `patern`"),
        ("rule: {regex: '('}", "unclosed group"),
        ("rule: {pattern: x}\nconstraint: {}", "unknown key 'constraint'"),
        ("constraints: {}", "missing field `rule`"),
        ("rule: {pattern: eval($A)}\nconstraints: {B: {regex: x}}", "Undefined meta var `B`"),
    ],
)
def test_a_bad_rule_is_refused_with_file_id_and_reason_in_one_line(body: str, reason: str) -> None:
    with pytest.raises(RuleError) as caught:
        astgrep.compile_rule(rule(body), find_language("python"))
    assert str(caught.value).startswith("team.yml: r: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "backtrace" not in str(caught.value)


def test_a_rule_of_another_language_or_of_none_is_refused() -> None:
    with pytest.raises(RuleError, match="language with a grammar"):
        astgrep.compile_rule(rule(EVAL), find_language("go"))
    with pytest.raises(RuleError, match="language with a grammar"):
        astgrep.compile_rule(rule(EVAL, "Sql"), find_language("sql"))


def test_a_typescript_rule_must_compile_with_and_without_jsx() -> None:
    with pytest.raises(RuleError, match="jsx_element"):
        astgrep.compile_rule(rule("rule: {kind: jsx_element}", "TypeScript"), find_language("typescript"))


@pytest.mark.parametrize(
    ("path", "is_valid"), [("a.tsx", True), ("a.jsx", True), ("a.ts", False), (None, True), ("A.TSX", True)]
)
def test_the_suffix_if_there_is_one_decides_whether_typescript_may_hold_jsx(path: str | None, is_valid: bool) -> None:
    code = "const a = <p className='b'>c</p>;\n"
    assert (source(code, "typescript", path).broken == ()) is is_valid


def test_type_assertions_are_typescript_but_not_tsx() -> None:
    code = "const a = <string>b;\n"
    assert source(code, "typescript", "a.ts").broken == ()
    assert source(code, "typescript", "a.tsx").broken != ()


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("javascript", "#!/usr/bin/env node\nconst a = ``;\nlet b = ''\n"),
        ("java", 'class A { String a = ""; }\n'),
        ("go", "package a\n\nvar b = ``\n"),
        ("rust", 'fn f() { let a = r""; let b = ""; }\n'),
        ("javascript", ""),
    ],
)
def test_legal_emptiness_is_no_missing_token(language: str, code: str) -> None:
    assert source(code, language).broken == ()


@pytest.mark.parametrize(
    ("language", "code", "message"),
    [
        ("java", "class A { int a = 1 }\n", "`;` is missing"),
        ("javascript", "function f( { return 1\n", "does not understand"),
        ("go", "package a\n\nfunc f() { a := }\n", "is missing"),
        ("rust", "fn f() { let a = 1\n", "does not understand"),
        ("typescript", "const a: = 1;\n", "does not understand"),
    ],
)
def test_broken_code_is_found_once(language: str, code: str, message: str) -> None:
    (found,) = read_shreds(source(code, language), ()).by_words
    assert message in found.message


@pytest.mark.parametrize("language", GRAMMARS)
@pytest.mark.parametrize(
    "code",
    ["(" * 50_000 + ")" * 50_000, "[" * 100_000, "/*" * 100_000, "-" * 100_000 + "1", "<div>" * 40_000, "\n" * 200_000],
)
def test_hostile_text_neither_crashes_nor_hangs(language: str, code: str) -> None:
    text = source(code, language)
    assert len(read_shreds(text, ()).by_words) <= MAX_ERRORS
    if not text.is_searchable:
        with pytest.raises(EngineUnavailableError):
            astgrep.run(text, [rule(EVAL)])


def test_the_empty_node_at_the_bottom_of_a_deep_tree_does_not_end_the_process() -> None:
    assert len(source("/*" * 6_000).broken) > 1_000


def test_many_matches_in_one_line_are_capped() -> None:
    found = astgrep.run(source("eval(1);" * 5_000), [rule(EVAL)])
    assert len(found) == astgrep.MAX_MATCHES_PER_RULE


def test_a_rule_that_breaks_is_noted_and_stops_no_other() -> None:
    outcome = engines.run_engine("ast-grep", source("eval(1)\n"), [rule(EVAL), rule("rule: {regex: '('}")])
    assert [one.rule for one in outcome.findings] == ["r"]
    assert len(outcome.notes) == 1
    assert outcome.notes[0].startswith("r: broke off: RuntimeError")


@pytest.mark.parametrize("language", ["python", *GRAMMARS])
def test_no_rule_is_skipped_that_would_find_something(language: str) -> None:
    chosen = find_language(language)
    rules = [one for one in load_library().rules_for(chosen) if one.engine == "ast-grep"]
    configs = [(one, astgrep.rule_config(one)) for one in rules]
    for example in [one.invalid[0] for one in rules]:  # each rule finds all of its own alone, which is tried elsewhere
        text = Source(example.code, chosen, example.path)
        assert text.tree is not None
        alone = [text.finding_at(one, node) for one, config in configs for node in text.tree.find_all(config)]
        assert astgrep.run(text, rules) == alone


def test_utils_of_the_same_name_stay_apart() -> None:
    body = "rule: {{kind: identifier, matches: name}}\nutils: {{name: {{regex: ^{0}$}}}}"
    first, second = (rule(body.format(name)) for name in "ab")
    assert [one.column for one in astgrep.run(source("b, a\n"), [first, second])] == [4, 1]


def test_a_rule_may_have_any_id() -> None:
    odd = parse_rules(f"id: '{{a}} (b), $C'\nlanguage: Python\nmessage: M.\n{EVAL}\n", "team.yml")[0]
    assert [one.rule for one in astgrep.run(source("eval(1)\n"), odd)] == ["{a} (b), $C"]
