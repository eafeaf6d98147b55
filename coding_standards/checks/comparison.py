"""What of the findings in a changed text is new.

Its one rule: what stood there before is not new, wherever the change has moved it; what is on a changed line and has
no counterpart is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from coding_standards.report import SYNTAX, Finding

_MAX_EXACT = 4_000
"""Lines between the first and the last change; beyond that, lines that are everywhere are no anchors any more."""

_NUMBER = re.compile(r"\d+")

_Key = tuple[object, ...]


def new_findings(
    findings: Sequence[Finding], text: str, before: Sequence[Finding], text_before: str
) -> tuple[Finding, ...]:
    """Those of the findings in `text` that `text_before` did not have, of which `before` are all findings."""
    lines, old_lines = _lines(text), _lines(text_before)
    places = _unchanged(old_lines, lines)
    kept = frozenset(places.values())
    was_readable = not any(one.rule == SYNTAX and not one.soft for one in before)
    moved = [one for one in before if one.line in places]
    unmoved = [one for one in before if one.line not in places]
    here = Counter[_Key]((places[one.line], one.rule) for one in moved)
    elsewhere = Counter[_Key](_context(one, old_lines) for one in unmoved)
    new: list[Finding] = []
    for one in findings:
        if one.line in kept and not was_readable and one.rule != SYNTAX:
            continue  # nobody could judge this line before
        if _take(here, (one.line, one.rule)) or _take(elsewhere, _context(one, lines)):
            continue
        new.append(one)
    return tuple(new)


def _take(known: Counter[_Key], key: _Key) -> bool:
    if known[key] <= 0:
        return False
    known[key] -= 1
    return True


def _context(finding: Finding, lines: Sequence[str]) -> _Key:
    """What stays the same where a piece of text is moved or set in; of a whole file, what is said of it."""
    if not 0 < finding.line <= len(lines):
        return finding.rule, _NUMBER.sub("0", finding.message)
    around = lines[max(finding.line - 2, 0) : finding.line + 1]
    return finding.rule, *(line.strip() for line in around)


def _unchanged(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """The number in `after` of each line of `before` that is still there, both from 1."""
    return dict(_pairs(before, after))


def _pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int]]:
    first = _common(before, after)
    last = _common(reversed(before[first:]), reversed(after[first:]))
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    yield from ((at + 1, at + 1) for at in range(first))
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > _MAX_EXACT)
    for block in matcher.get_matching_blocks():
        yield from ((first + block.a + at + 1, first + block.b + at + 1) for at in range(block.size))
    yield from ((len(before) - at, len(after) - at) for at in range(last))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
