"""Words that must stand in a text if a rule is to match: what cannot match is not tried.

ast-grep compiles a rule anew for every text, its regular expressions above all, which takes longer than the search:
10 to 20 ms for the thirty rules of a language. Most of them look for words that most code does not have.
The one rule: in doubt nothing is required, for a rule that is skipped wrongly would be a pass that nobody proved.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MIN_LENGTH = 3
"""Shorter words stand in every text."""

Words = frozenset[str]
"""Folded; one of them must stand in the text."""

# Matches another node, whose text is also part of the text: `inside: {regex: token}` needs a token somewhere.
_RELATIONS = ("has", "inside", "precedes", "follows")

_PATTERN_WORD = re.compile(r"(?<![$\w])[A-Za-z_][A-Za-z0-9_]*")
_REGEX_TOKEN = re.compile(
    r"\\[pP](?:\{[^}]*\}|.)|\\[xuU](?:\{[^}]*\}|[0-9A-Fa-f]{2,8})|\\."
    r"|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|\(\?[a-zA-Z-]*:|\(\?[a-zA-Z-]+\)|\(\?P?<\w+>|.",
    re.DOTALL,
)
_OPTIONAL = re.compile(r"[?*]|\{0")


def required_words(rule: object) -> tuple[Words, ...]:
    """From each of these sets one word must stand in the folded text, or ast-grep's rule object cannot match."""
    if not isinstance(rule, Mapping):
        return ()
    found: list[Words] = []
    for key, value in rule.items():
        if key == "pattern" and isinstance(value, str):
            found += _words_of_pattern(value)
        elif key == "regex" and isinstance(value, str):
            found += words_of_regex(value)
        elif key in _RELATIONS:
            found += required_words(value)
        elif key == "all" and isinstance(value, list):
            found += (words for part in value for words in required_words(part))
        elif key == "any" and isinstance(value, list):
            found += _either([required_words(part) for part in value])
    return tuple(dict.fromkeys(found))


@functools.lru_cache(maxsize=4096)
def words_of_regex(regex: str) -> tuple[Words, ...]:
    """The same for a regular expression; empty for one that is not understood."""
    if not regex.isascii() or "(?x" in regex or "&&" in regex:
        return ()
    try:
        reader = _RegexReader(_REGEX_TOKEN.findall(regex))
        found = reader.read()
    except IndexError:  # not a regular expression; ast-grep says so itself
        return ()
    return found if reader.is_done else ()


@functools.lru_cache(maxsize=4096)
def _words_of_pattern(pattern: str) -> tuple[Words, ...]:
    words = _PATTERN_WORD.findall(pattern)
    return tuple(frozenset({word.casefold()}) for word in words if len(word) >= _MIN_LENGTH)


def _either(branches: Sequence[Sequence[Words]]) -> list[Words]:
    """One set for all branches together: from each branch its most telling one."""
    if not branches or not all(branches):
        return []
    chosen = (max(branch, key=lambda words: min(map(len, words))) for branch in branches)
    return [frozenset().union(*chosen)]


@dataclass
class _RegexReader:
    tokens: list[str]
    at: int = 0

    @property
    def is_done(self) -> bool:
        return self.at == len(self.tokens)

    def read(self) -> tuple[Words, ...]:
        """Alternatives, up to the end or the bracket that closes them."""
        branches = [self._sequence()]
        while not self.is_done and self.tokens[self.at] == "|":
            self.at += 1
            branches.append(self._sequence())
        return tuple(_either(branches)) if len(branches) > 1 else tuple(branches[0])

    def _sequence(self) -> list[Words]:
        found: list[Words] = []
        run = ""
        while not self.is_done and self.tokens[self.at] not in {"|", ")"}:
            literal, inner = self._part()
            is_repeated = not self.is_done and self.tokens[self.at][0] in "?*+{"
            is_optional = is_repeated and _OPTIONAL.match(self.tokens[self.at]) is not None
            while not self.is_done and self.tokens[self.at][0] in "?*+{":
                self.at += 1  # with a lazy mark after it
            if not is_optional:
                found += inner
            if literal and not is_optional:
                run += literal
            if not literal or is_repeated:
                _add_run(found, run)
                run = ""
        _add_run(found, run)
        return found

    def _part(self) -> tuple[str, tuple[Words, ...]]:
        """A literal character, or what a group requires; neither for a class, an anchor or a flag."""
        part = self.tokens[self.at]
        self.at += 1
        if part.startswith("(") and not part.endswith(")"):
            inner = self.read()
            if self.tokens[self.at] != ")":
                raise IndexError(part)
            self.at += 1
            return "", inner
        if len(part) == 2 and part[0] == "\\" and not part[1].isalnum():
            return part[1], ()
        if "[" in part[1:].replace("\\[", "").replace("[:", ""):
            raise IndexError(part)  # a class within a class
        is_literal = len(part) == 1 and part not in ".^$"
        return (part if is_literal else ""), ()


def _add_run(found: list[Words], run: str) -> None:
    if len(run) >= _MIN_LENGTH:
        found.append(frozenset({run.casefold()}))
