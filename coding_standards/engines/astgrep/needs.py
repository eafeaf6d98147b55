"""What a text needs to have if a rule is to match: words, and kinds of nodes. What cannot match is not tried.

ast-grep compiles a rule anew for every text, its regular expressions above all, which takes longer than the search:
5 to 20 ms for the rules of a language. Most of them look for something that most code does not have.
The one rule: in doubt nothing is needed, for a rule that is skipped wrongly would be a pass that nobody proved.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

_MIN_LENGTH = 2
"""Shorter words stand in every text."""

# Matches another node, which is also part of the text: `inside: {regex: token}` needs a token somewhere.
_RELATIONS = ("has", "inside", "precedes", "follows")

_KIND = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PATTERN_WORD = re.compile(r"(?<![$\w])[A-Za-z_][A-Za-z0-9_]*")
_REGEX_TOKEN = re.compile(
    r"\\[pP](?:\{[^}]*\}|.)|\\[xuU](?:\{[^}]*\}|[0-9A-Fa-f]{2,8})|\\."
    r"|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|\(\?[a-zA-Z-]*:|\(\?[a-zA-Z-]+\)|\(\?P?<\w+>|.",
    re.DOTALL,
)
_OPTIONAL = re.compile(r"[?*]|\{0")
# White space that does not count, classes within classes, `{,3}`, and boundaries such as `\<` and `\b{start}`.
_NOT_READ = re.compile(r"\(\?[a-zA-Z-]*x|&&|\{,|\\[<>]|\\[bB]\{")


@dataclass(frozen=True)
class Seen:
    """What one text has; every word is looked up once."""

    folded: str
    kinds: frozenset[str]
    _words: dict[str, bool] = field(default_factory=dict)

    def has_word(self, word: str) -> bool:
        """Whether this folded word stands anywhere in the text."""
        known = self._words.get(word)
        if known is None:
            known = self._words[word] = word in self.folded
        return known


class Need(Protocol):
    """Something that a text has or has not."""

    def is_met(self, seen: Seen) -> bool:
        """Whether the text has it."""


@dataclass(frozen=True)
class Word:
    """This folded word stands in the folded text."""

    text: str

    def is_met(self, seen: Seen) -> bool:
        """Whether it does."""
        return seen.has_word(self.text)


@dataclass(frozen=True)
class Kind:
    """The tree has a node of this kind."""

    name: str

    def is_met(self, seen: Seen) -> bool:
        """Whether it has."""
        return self.name in seen.kinds


@dataclass(frozen=True)
class AllOf:
    """All of these; nothing at all when there are none."""

    parts: tuple[Need, ...] = ()

    def is_met(self, seen: Seen) -> bool:
        """Whether the text has every one."""
        return all(part.is_met(seen) for part in self.parts)


@dataclass(frozen=True)
class OneOf:
    """At least one of these."""

    parts: tuple[Need, ...]

    def is_met(self, seen: Seen) -> bool:
        """Whether the text has one."""
        return any(part.is_met(seen) for part in self.parts)


NOTHING = AllOf()


def find_needs(rule: object, utils: object = None) -> Need:
    """What a text must have for ast-grep's rule object to match anywhere; `utils` are the rules it can name."""
    return _find_needs(rule, utils if isinstance(utils, Mapping) else {}, ())


def _find_needs(rule: object, utils: Mapping[str, object], within: tuple[str, ...]) -> Need:
    if not isinstance(rule, Mapping):
        return NOTHING
    found: list[Need] = []
    for key, value in rule.items():
        if key == "kind" and isinstance(value, str) and _KIND.fullmatch(value):
            found.append(Kind(value))
        elif key == "pattern" and isinstance(value, str):
            found.append(_needs_of_pattern(value))
        elif key == "regex" and isinstance(value, str):
            found.append(needs_of_regex(value))
        elif key in _RELATIONS:
            found.append(_find_needs(value, utils, within))
        elif key == "matches" and value in utils and value not in within:
            found.append(_find_needs(utils[value], utils, (*within, value)))
        elif key in {"all", "any"} and isinstance(value, list):
            parts = [_find_needs(part, utils, within) for part in value]
            found.append(_every(parts) if key == "all" else _either(parts))
    return _every(found)


@functools.lru_cache(maxsize=4096)
def needs_of_regex(regex: str) -> Need:
    """The same for a regular expression; nothing for one that is not understood."""
    if not regex.isascii() or _NOT_READ.search(regex):
        return NOTHING
    try:
        reader = _RegexReader(_REGEX_TOKEN.findall(regex))
        found = reader.read()
    except IndexError:  # not a regular expression; ast-grep says so itself
        return NOTHING
    return found if reader.is_done else NOTHING


def _needs_of_pattern(pattern: str) -> Need:
    words = _PATTERN_WORD.findall(pattern)
    return _every(Word(word.casefold()) for word in words if len(word) > _MIN_LENGTH)


def _every(parts: Iterable[Need]) -> Need:
    """All of them, in one level, the quickest to look up first."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, AllOf) else (part,))]
    kept = sorted(dict.fromkeys(flat), key=_cost)
    return kept[0] if len(kept) == 1 else AllOf(tuple(kept))


def _either(parts: Iterable[Need]) -> Need:
    """One of them; nothing when one of them needs nothing."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, OneOf) else (part,))]
    if not flat or NOTHING in flat:
        return NOTHING
    kept = sorted(dict.fromkeys(flat), key=_cost)
    return kept[0] if len(kept) == 1 else OneOf(tuple(kept))


def _cost(need: Need) -> int:
    """Words that have to be looked up."""
    if isinstance(need, (AllOf, OneOf)):
        return sum(map(_cost, need.parts))
    return int(isinstance(need, Word))


@dataclass
class _RegexReader:
    tokens: list[str]
    at: int = 0

    @property
    def is_done(self) -> bool:
        return self.at == len(self.tokens)

    def read(self) -> Need:
        """Alternatives, up to the end or the bracket that closes them."""
        branches = [self._sequence()]
        while not self.is_done and self.tokens[self.at] == "|":
            self.at += 1
            branches.append(self._sequence())
        return _either(branches)

    def _sequence(self) -> Need:
        found: list[Need] = []
        run = ""
        while not self.is_done and self.tokens[self.at] not in {"|", ")"}:
            literal, inner = self._part()
            is_repeated = not self.is_done and self.tokens[self.at][0] in "?*+{"
            is_optional = is_repeated and _OPTIONAL.match(self.tokens[self.at]) is not None
            while not self.is_done and self.tokens[self.at][0] in "?*+{":
                self.at += 1  # with a lazy mark after it
            if not is_optional:
                found.append(inner)
            if literal and not is_optional:
                run += literal
            if not literal or is_repeated:
                found.append(_run(run))
                run = ""
        return _every([*found, _run(run)])

    def _part(self) -> tuple[str, Need]:
        """A literal character, or what a group needs; neither for a class, an anchor or a flag."""
        part = self.tokens[self.at]
        self.at += 1
        if part.startswith("(") and not part.endswith(")"):
            inner = self.read()
            if self.tokens[self.at] != ")":
                raise IndexError(part)
            self.at += 1
            return "", inner
        if len(part) == 2 and part[0] == "\\" and not part[1].isalnum():
            return part[1], NOTHING
        if "[" in part[1:].replace("\\[", "").replace("[:", ""):
            raise IndexError(part)  # a class within a class
        is_literal = len(part) == 1 and part not in ".^$"
        return (part if is_literal else ""), NOTHING


def _run(text: str) -> Need:
    return Word(text.casefold()) if len(text) >= _MIN_LENGTH else NOTHING
