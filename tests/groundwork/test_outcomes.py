"""The words for how an item comes out: what two files claim together, and the sentence that counts."""

from __future__ import annotations

import pytest

from groundwork.outcomes import Outcome, count_outcomes, weaker


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
