"""What a rule needs to find in a text before it is tried; wrong here would mean a pass that nobody proved."""

from __future__ import annotations

import pytest

from coding_standards.engines.astgrep.needs import KIND, Needs, Seen, find_needs, needs_of_regex
from coding_standards.engines.source import Source
from coding_standards.languages import find_language


def told(needs: Needs) -> set[str]:
    """`call:` is a kind; of `a|b` one is needed."""
    return {"|".join(sorted(f"{need[1:]}:" if need.startswith(KIND) else need for need in either)) for either in needs}


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        ("abc", "abc"),
        ("^(?i)PassWord$", "password"),
        (r"\.(run|call|Popen)$", "call|popen|run"),
        (r"os\.system", "os.system"),
        ("abc.def", "abc def"),
        ("abcd?", "abc"),
        ("abc(def)?", "abc"),
        ("abc(def)+", "def abc"),
        ("abc(def){0,2}", "abc"),
        ("abc[xyz]def", "abc def"),
        ("abcd{2}ef", "abcd ef"),
        (r"(?is:select\s.+\sfrom|insert\s+into)\s", "from|insert from|into insert|select into|select"),
        ("abc(|d)", "abc"),
        ("(abc|)", ""),
        ("abc|d", ""),
        ("a.b", ""),
        (r"\w+\bnew\b", "new"),
        (r"\p{Lu}abc", "abc"),
        (r"\x41xyz", "xyz"),
        ("[[:alpha:]]abc", "abc"),
        ("[a[bc]]def", ""),
        ("[a-z&&b]abc", ""),
        ("(?x) a b c d", ""),
        ("(?ix: a b c d)", ""),
        ("abc{,3}def", ""),
        (r"\<abc\>", ""),
        (r"\b{start}abc", ""),
        ("(abc", ""),
        ("äbcd", ""),
        ("", ""),
    ],
)
def test_a_regular_expression_needs_its_literal_runs(regex: str, expected: str) -> None:
    assert told(needs_of_regex(regex)) == set(expected.split())


UTILS = {"secret": {"regex": "password"}, "loop": {"any": [{"regex": "abc"}, {"has": {"matches": "loop"}}]}}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"pattern": "random.choice($$$ITEMS)"}, "random choice"),
        ({"pattern": "$OBJECT.$METHOD($_)"}, ""),
        ({"pattern": {"context": "abc", "selector": "call"}}, ""),
        ({"kind": "call"}, "call:"),
        ({"kind": "call > identifier"}, ""),
        ({"any": [{"pattern": "eval($A)"}, {"pattern": "exec($A)"}]}, "eval|exec"),
        ({"any": [{"pattern": "eval($A)"}, {"kind": "call"}]}, "call:|eval"),
        ({"any": [{"pattern": "eval($A)"}, {"pattern": "$A"}]}, ""),
        ({"all": [{"regex": "abc"}, {"kind": "call"}, {"regex": "def"}]}, "call: abc def"),
        ({"inside": {"kind": "call", "has": {"regex": "token"}, "stopBy": {"regex": "stop"}}}, "call: token"),
        ({"kind": "call", "not": {"regex": "token"}}, "call:"),
        ({"matches": "secret"}, "password"),
        ({"matches": "unknown"}, ""),
        ({"matches": "loop"}, ""),
        ({"kind": "call", "nthChild": {"position": 1, "ofRule": {"regex": "abc"}}}, "call:"),
        (None, ""),
    ],
)
def test_a_rule_needs_what_all_its_positive_parts_need(rule: object, expected: str) -> None:
    assert told(find_needs(rule, UTILS)) == set(expected.split())


@pytest.mark.parametrize(
    ("needs", "is_met"),
    [
        ([], True),
        (["eval"], True),
        (["exec"], False),
        (["call:"], True),
        (["lambda:"], False),
        (["exec call:"], True),
        (["exec lambda:"], False),
        (["eval", "lambda:"], False),
    ],
)
def test_a_need_is_met_by_what_the_text_has(needs: list[str], is_met: bool) -> None:
    seen = Seen("eval(1)", frozenset({"module", "call"}))
    marked = (frozenset(KIND + one[:-1] if one[-1] == ":" else one for one in either.split()) for either in needs)
    assert seen.meets(frozenset(marked)) is is_met


@pytest.mark.parametrize("code", ["print(1)\n", "print(1)\n" * 400])
def test_a_source_tells_the_kinds_of_all_its_nodes(code: str) -> None:
    kinds = Source(code, find_language("python")).seen.kinds
    assert {"module", "call", "argument_list", "integer"} <= kinds
    assert "lambda" not in kinds
