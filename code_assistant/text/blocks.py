"""Markdown as blocks that can be kept or dropped: paragraphs, fences, and the items of a long list.

The rule: no block is longer than the budget that it is split for, so that some of any text fits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"\s*(```+|~~~+)")
_SEPARATOR = re.compile(r"^\s*-{5,}\s*$")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]")
_LONG_LIST_SHARE = 4
"""A list that takes more than this part of the budget is split into its items, which stand for themselves."""
_PIECES = 8
"""A text without any blocks is cut into pieces of this part of the budget."""
_BREAKS = ("\n", ". ", "},", "; ", ", ", " ")
"""Where a text is cut rather than elsewhere, the best place first."""


@dataclass(frozen=True)
class Block:
    """A text that stays whole, and what stands between it and the block before it."""

    text: str
    glue: str = "\n\n"


def split_blocks(text: str, max_chars: int) -> list[Block]:
    """Split at blank lines outside code fences; what is then too long for `max_chars` at items, lines or sentences."""
    return [piece for block in _paragraphs(text) for piece in _pieces(block, max_chars)]


def join_blocks(blocks: list[Block], kept: Collection[int]) -> str:
    """The blocks of these numbers in their order."""
    text = []
    for index in sorted(kept):
        glue = blocks[index].glue
        text.append(glue if index - 1 in kept or glue == "\n" else "\n\n")
        text.append(blocks[index].text)
    return "".join(text[1:])


def _paragraphs(text: str) -> list[str]:
    """Long rules such as Context7's between snippets separate too."""
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


def _pieces(block: str, max_chars: int) -> Iterator[Block]:
    items = _items(block) if len(block) > max_chars // _LONG_LIST_SHARE else []
    if len(items) > 1:
        for number, item in enumerate(items):
            glue = "\n" if number else "\n\n"
            yield from _cut(item, max_chars, glue)
    else:
        yield from _cut(block, max_chars, "\n\n")


def _items(block: str) -> list[str]:
    """The items of a list at its outermost level; what stands above the first is an item too, a heading part of it."""
    items: list[list[str]] = [[]]
    indent: int | None = None
    is_fenced = False
    for line in block.split("\n"):
        if _FENCE.match(line):
            is_fenced = not is_fenced
        item = None if is_fenced else _ITEM.match(line)
        if item and (indent is None or len(item[1]) <= indent):
            is_heading = indent is None and "\n".join(items[-1]).startswith("##")
            indent = len(item[1])
            if items[-1] and not is_heading:
                items.append([])
        items[-1].append(line)
    return ["\n".join(item) for item in items]


def _cut(text: str, max_chars: int, glue: str) -> Iterator[Block]:
    """A text that is too long for the budget even alone, in pieces; of a fence only the beginning, closed again."""
    if len(text) + 2 <= max_chars:
        yield Block(text, glue)
        return
    size = max(max_chars // _PIECES, 1)
    fence = next((found for line in text.split("\n", 8)[:8] if (found := _FENCE.match(line))), None)
    if fence:
        head = text[: _end(text, 0, max_chars - size)].rstrip()
        is_open = sum(1 for line in head.split("\n") if _FENCE.match(line)) % 2
        yield Block(f"{head}\n{fence[1]}" if is_open else head, glue)
        return
    begin = 0
    while begin < len(text):
        end = _end(text, begin, size)
        yield Block(text[begin:end], glue)
        begin, glue = end, ""


def _end(text: str, begin: int, size: int) -> int:
    """Where a piece of at most this size ends: after the best place to break in its second half."""
    limit = begin + size
    if limit >= len(text):
        return len(text)
    for mark in _BREAKS:
        found = text.rfind(mark, begin + size // 2, limit)
        if found >= 0:
            return min(found + len(mark), limit)
    return limit
