"""An answer that repeats itself without end, as small models do: seen while it is written, so that it can be ended.

The rule: only what is the same again and again counts, far longer than code has it. Where nothing but numbers differs
it has to hold words: a table of numbers is none.
"""

from __future__ import annotations

import re

LOOK_EVERY = 200
"""Characters between two looks."""
_TAILS = ((600, 20), (1_600, 200), (4_000, 700))
"""A text whose last characters, so many, consist of equal pieces of at most so many repeats itself."""
_COUNTED_TAIL, _COUNTED_PIECE = 1_600, 80
"""The same for pieces that differ in their numbers, as in `check(71500); check(72500);`."""
_NUMBER = re.compile(r"\d+")
_BLANK = 400
"""White space in one piece; as in JSON, written as escapes, too."""
_BLANKS = re.compile(r"(?:\s|\\[nrt])+\Z")


def find_repetition(text: str) -> int | None:
    """Where the text begins to repeat itself up to its end; None when it does not."""
    blank = _BLANKS.search(text, max(0, len(text) - 2 * _BLANK))
    if blank is not None and len(blank[0]) >= _BLANK:
        return len(_BLANKS.sub("", text))
    for length, longest in _TAILS:
        tail = text[-length:]
        period = _period(tail)
        if len(tail) == length and period <= longest and not _NUMBER.fullmatch(tail[:period].strip(" ,;\\n")):
            return _begin(text, len(text) - length, period)
    if len(text) < _COUNTED_TAIL:
        return None
    tail = _NUMBER.sub("0", text[-_COUNTED_TAIL:])
    period = _period(tail)
    if period <= _COUNTED_PIECE and any(char.isalpha() for char in tail[:period]):
        return len(text) - _COUNTED_TAIL
    return None


def _begin(text: str, begin: int, period: int) -> int:
    """Behind the first of the equal pieces, which is still part of the answer."""
    while begin > 0 and text[begin - 1] == text[begin - 1 + period]:
        begin -= 1
    return begin + period


def _period(text: str) -> int:
    """The shortest distance at which a text is equal to itself (Knuth, Morris and Pratt's prefix function)."""
    border = [0] * len(text)
    length = 0
    for index in range(1, len(text)):
        while length and text[index] != text[length]:
            length = border[length - 1]
        length += text[index] == text[length]
        border[index] = length
    return len(text) - (border[-1] if border else 0)
