"""Lines in a text from outside that give the model orders instead of telling it something.

The rule: an order is an imperative where a sentence starts; what describes an order, and code, stays as it is. What
orders look like is data with examples in it: `orders.toml`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import accumulate
from typing import Any

from groundwork.reading.toml_text import read_our_toml

_UNIT_CHARS = 1_000
"""A longer line is judged, and taken out, by parts of this length, cut between words."""
_PARTS = re.compile(rf"[^\n]{{1,{_UNIT_CHARS}}}(?=\s|$)|[^\n]{{1,{_UNIT_CHARS}}}")
_FENCE = re.compile(r"[ \t>]{0,20}(`{3,}|~{3,})(.*)")
_COMMENT = re.compile(r"^\s*(?:\*|--|;|%)|(?<![:\w\"'])(?://|/\*|\#|<!--)")
_READS_AS_PROSE = re.compile(r"\s*[A-Za-z]+(?:,?[ ]+[A-Za-z']+){2}")
"""Three words in a row at the start of a line of code: no language has that, but texts between fences do."""
_NOTHING = "."
"""What stands for a line that is not judged; it ends a sentence, so that none reaches over it."""
_MARKS = str.maketrans("", "", "*`")
_LOOK_ALIKES = str.maketrans("аеорсухіѕјԁɡАВЕКМНОРСТХІ", "aeopcyxisjdgABEKMHOPCTXI")

_SENTENCE_START = r"""
    (?:^|(?<=[^\w\s,\-]))[^\w\n]{0,10}+
    (?:(?:please|now|then|so|also|and|important|first|kindly|just|you\s(?:must|should|will|shall))\b[^\w\n]{1,3}+){0,3}
"""
_KINDS = {
    "sentence": (_SENTENCE_START, re.IGNORECASE),
    "role": (r"""^[^\w\n"'{\[]{0,10}+""", re.IGNORECASE),
    "markup": ("", re.NOFLAG),
}
"""What stands before a pattern of each kind, and how it is read."""
_NAMED = re.compile(r"<<(\w+)>>")


@dataclass(frozen=True)
class _Unit:
    """A line or a part of one: how it stays when it gives orders, and how it is judged."""

    text: str
    judged: str
    is_last: bool = True
    """The line ends with it."""
    kept: str = ""
    """The code before a comment that is taken out."""


def without_orders(text: str) -> tuple[str, int]:
    """A text without the lines that give the model orders, and how many those were; of code only comments go."""
    units = list(_units(text.split("\n")))
    view = "\n".join(unit.judged for unit in units)
    starts = list(accumulate((len(unit.judged) + 1 for unit in units), initial=0))
    found = {index for start, end in _spans(view) for index in _indices(starts, start, end)}
    if not found:
        return text, 0
    return _join(units, found), len(found)


def read_orders() -> dict[str, Any]:
    """The data: `words` by name and `orders`, as the head of the file tells."""
    return read_our_toml(__package__, "orders.toml")


def _spans(view: str) -> Iterator[tuple[int, int]]:
    for pattern in _read_patterns():
        yield from (match.span() for match in pattern.finditer(view))


@cache
def _read_patterns() -> tuple[re.Pattern[str], ...]:
    """One pattern of each kind; compiling them takes longer than a text, and no handshake needs them."""
    data = read_orders()
    flags = re.VERBOSE | re.MULTILINE
    compiled = []
    for kind, (start, more) in _KINDS.items():
        patterns = [order["pattern"] for order in data["orders"] if order["at"] == kind]
        choices = _NAMED.sub(lambda name: data["words"][name[1]], "|".join(patterns))
        compiled.append(re.compile(f"{start}(?:{choices})", flags | more))
    return tuple(compiled)


def _indices(starts: list[int], start: int, end: int) -> range:
    return range(bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)))


def _join(units: list[_Unit], found: set[int]) -> str:
    """What is left: a line of which nothing is left goes with its end."""
    lines: list[str] = []
    parts: list[str] = []
    is_gone = True
    for index, unit in enumerate(units):
        is_order = index in found
        is_gone = is_gone and is_order and not unit.kept
        parts.append(unit.kept if is_order else unit.text)
        if unit.is_last and not is_gone:
            lines.append("".join(parts))
        if unit.is_last:
            parts, is_gone = [], True
    return "\n".join(lines)


def _units(lines: list[str]) -> Iterator[_Unit]:
    for line, is_code in zip(lines, _find_fenced(lines), strict=True):
        if is_code:
            yield _code(line)
        elif len(line) <= _UNIT_CHARS:
            yield _Unit(line, _view(line))
        else:
            *parts, last = _PARTS.findall(line)
            yield from (_Unit(part, _view(part), is_last=False) for part in parts)
            yield _Unit(last, _view(last))


def _code(line: str) -> _Unit:
    """A line between fences: only its comment is judged, if it has one."""
    if _READS_AS_PROSE.match(line):
        return _Unit(line, _view(line[:_UNIT_CHARS]))
    comment = _COMMENT.search(line[:_UNIT_CHARS])
    if comment is None:
        return _Unit(line, _NOTHING)
    judged = line[comment.end() : comment.end() + _UNIT_CHARS]
    return _Unit(line, _view(judged), kept=line[: comment.start()].rstrip())


def _view(line: str) -> str:
    """A line as a reader sees it: without emphasis, entities resolved, full-width and look-alike letters as plain."""
    if not line or line.isspace():
        return _NOTHING
    seen = unescape(line) if "&" in line else line
    if not seen.isascii():
        plain = {ord(char): unicodedata.normalize("NFKC", char)[:3] for char in set(seen) if not char.isascii()}
        seen = seen.translate(plain).translate(_LOOK_ALIKES)
    return seen.translate(_MARKS).replace("\n", " ")


def _find_fenced(lines: list[str]) -> list[bool]:
    """Which lines are between fences; a fence that is never closed is none."""
    is_code = [False] * len(lines)
    opened: tuple[int, str] | None = None
    for index, line in enumerate(lines):
        fence = _FENCE.match(line[:_UNIT_CHARS])
        if fence is None:
            continue
        if opened is None:
            opened = (index, fence[1])
        elif fence[1].startswith(opened[1]) and not fence[2].strip():
            is_code[opened[0] + 1 : index] = [True] * (index - opened[0] - 1)
            opened = None
    return is_code
