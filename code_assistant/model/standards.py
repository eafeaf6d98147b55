"""The standards as a model reads them: nothing twice, and nothing that is said to people alone.

The rule: a text that is not of the form the standards server gives it is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

_ITEM = re.compile(r"- `([A-Z][A-Z0-9]*-\d{3})` (.*)")
_TOLD_TO_PEOPLE = re.compile(r" \((checked|person)\)$")
_POINTER = re.compile(r"- `\w+://")
"""Where else something stands, for those who can look there."""
_TESTING = "Testing"

_Section = tuple[str, list[str]]


def without_notes(text: str) -> str:
    """A standard without its list of other standards."""
    kept: list[_Section] = []
    for title, lines in _sections(text):
        own = [line for line in lines if not _POINTER.match(line)]
        kept.append((title, lines) if own == lines else ("", [line for line in own if line.strip()]))
    return _join(kept)


def checklist_beside(checklist: str, shown: Sequence[str], *, include_tests: bool) -> str:
    """The titles of the items that no other text shows, without those of tests when none are asked for."""
    known = {item[1] for text in shown for line in text.splitlines() if (item := _ITEM.match(line))}
    return _join(_open_items(checklist, known, include_tests=include_tests))


def short_standard(checklist: str, *, include_tests: bool) -> str:
    """One line for each item that a machine checks: what a small model can keep in mind."""
    lines = []
    for _, items in _open_items(checklist, (), include_tests=include_tests, only_checked=True):
        lines += [f"- {item[2]}" for line in items if (item := _ITEM.match(line))]
    return "\n".join(lines) or checklist


def _open_items(
    checklist: str, known: Collection[str], *, include_tests: bool, only_checked: bool = False
) -> Iterable[_Section]:
    for title, lines in _sections(checklist):
        if title.strip("# ") == _TESTING and not include_tests:
            continue
        kept = []
        for line in lines:
            item, note = _ITEM.match(line), _TOLD_TO_PEOPLE.search(line)
            is_new = line.startswith("- ") and (item is None or item[1] not in known)
            if is_new and not (only_checked and note and note[1] == "person"):
                kept.append(line[: note.start()] if note else line)
        if kept or title.startswith("# "):
            yield title, ["", *kept, ""] if kept else [""]


def _sections(text: str) -> list[_Section]:
    """Headings with the lines below them."""
    sections: list[_Section] = [("", [])]
    for line in text.splitlines():
        if line.startswith(("# ", "## ")):
            sections.append((line, []))
        else:
            sections[-1][1].append(line)
    return sections


def _join(sections: Iterable[_Section]) -> str:
    lines = [line for title, below in sections for line in ([title, *below] if title else below)]
    return "\n".join(lines).strip()
