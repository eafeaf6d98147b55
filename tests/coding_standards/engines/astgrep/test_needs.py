"""What a rule needs to find in a text before it is tried; wrong here would mean a pass that nobody proved."""

from __future__ import annotations

import pytest

from coding_standards.engines.astgrep.needs import (
    NOTHING,
    AllOf,
    Kind,
    Need,
    OneOf,
    Seen,
    Word,
    find_needs,
    needs_of_regex,
)
from coding_standards.engines.source import Source
from coding_standards.languages import find_language


def told(need: Need) -> str:
    """A need as a formula: `call:` is a kind, `a b` are both needed, `(a|b)` is one of them."""
    if isinstance(need, Word):
        return need.text
    if isinstance(need, Kind):
        return f"{need.name}:"
    if isinstance(need, OneOf):
        return f"({'|'.join(told(part) for part in need.parts)})"
    assert isinstance(need, AllOf)
    return " ".join(told(part) for part in need.parts)


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        ("abc", "abc"),
        ("^(?i)PassWord$", "password"),
        (r"\.(run|call|Popen)$", "(run|call|popen)"),
        (r"os\.system", "os.system"),
        ("abc.def", "abc def"),
        ("abcd?", "abc"),
        ("abc(def)?", "abc"),
        ("abc(def)+", "def abc"),
        ("abc(def){0,2}", "abc"),
        ("abc[xyz]def", "abc def"),
        ("abcd{2}ef", "abcd ef"),
        (r"(?is:select\s.+\sfrom|insert\s+into)\s", "(select from|insert into)"),
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
    assert told(needs_of_regex(regex)) == expected


UTILS = {"secret": {"regex": "password"}, "loop": {"any": [{"regex": "abc"}, {"has": {"matches": "loop"}}]}}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"pattern": "random.choice($$$ITEMS)"}, "random choice"),
        ({"pattern": "$OBJECT.$METHOD($_)"}, ""),
        ({"pattern": {"context": "abc", "selector": "call"}}, ""),
        ({"kind": "call"}, "call:"),
        ({"kind": "call > identifier"}, ""),
        ({"any": [{"pattern": "eval($A)"}, {"pattern": "exec($A)"}]}, "(eval|exec)"),
        ({"any": [{"pattern": "eval($A)"}, {"kind": "call"}]}, "(call:|eval)"),
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
    assert told(find_needs(rule, UTILS)) == expected


@pytest.mark.parametrize(
    ("need", "is_met"),
    [
        (NOTHING, True),
        (Word("eval"), True),
        (Word("exec"), False),
        (Kind("call"), True),
        (Kind("lambda"), False),
        (OneOf((Word("exec"), Kind("call"))), True),
        (OneOf((Word("exec"), Kind("lambda"))), False),
        (AllOf((Word("eval"), Kind("lambda"))), False),
    ],
)
def test_a_need_is_met_by_what_the_text_has(need: Need, is_met: bool) -> None:
    assert need.is_met(Seen("eval(1)", frozenset({"module", "call"}))) is is_met


@pytest.mark.parametrize("code", ["print(1)\n", "print(1)\n" * 400])
def test_a_source_tells_the_kinds_of_all_its_nodes(code: str) -> None:
    kinds = Source(code, find_language("python")).seen.kinds
    assert {"module", "call", "argument_list", "integer"} <= kinds
    assert "lambda" not in kinds
