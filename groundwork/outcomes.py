"""How an item of the standards comes out of a check: the words, what each claims, and how many are told shortly.

Their one rule: what was only searched is never called proved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count
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


_ID = re.compile(r"(.*\D)(\d{1,6})")
_GROUP = re.compile(r"(.*?\D)(\d{1,6}(?:\.\.\d{1,6})?(?:,\d{1,6}(?:\.\.\d{1,6})?)*)")


def group_ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Ids of one prefix together: `SEC-002..010,012` is SEC-002 to SEC-010, and SEC-012."""
    numbers: dict[tuple[str, int], set[int]] = {}
    others: list[str] = []
    for each in ids:
        if found := _ID.fullmatch(each):
            numbers.setdefault((found[1], len(found[2])), set()).add(int(found[2]))
        else:
            others.append(each)
    return (*(prefix + ",".join(_runs(found, width)) for (prefix, width), found in numbers.items()), *others)


def spread_ids(groups: Iterable[str]) -> Iterator[str]:
    """The ids that `group_ids` put together."""
    for group in groups:
        found = _GROUP.fullmatch(group)
        if found is None:
            yield group
            continue
        for run in found[2].split(","):
            first, _, last = run.partition("..")
            yield from (f"{found[1]}{number:0{len(first)}}" for number in range(int(first), int(last or first) + 1))


def _runs(numbers: set[int], width: int) -> Iterator[str]:
    for first in sorted(number for number in numbers if number - 1 not in numbers):
        last = next(number for number in count(first) if number + 1 not in numbers)
        yield (
            f"{first:0{width}}"
            if first == last
            else f"{first:0{width}}{'..' if last > first + 1 else ','}{last:0{width}}"
        )


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
