"""For people: each finding on a line that a terminal makes a link of, then a table by item, then one sentence.

Its one rule: what stops the merge comes last before the table, and every number in the sentence is counted.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from coding_standards.gate.judging import is_breach
from coding_standards.gate.outcome import Outcome
from coding_standards.report import Finding
from groundwork.plural import count_of

_MAX_TITLE = 72
_MAX_NOTES = 20
_NOTHING = "Nothing was judged: there is no file in our languages here; name files or folders that have some."


def show_text(outcome: Outcome, *, is_quiet: bool = False) -> str:
    """The whole report; with `is_quiet` only what stops a merge is listed."""
    shown = [
        _line(outcome, verdict.path, finding)
        for verdict, finding in outcome.findings()
        if not is_quiet or is_breach(finding, outcome.at_least)
    ]
    parts = ["\n".join(shown), "\n".join(_table(outcome)), "\n".join(_notes(outcome)), _sentence(outcome)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(outcome: Outcome, path: str, finding: Finding) -> str:
    place = ":".join(str(part) for part in (finding.line, finding.column) if part)
    where = f"{_from_here(outcome.root, path)}:{place}" if place else _from_here(outcome.root, path)
    items = f" {', '.join(finding.items)}" if finding.items else ""
    word = "error" if is_breach(finding, outcome.at_least) else "warning"
    return f"{where}: {word}: {' '.join(finding.message.split())} [{finding.rule}{items}]"


def _from_here(root: Path, path: str) -> str:
    try:
        shown = os.path.relpath(root / path)
    except ValueError:  # another drive
        shown = path
    # A name may hold a newline, or what a terminal takes for a command.
    return "".join(char if char.isprintable() else "?" for char in shown)


def _table(outcome: Outcome) -> Iterator[str]:
    counts: Counter[str] = Counter()
    stops: Counter[str] = Counter()
    for _, finding in outcome.findings():
        for item in finding.items or (finding.rule,):
            counts[item] += 1
            stops[item] += is_breach(finding, outcome.at_least)
    if not counts:
        return
    width = max(len("item"), *map(len, counts))
    yield f"{'item':{width}}  errors  warnings"
    for item in sorted(counts, key=lambda item: (-stops[item], -counts[item], item)):
        title = outcome.titles.get(item, "")
        told = f"  {title if len(title) <= _MAX_TITLE else f'{title[: _MAX_TITLE - 3]}...'}" if title else ""
        yield f"{item:{width}}  {stops[item]:6}  {counts[item] - stops[item]:8}{told}"


def _notes(outcome: Outcome) -> Iterator[str]:
    yield from (f"note: {note}" for note in outcome.notes)
    yield from (f"not checked: {told}" for told in outcome.silent_tools)
    yield from (f"not checked: {verdict.path}: {verdict.failed}" for verdict in outcome.failures)
    partly = Counter(note for verdict in outcome.verdicts for note in verdict.notes)
    told = [f"not checked in {count_of(number, 'file')}: {note}" for note, number in partly.most_common()]
    yield from _cut(told)
    for reason, number in sorted(Counter(outcome.left_out.values()).items()):
        named = [path for path, why in outcome.left_out.items() if why == reason][:3]
        more = ", ..." if number > len(named) else ""
        yield f"left out: {count_of(number, 'file')}, {reason} ({', '.join(named)}{more})"


def _cut(lines: list[str]) -> Iterable[str]:
    return lines if len(lines) <= _MAX_NOTES else [*lines[:_MAX_NOTES], f"and {len(lines) - _MAX_NOTES} more notes"]


def _sentence(outcome: Outcome) -> str:
    if not outcome.judged and not outcome.failures:
        return "Nothing was judged: nothing in our languages changed." if outcome.is_compared else _NOTHING
    parts = [f"{count_of(outcome.judged, 'file')} judged in {outcome.seconds:.1f} s"]
    parts.append(count_of(outcome.breaches, "breach", "es"))
    if outcome.others:
        parts.append(count_of(outcome.others, "warning"))
    if outcome.known:
        parts.append(f"{outcome.known:,} known before")
    if outcome.failures:
        parts.append(f"{count_of(len(outcome.failures), 'file')} not judged")
    return ", ".join(parts) + "."
