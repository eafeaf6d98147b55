"""Text cut to a budget: whole blocks are kept or dropped, the most relevant ones stay, in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_][^\W_]{2,}")
"""In any script."""
_FENCE = re.compile(r"^\s*(```|~~~)")
_SEPARATOR = re.compile(r"^\s*-{5,}\s*$")
_COMMON = frozenset(
    ["the", "and", "for", "with", "that", "this", "from", "are", "not", "can", "use", "using", "code", "create", "your"]
)


@dataclass(frozen=True)
class Trimmed:
    """Text within its budget, and how many characters were left out."""

    text: str
    dropped_chars: int = 0


def trim(text: str, max_chars: int, about: str) -> Trimmed:
    """Keep the blocks of `text` that matter most for `about`: paragraphs, lists and fences, whole or not at all."""
    if len(text) <= max_chars:
        return Trimmed(text)
    blocks = _blocks(text)
    wanted = words(about)
    by_relevance = sorted(range(len(blocks)), key=lambda index: (-_relevance(blocks[index], wanted), index))
    kept: set[int] = set()
    left = max_chars
    for index in by_relevance:
        if len(blocks[index]) + 2 <= left:
            kept.add(index)
            left -= len(blocks[index]) + 2
    shortened = "\n\n".join(blocks[index] for index in sorted(kept))
    return Trimmed(shortened, len(text) - len(shortened))


def words(text: str) -> frozenset[str]:
    """The words of a text that carry meaning, in small letters."""
    return frozenset(_WORD.findall(text.lower())) - _COMMON


def _relevance(block: str, wanted: frozenset[str]) -> float:
    if block.startswith("# "):
        return 2.0  # the title says what the rest is about
    found = words(block)
    return len(found & wanted) / (len(wanted) or 1) + (0.1 if "```" in block else 0.0)


def _blocks(text: str) -> list[str]:
    """Split at blank lines outside code fences; long rules such as Context7's between snippets separate too."""
    blocks: list[list[str]] = [[]]
    is_fenced = False
    for line in text.splitlines():
        if _FENCE.match(line):
            is_fenced = not is_fenced
        if not is_fenced and (not line.strip() or _SEPARATOR.match(line)):
            blocks.append([])
        else:
            blocks[-1].append(line)
    return _with_their_headings(["\n".join(block) for block in blocks if block])


def _with_their_headings(blocks: list[str]) -> list[str]:
    """A heading alone says nothing: it goes with the block below it."""
    joined: list[str] = []
    heading = ""
    for block in blocks:
        if block.startswith("##") and "\n" not in block:
            heading = f"{heading}{block}\n\n"
            continue
        joined.append(heading + block)
        heading = ""
    return [*joined, heading.strip()] if heading else joined
