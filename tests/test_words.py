"""What a rule needs to find in a text before it is tried; wrong here would mean a pass that nobody proved."""

from __future__ import annotations

import pytest

from coding_standards.engines.words import required_words, words_of_regex


def words(*sets: str) -> set[frozenset[str]]:
    return {frozenset(one.split()) for one in sets}


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        ("abc", ("abc",)),
        ("^(?i)PassWord$", ("password",)),
        (r"\.(run|call|Popen)$", ("run call popen",)),
        (r"os\.system", ("os.system",)),
        ("abc.def", ("abc", "def")),
        ("abcd?", ("abc",)),
        ("abc(def)?", ("abc",)),
        ("abc(def)+", ("abc", "def")),
        ("abc(def){0,2}", ("abc",)),
        ("abc[xyz]def", ("abc", "def")),
        ("abcd{2}ef", ("abcd",)),
        ("(abc|)", ()),
        ("abc|de", ()),
        ("ab", ()),
        (r"\w+\bnew\b", ("new",)),
        (r"\p{Lu}abc", ("abc",)),
        (r"\x41xyz", ("xyz",)),
        ("[[:alpha:]]abc", ("abc",)),
        ("[a[bc]]def", ()),
        ("[a-z&&b]abc", ()),
        ("(?x) a b c d", ()),
        ("(abc", ()),
        ("äbcd", ()),
        ("", ()),
    ],
)
def test_a_regular_expression_requires_its_literal_runs(regex: str, expected: tuple[str, ...]) -> None:
    assert set(words_of_regex(regex)) == words(*expected)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"pattern": "random.choice($$$ITEMS)"}, ("random", "choice")),
        ({"pattern": "$OBJECT.$METHOD($_)"}, ()),
        ({"pattern": {"context": "abc", "selector": "call"}}, ()),
        ({"any": [{"pattern": "eval($A)"}, {"pattern": "exec($A)"}]}, ("eval exec",)),
        ({"any": [{"pattern": "eval($A)"}, {"kind": "call"}]}, ()),
        ({"all": [{"regex": "abc"}, {"kind": "call"}, {"regex": "def"}]}, ("abc", "def")),
        ({"kind": "call", "inside": {"has": {"regex": "token"}, "stopBy": {"regex": "stop"}}}, ("token",)),
        ({"kind": "call", "not": {"regex": "token"}}, ()),
        ({"matches": "util"}, ()),
        ({"kind": "call", "nthChild": {"position": 1, "ofRule": {"regex": "abc"}}}, ()),
        (None, ()),
    ],
)
def test_a_rule_requires_what_all_its_positive_parts_require(rule: object, expected: tuple[str, ...]) -> None:
    assert set(required_words(rule)) == words(*expected)
