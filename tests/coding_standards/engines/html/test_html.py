"""The HTML engine on documents and fragments: what it takes, what it refuses, and that nothing stops it."""

from __future__ import annotations

import time

import pytest

from coding_standards.engines.html import engine as html
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError, parse_rules

HTML = find_language("html")


def _hard(code: str) -> list[Finding]:
    return [finding for finding in html.syntax(Source(code, HTML)).findings if not finding.soft]


def _rule(check: str, options: str = "{}") -> Rule:
    text = f"id: html-x\nlanguage: Html\nengine: html\nmessage: Do it.\ncheck: {check}\noptions: {options}\n"
    rules, problems = parse_rules(text, "html.yml")
    assert problems == []
    return rules[0]


def _run(check: str, code: str, options: str = "{}") -> list[Finding]:
    rule = _rule(check, options)
    html.compile_rule(rule, HTML)
    return html.run(Source(code, HTML), [rule])


@pytest.mark.parametrize(
    "code",
    [
        "<!DOCTYPE html><html lang=en><head><title>a &lt; b</title><meta charset=utf-8></head><body><p>x</body></html>",
        "<ul><li>a<li>b</ul><dl><dt>a<dd>b</dl><p>one<p>two",
        "<table><tr><td>a<td>b<tr><td>c</table><select><option>a<option>b</select>",
        "<script>if (a < b) { document.write('<div>') }</script><style>a > b { }</style><p>x</p>",
        "<textarea><div></textarea><svg><path d='M0'/><g><rect/></g></svg>",
        "<img src=a.png alt=''><br><input disabled value=x><p>1 < 2 and 3 > 2</p>",
        "<a\n  href='x'\n  title=\"it's\"\n>y</a><!-- <div> --><a href=/b?c=d>z</a>",
        "<my-element some-attr @click='a' :b=\"c\" [d]='e' (f)='g' #h *ngIf='i'></my-element>",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><a id='x'/></body></html>",
    ],
)
def test_valid_pages_have_no_finding(code: str) -> None:
    assert html.syntax(Source(code, HTML)).findings == ()


@pytest.mark.parametrize(
    ("code", "line", "says"),
    [
        ("<div>\n<p>x</p>\n", 1, "`<div>` is never closed"),
        ("<p>x</p>\n</div>\n", 2, "`</div>` closes nothing"),
        ("<div>\n<b>x</div>\n", 2, "`<b>` is not closed before `</div>`"),
        ("<p>x</p>\n<a href='x>y</a>\n", 2, "not complete"),
        ('<p class="a>x</p>\n', 1, "not complete"),
        ("<div\n<p>x</p></div>\n", 1, "not complete"),
        ("<p>x</p>\n<!-- y\n", 2, "never closed"),
        ("<script>\nlet a = 1;\n", 1, "`<script>` is never closed"),
        ("<code>x</code y>\n", 1, "end tag is not complete"),
        ("Here is the page:\n<!DOCTYPE html><html><body></body></html>\n", 1, "outside the page"),
        ("<!DOCTYPE html><html><body></body></html>\n```\n", 2, "outside the page"),
        ("Just words.\n", 0, "not one element"),
    ],
)
def test_broken_pages_are_told_where(code: str, line: int, says: str) -> None:
    found = _hard(code)
    assert found
    assert found[0].line == line
    assert says in found[0].message


@pytest.mark.parametrize(
    "code",
    [
        "{% if a %}<div class='x'>{% else %}<div>{% endif %}</div>",
        '<body class="<?= $a ? \'b\' : "c" ?>"><div></body>',
        "<roundcube:label name='a'><p>x</p>",
    ],
)
def test_templates_have_soft_findings_only(code: str) -> None:
    assert _hard(code) == []


def test_a_fragment_needs_no_doctype_title_or_heading_one() -> None:
    fragment = "<section><h3>a</h3><p>x</p></section>"
    assert _run("doctype", fragment) == []
    assert _run("element_required", fragment, "{elements: [title]}") == []
    assert _run("heading_order", fragment) == []


def test_bound_attributes_count_as_given() -> None:
    options = "{elements: [img], any_of: [alt]}"
    assert _run("attribute_required", "<img :alt='a'><img v-bind:alt='a'><img [alt]='a'>", options) == []
    assert [one.column for one in _run("attribute_required", "<p><img src='a'></p>", options)] == [4]


def test_a_team_can_forbid_what_it_likes() -> None:
    assert len(_run("attribute_forbidden", "<p style='a'>x</p><p>y</p>", "{pattern: style}")) == 1
    assert len(_run("element_forbidden", "<br><hr>", "{elements: [hr]}")) == 1


def test_options_are_checked_when_a_rule_is_compiled() -> None:
    with pytest.raises(RuleError, match="must be a list of strings"):
        html.compile_rule(_rule("element_forbidden", "{elements: hr}"), HTML)
    with pytest.raises(RuleError, match="must be true or false"):
        html.compile_rule(_rule("attribute_required", "{documents_only: 1}"), HTML)


@pytest.mark.parametrize(
    "code",
    [
        "<a>" * 15_000,
        "<div>" * 10_000,
        "<table><tr><td><td>" * 8_000,
        "</div>" * 7_500,
        "<a " * 15_000,
        "<" * 50_000,
        "<!--" * 12_500,
        '<a b="' * 7_500,
        "<a href='x'><button>" * 2_500,
        "&" * 50_000,
        "<script>" * 6_250,
        "{{" * 25_000,
        "<?" * 25_000,
    ],
)
def test_hostile_text_is_answered_in_time(code: str) -> None:
    started = time.process_time()  # of this process: other work on the machine does not count
    html.syntax(Source(code, HTML))
    for check in (
        "nested_interactive",
        "accessible_name",
        "unique_ids",
        "control_label",
        "table_headers",
        "hidden_focus",
    ):
        _run(check, code)
    assert time.process_time() - started < 10  # one at most here; a text that is read in squares takes many
