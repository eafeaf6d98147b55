"""The CSS engine on real style sheets: what it takes, what it refuses, and that nothing stops it."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from coding_standards.engines.css import engine as css
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError, parse_rules

CSS = find_language("css")


def _hard(code: str) -> list[Finding]:
    return [finding for finding in css.syntax(Source(code, CSS)).findings if not finding.soft]


def _rule(check: str, options: str = "{}") -> Rule:
    text = f"id: css-x\nlanguage: Css\nengine: css\nmessage: Do it.\ncheck: {check}\noptions: {options}\n"
    rules, problems = parse_rules(text, "css.yml")
    assert problems == []
    return rules[0]


def _run(check: str, code: str, options: str = "{}") -> list[Finding]:
    rule = _rule(check, options)
    css.compile_rule(rule, CSS)
    return css.run(Source(code, CSS), [rule])


@pytest.mark.parametrize(
    "code",
    [
        '@charset "utf-8";\n@import url("a.css") layer(base);\n@layer a, b;\n',
        ".a{color:red;&:hover{color:blue}.b &{margin:0}> .c{padding:0}}",
        "@media (min-width:40rem) and (400px <= width){.md\\:flex{display:flex}}",
        ':root{--a:{};--b: ;--c:"x;y";--d: url(data:image/png;base64,AA==)}',
        'a{background:url(data:image/svg+xml;utf8,x)}a::after{content:"}"}/* { */',
        "@font-face{font-family:X;src:url(x.woff2)format('woff2')}@page :first{margin:1cm}",
        "a{filter:progid:DXImageTransform.Microsoft.gradient(startColorstr='#1',endColorstr='#2');*zoom:1}",
        "@keyframes k{from{top:0}50.5%{top:1px}to{top:2px}}@keyframes l{entry 0%,exit 100%{top:0}}",
        "svg|a,*|*,:is(a,b):not(.c)>d+e~f,a[href^='x' i],::part(foo),a:nth-child(2n + 1 of .x){color:red}",
        "a{grid-template-areas:'a b' 'c d';grid-area:1/2/3/4;color:rgb(0 0 0/50%);width:calc(1px + (2px*3))}",
        "@import url(a.css)layer(b) supports(display:grid) screen;@custom-media --w (width>=1px);@media(--w){a{top:0}}",
        "a{b:url(../a.png)}.a{&div{top:0}a:hover &{top:0}}@container scroll-state(stuck:top){a{top:0}}",
        ':root{--l:[a b];--j:[1,{"a":3}];--m:{a:b}}@keyframes k{33.3%{top:0}}@scope{:scope{top:0}}',
        'a::before{content:"one\\\r\ntwo"}::-webkit-scrollbar{&:horizontal{top:0}}',
        "@function --s(--a,--b:2px)returns <length>{result:calc(var(--a) + var(--b))}a{left:if(style(--x):1px;else:0)}",
        "",
    ],
)
def test_valid_style_sheets_have_no_hard_finding(code: str) -> None:
    assert _hard(code) == []


@pytest.mark.parametrize(
    ("code", "line", "says"),
    [
        ("a {\n  color: red;\n", 1, "never closed"),
        ("a { color: red; } }\n", 1, "closes nothing"),
        ("a {\n  color: red\n  margin: 0;\n}\n", 2, "semicolon"),
        ("a {\n  --x: red\n  --y: 0;\n}\n", 2, "semicolon"),
        ("a { content: 'x; }\n", 1, "never closed"),
        ("a { color: red; }\n/* b\n", 2, "never closed"),
        ("a {\n  color red;\n}\n", 2, "without a colon"),
        ("@keyframes k {\n  45% {\n    opacity 1;\n  }\n}\n", 3, "without a colon"),
        ("a { color: ; }\n", 1, "no value"),
        ("@keyframes k {\n  50 {\n    top: 0;\n  }\n}\n", 2, "no step of keyframes"),
        ("a { width: calc(1px; }\n", 1, "never closed"),
        ("Here is the code:\n\na { color: red; }\n", 3, "pseudo"),
        ("```css\na { color: red; }\n```\n", 1, "selector should begin"),
        ("// old\na { color: red; }\n", 1, "selector should begin"),
        ("a,, b { color: red; }\n", 1, "selector should begin"),
        ("@media (min-width 40rem) { a { color: red; } }\n", 1, "not expected"),
        ("color: red;\n", 2, "missing before"),
    ],
)
def test_broken_style_sheets_are_told_where(code: str, line: int, says: str) -> None:
    found = _hard(code)
    assert found
    assert found[0].line == line
    assert says in found[0].message
    assert found[0].items == ("GEN-005",)


def test_a_selector_that_selects_nothing_is_a_doubt_and_hides_nothing() -> None:
    findings = css.syntax(Source("::slotted(*) h1,\nb { margin: 0; }\na { color red; }\n", CSS)).findings
    assert sorted((finding.line, finding.soft) for finding in findings) == [(1, True), (3, False)]


@pytest.mark.parametrize(
    "code",
    ["a { color: {{ x }}; }", "{% if a %}\na { color: red; }\n{% endif %}\n", "a { color: <?php echo $x ?>; }"],
)
def test_what_a_template_engine_writes_is_not_judged(code: str) -> None:
    judged = css.syntax(Source(code, CSS))
    assert (judged.findings, judged.depth) == ((), "not_judged")
    assert judged.notes


def test_a_parsed_sheet_is_decided_by_its_parser() -> None:
    judged = css.syntax(Source("/* <?php ?> {{ x }} */\na { color: red; }\n", CSS))
    assert (judged.findings, judged.depth, judged.by) == ((), "decided", "lightningcss")


def test_without_the_parser_nothing_is_decided() -> None:
    script = (
        "import sys; sys.modules['lightningcss'] = None\n"
        "from coding_standards.engines.css.engine import syntax\n"
        "from coding_standards.engines.source import Source\n"
        "from coding_standards.languages import find_language\n"
        "for code in ('a,, b { color: red; }', 'a { color: red;'):\n"
        "    judged = syntax(Source(code, find_language('css')))\n"
        "    print(judged.depth, len(judged.findings), 'pip install lightningcss' in judged.notes[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["not_judged 0 True", "not_judged 1 True"]


def test_a_finding_points_at_the_declaration() -> None:
    found = _run("declaration", "a {\r\n  color: red;\r\n}\r\n", "{property_pattern: '^color$'}")
    assert [(one.line, one.column, one.excerpt) for one in found] == [(2, 3, "color: red;")]


def test_every_check_has_options_with_the_types_of_their_defaults() -> None:
    with pytest.raises(RuleError, match=r"css.yml: css-x: unknown check 'nope'; known: at_rule"):
        css.compile_rule(_rule("nope"), CSS)
    with pytest.raises(RuleError, match="no option 'max'; known: max_parts"):
        css.compile_rule(_rule("selector_depth", "{max: 3}"), CSS)
    with pytest.raises(RuleError, match="must be a whole number"):
        css.compile_rule(_rule("selector_depth", "{max_parts: many}"), CSS)
    with pytest.raises(RuleError, match="not a regular expression"):
        css.compile_rule(_rule("selector", "{pattern: '('}"), CSS)


def test_a_team_can_narrow_the_selectors_it_allows() -> None:
    found = _run("selector", ".fooBar, .a { color: red; }\n.b { color: red; }\n", "{pattern: '\\.[a-z]+[A-Z]'}")
    assert [one.line for one in found] == [1]


def test_a_check_stops_at_fifty_hits() -> None:
    assert len(_run("empty_block", "a {}\n" * 80)) == 50


@pytest.mark.parametrize(
    "code", ["{" * 100_000, "(" * 100_000, "a{" * 50_000, "a{b:c(" * 40_000, '"' * 200_000, "/*" * 100_000]
)
def test_hostile_text_is_answered_in_time(code: str) -> None:
    started = time.process_time()  # of this process: other work on the machine does not count
    assert css.syntax(Source(code, CSS)).findings
    assert time.process_time() - started < 20  # two at most here; a text that is read in squares takes minutes


def test_nested_brackets_are_read_once() -> None:
    code = f"a {{ width: {'calc(' * 7_000}1{')' * 7_000}; }}\n"
    started = time.process_time()
    assert _run("calc_spacing", code) == []
    assert time.process_time() - started < 2  # each within each takes half a minute
    assert len(_run("calc_spacing", "a { width: calc(1px + calc(2px + 3px)) calc(1px + calc(2px +3px)); }\n")) == 1
