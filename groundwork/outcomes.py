"""How an item of the standards comes out of a check: the words, what each claims, and the sentence that counts.

Their one rule: what was only searched is never called proved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

Outcome = Literal["fail", "proved", "no_breach_found", "not_applicable", "not_checkable"]

MEANINGS: dict[Outcome, str] = {
    "fail": "a finding breaks it",
    "proved": "decided completely: by a parser, a compiler, a formatter, or a rule that sees every form",
    "no_breach_found": "rules looked for the forms that they name, and found none",
    "not_applicable": "the file has nothing that the item speaks of",
    "not_checkable": "a person must judge",
}
"""In the order in which an answer lists them."""

_STRONGEST_LAST: tuple[Outcome, ...] = ("fail", "not_checkable", "no_breach_found", "proved", "not_applicable")


def weaker(first: Outcome, second: Outcome) -> Outcome:
    """What two files together come out as: no more is claimed for both than for the one that less is claimed for."""
    return min(first, second, key=_STRONGEST_LAST.index)


def count_outcomes(outcomes: Iterable[Outcome]) -> str:
    """Such as `0 fail, 21 proved, 30 searched without a breach, 4 not applicable, 19 need a person`."""
    counts = Counter(outcomes)
    words = [
        f"{counts['fail']} fail{'s' if counts['fail'] == 1 else ''}",
        f"{counts['proved']} proved",
        f"{counts['no_breach_found']} searched without a breach",
    ]
    if counts["not_applicable"]:
        words.append(f"{counts['not_applicable']} not applicable")
    unjudged = counts["not_checkable"]
    return ", ".join([*words, f"{unjudged} {'needs' if unjudged == 1 else 'need'} a person"])
