"""The scripts of a page: parsed, judged in their places, and left alone where something else writes them."""

from __future__ import annotations

import time

import pytest

from coding_standards.checks.checker import check, ruleset_for
from coding_standards.engines import run as engines
from coding_standards.engines.html import engine as html
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.library.store import load_library
from coding_standards.report import CheckReport, Finding
from coding_standards.rules import Rule, RuleError, parse_rules

HTML = find_language("html")
LIBRARY = load_library()


def _rule(names: str) -> Rule:
    text = "id: html-x\nlanguage: Html\nengine: html\nmessage: Do it.\ncheck: inline_script\n"
    rules, problems = parse_rules(f"{text}options: {{rules: [{names}]}}\n", "html.yml")
    assert problems == []
    return rules[0]


def _hard(code: str) -> list[Finding]:
    return [finding for finding in html.syntax(Source(code, HTML)).findings if not finding.soft]


def _places(code: str) -> list[tuple[int, int]]:
    return [(found.line, found.column) for found in html.run(Source(code, HTML), [_rule("javascript-no-eval")])]


def _report(code: str) -> CheckReport:
    return check(code, HTML, ruleset_for(LIBRARY, HTML))


def _outcomes(code: str) -> dict[str, str]:
    return {item.id: item.outcome for item in _report(code).rules}


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("<p>x</p>\n<script>function f( {</script>\n", 2),
        ("<p>x</p>\n<script type='module'>\nlet a = 1;\nlet b = ;\n</script>\n", 4),
        ("<script>start();</script>\n<script>\nif (a {\n}\n</script>\n", 3),
        ("<script language='JavaScript1.2'>\nlet b = ;\n</script>\n", 2),
    ],
)
def test_a_broken_script_is_told_where_it_stands_in_the_page(code: str, line: int) -> None:
    found = _hard(code)
    assert found
    assert found[0].line == line
    assert "JavaScript" in found[0].message
    assert _outcomes(code)["GEN-005"] == "fail"


@pytest.mark.parametrize(
    "code",
    [
        "<script type='application/json'>{ 'a': }</script><p>x</p>",
        "<script type='importmap'>{ \"imports\": }</script><p>x</p>",
        "<script type='speculationrules'>{</script><p>x</p>",
        "<script type='text/template'><li>{{ name }}</li></script>",
        "<script type='text/babel'>const a: number = <b>x</b>;</script>",
        "<script src='a.js'>not ( code</script>",
        "<script>const user = {{ user|tojson }};</script>",
        "<script>{% if a %}start({% endif %}</script>",
        "<script>var x = <%= x %>; <% if (a) { %> start(); <% } %></script>",
        "<script>start(<?= json_encode($a) ?>);</script>",
        "<script>var user = [[${user}]];</script>",
        "<script>var model = @Json.Serialize(Model);</script>",
        "<script>var total = %TOTAL%; var price = ${price};</script>",
        "<script>{if $debug}start();{/if}</script>",
        "<script>\n<!--\nstart();\n//-->\n</script>",
        "<script>\n//<![CDATA[\nfor (let i = 0; i < 3; i++) go(i);\n//]]>\n</script>",
        "<script type='module'>const found = await load();\nexport { found };</script>",
        "<script> </script><p>x</p>",
    ],
)
def test_what_is_no_script_yet_is_not_called_broken(code: str) -> None:
    assert _hard(code) == []


def test_a_finding_stands_where_it_stands_in_the_page() -> None:
    assert _places("<p>x</p>\n<script>eval(a);\n  eval(b);</script>\n") == [(2, 9), (3, 3)]
    assert _places("<p>eval(a)</p><script>// eval(b)\n</script><script>eval(c)</script>") == [(2, 18)]


def test_a_script_with_template_code_is_judged_all_the_same() -> None:
    assert _places("<script>\nconst user = {{ user }};\neval(user.code);\n</script>\n") == [(3, 1)]


def test_many_scripts_are_judged_as_one_and_each_in_its_place() -> None:
    many = "<script>start()</script>\n" * 60
    assert _places(f"{many}<script>eval(a)</script>\n") == [(61, 9)]
    assert _hard(many) == []
    assert [found.line for found in _hard(f"{many}<script>let b = ;</script>\n")] == [61]


def test_a_rule_names_rules_that_there_are() -> None:
    html.compile_rule(_rule("javascript-no-eval"), HTML)
    with pytest.raises(RuleError, match="no built-in rule 'javascript-no-evil'"):
        html.compile_rule(_rule("javascript-no-evil"), HTML)


def test_code_and_markup_made_of_an_address_fail_their_items() -> None:
    code = (
        "<p>x</p>\n<script>\nconst q = new URLSearchParams(location.search).get('q');\neval(q);\n"
        "document.write(q);\nelement.innerHTML = q;\nsetTimeout('x()', 1);\n</script>\n"
    )
    outcomes = _outcomes(code)
    assert (outcomes["SEC-002"], outcomes["SEC-006"]) == ("fail", "fail")
    assert {found.line for found in _report(code).findings} >= {4, 5, 6, 7}


def test_a_good_script_passes() -> None:
    outcomes = _outcomes("<p>x</p>\n<script>\ndocument.querySelector('p').textContent = location.hash;\n</script>\n")
    assert (outcomes["GEN-005"], outcomes["SEC-002"], outcomes["SEC-006"]) == ("no_breach_found",) * 3


@pytest.mark.parametrize(
    "code",
    [
        "<script>a</script>" * 2_500,
        "<script>innerHTML</script>" * 1_750,
        "<script>eval(a)</script>" * 2_000,
        "<script>" + "(" * 47_500 + "</script>",
        "<script>" + "a = `<b>${b}</b>`; c.innerHTML = a;\n" * 1_250 + "</script>",
        "<script>" + "= " * 23_750 + "</script>",
        "<script>" + "{{" * 23_750 + "</script>",
    ],
)
def test_hostile_scripts_are_answered_in_time(code: str) -> None:
    started = time.process_time()  # of this process: other work on the machine does not count
    html.syntax(Source(code, HTML))
    engines.run_engine("html", Source(code, HTML), [_rule("javascript-no-eval"), _rule("javascript-no-html-from-data")])
    assert time.process_time() - started < 10  # one or two at most here
