"""Text cut to a budget: whole blocks are kept or dropped, the most relevant ones stay, in their order.

Text that is longer than its budget never comes out empty: what is too long for a block is split.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from code_assistant.text.blocks import join_blocks, split_blocks

_WORD = re.compile(r"[^\W\d_][^\W_]{2,}")
"""In any script."""
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
    blocks = split_blocks(text, max_chars)
    wanted = words(about)
    relevance = [_relevance(block.text, wanted) for block in blocks]
    kept: set[int] = set()
    left = max_chars
    for index in sorted(range(len(blocks)), key=lambda index: (-relevance[index], index)):
        if len(blocks[index].text) + 2 <= left:
            kept.add(index)
            left -= len(blocks[index].text) + 2
    shortened = join_blocks(blocks, kept)
    return Trimmed(shortened, len(text) - len(shortened))


def words(text: str) -> frozenset[str]:
    """The words of a text that carry meaning, in small letters."""
    return frozenset(_WORD.findall(text.lower())) - _COMMON


def _relevance(block: str, wanted: frozenset[str]) -> float:
    if block.startswith("# "):
        return 2.0  # the title says what the rest is about
    found = words(block)
    return len(found & wanted) / (len(wanted) or 1) + (0.1 if "```" in block else 0.0)
