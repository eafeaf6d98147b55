"""The words for how an item comes out: what two files claim together, and the sentence that counts."""

from __future__ import annotations

import pytest

from groundwork.outcomes import Outcome, count_outcomes, group_ids, spread_ids, weaker


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ("proved", "no_breach_found", "no_breach_found"),
        ("proved", "not_checkable", "not_checkable"),
        ("not_applicable", "proved", "proved"),
        ("fail", "not_checkable", "fail"),
    ],
)
def test_two_files_claim_no_more_than_the_one_that_claims_less(first: Outcome, second: Outcome, both: Outcome) -> None:
    assert weaker(first, second) == weaker(second, first) == both


def test_the_sentence_counts_each_outcome_apart() -> None:
    told: list[Outcome] = ["proved", "proved", "no_breach_found", "not_checkable"]
    assert count_outcomes(told) == "0 fail, 2 proved, 1 searched without a breach, 1 needs a person"
    assert count_outcomes(["fail", "not_applicable"]) == (
        "1 fails, 0 proved, 0 searched without a breach, 1 not applicable, 0 need a person"
    )


@pytest.mark.parametrize(
    ("ids", "grouped"),
    [
        (("SEC-002", "SEC-003", "SEC-004", "GO-1", "SEC-012"), ("SEC-002..004,012", "GO-1")),
        (("A-09", "A-10", "A-100"), ("A-09,10", "A-100")),
        (("X-001-002", "TOOL-eslint", "7", "A-1234567"), ("X-001-002", "TOOL-eslint", "7", "A-1234567")),
    ],
)
def test_ids_of_one_prefix_are_told_together_and_none_is_lost(ids: tuple[str, ...], grouped: tuple[str, ...]) -> None:
    assert group_ids(ids) == grouped
    assert sorted(spread_ids(grouped)) == sorted(ids)
