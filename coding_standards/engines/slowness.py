"""Whether a parser may get stuck in a text: then it is parsed where it can be killed.

tree-sitter's recovery from errors takes the square of a text's length and more where one mistake follows the other:
4,000 characters of `->` are 4 s of JavaScript, and all the time it holds the interpreter's lock. Its one rule: no look
at a text takes longer than the parser takes for a thousand characters of the worst that is known, a quarter second.

What is slow is monotonous: of some 10,000 random texts of up to ten different tokens, all that took longer than half a
second for 8,000 characters shrank to less than 0.28 of their length, code to 0.28 only in one piece of ten.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterator

from ast_grep_py import SgRoot

from coding_standards.languages import Language

MAX_INLINE_CHARS = 20_000
"""Longer code goes to the worker, whatever it is."""

_PIECE = 1_000
"""Characters that are looked at together; the worst known take a parser 0.25 s, code takes it 0.2 to 2 ms."""
_MONOTONOUS = 0.33
"""What is left of a piece when it is compressed; pieces of code are at 0.45 as a rule."""
_SLOW_S = 0.005
"""Processor time for a piece. The whole text takes up to the square of its number of pieces times this: 2 s."""

_SLOW_MARKS = {"java": "<", "sql": "<.=+-*:"}
_MAX_MARKS = 2_000
"""Of one mark: a parser that tries each as an operator and as more takes two seconds for ten thousand."""
_MAX_SQL_LINE = 2_000
"""Characters; one expression without end is tried in every dialect."""


def is_quick(code: str, language: Language, grammar: str | None) -> bool:
    """Whether even the worst such code known keeps a parser for about a second at most; takes 0.5 ms for 10 KB."""
    if len(code) > MAX_INLINE_CHARS:
        return False
    if any(code.count(mark) > _MAX_MARKS for mark in _SLOW_MARKS.get(language.name, "")):
        return False
    if language.name == "sql":
        return max(map(len, code.split("\n"))) <= _MAX_SQL_LINE
    if grammar is None or len(code) <= _PIECE:
        return True
    return not any(_is_slow(piece, grammar) for piece in _monotonous(code))


def _monotonous(code: str) -> Iterator[str]:
    """The pieces that say the same over and over; the last one reaches back to be as long as the others."""
    last = len(code) - _PIECE
    for begin in dict.fromkeys([*range(0, last, _PIECE), last]):
        piece = code[begin : begin + _PIECE]
        text = piece.encode("utf-8", "replace")
        if len(zlib.compress(text, 1)) < _MONOTONOUS * len(text):
            yield piece


def _is_slow(piece: str, grammar: str) -> bool:
    SgRoot("a", grammar).root()  # the first text of a grammar takes longer than others
    begun = time.thread_time()
    SgRoot(_WITHOUT_SURROGATES.sub("\ufffd", piece), grammar).root()
    return time.thread_time() - begun > _SLOW_S


_WITHOUT_SURROGATES = re.compile("[\ud800-\udfff]")
