"""The keys by which a rule says how far its silence goes, and the words that an item is about."""

from __future__ import annotations

import pytest

from coding_standards.rules import parse_rules
from coding_standards.standards import StandardError, parse_standard

RULE = "id: a\nmessage: Do it.\nitems: [PY-001, PY-002]\nrule: {kind: call}\n"


@pytest.mark.parametrize(
    ("keys", "decided"),
    [
        ("", set()),
        ("forms: [calls of f]\n", set()),
        ("decides: all\nreason: there is no other form\n", {"PY-001", "PY-002"}),
        ("decides: [PY-002]\nreason: there is no other form\n", {"PY-002"}),
    ],
)
def test_a_rule_searches_unless_it_says_what_it_decides(keys: str, decided: set[str]) -> None:
    (rule,), problems = parse_rules(RULE + keys, "team.yml")
    assert problems == []
    assert rule.decides == decided


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("decides: all\n", "`decides` needs a `reason`"),
        ("reason: it is\n", "`decides` must be `all` or list some of its `items`"),
        ("decides: [PY-009]\nreason: it is\n", "`decides` must be `all` or list some of its `items`"),
        ("decides: some\nreason: it is\n", "`decides` must be `all` or list some of its `items`"),
        ("forms: calls\n", "`forms` must be a list"),
        ("forms: [1]\n", "`forms` must list what the rule looks for, in words"),
    ],
)
def test_a_key_that_cannot_be_used_is_named_with_what_it_takes(keys: str, told: str) -> None:
    rules, (problem,) = parse_rules(RULE + keys, "team.yml")
    assert rules == []
    assert problem.startswith("team.yml: a: ")
    assert told in problem


def test_what_a_rule_looks_for_is_its_reason_its_forms_or_what_its_examples_show() -> None:
    shown = 'valid: ["import x\\nx.g()\\n"]\ninvalid: ["import x\\nx.f()\\n"]\n'
    keys = ("decides: all\nreason: sees all\n", "forms: [f of x, g of x]\n", "", shown)
    told = [parse_rules(RULE + key, "team.yml")[0][0].looks_for for key in keys]
    assert told == ["sees all", "f of x; g of x", "Do it.", "Do it. Forms such as `x.f()`"]


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ("[a]", "about: must be a mapping"),
        ("{T-001: a}", "about: T-001: must be a list of words"),
        ("{T-001: [1]}", "about: T-001: must be a list of words"),
        ("{T-009: [a]}", "about: there is no item 'T-009' in this file"),
    ],
)
def test_words_that_cannot_be_used_are_named(about: str, told: str) -> None:
    with pytest.raises(StandardError, match=r"team\.md: about: ") as caught:
        parse_standard(f"---\nabout: {about}\n---\n- `T-001` One.\n", "team", "topic", "team.md")
    assert told in str(caught.value)
