"""What a text needs to have if a rule is to match: words, and kinds of nodes. What cannot match is not tried.

ast-grep compiles a rule anew for every text, its regular expressions above all, which takes longer than the search:
5 to 20 ms for the rules of a language. Most of them look for something that most code does not have.
The one rule: in doubt nothing is needed, for a rule that is skipped wrongly would be a pass that nobody proved.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_MIN_LENGTH = 2
"""Shorter words stand in every text."""
_MAX_COMBINATIONS = 200
"""Of the needs of alternatives; of more, one of each is looked at."""
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


KIND = "\0"
"""No word begins with it."""
Needs = frozenset[frozenset[str]]
"""Of each of these sets a text must have one: a folded word that stands in it, or a kind of node, behind `KIND`."""
NOTHING: Needs = frozenset()


@dataclass(frozen=True)
class Seen:
    """What one text has; every word is looked up once."""

    folded: str
    kinds: frozenset[str]
    _known: dict[str, bool] = field(default_factory=dict)

    def meets(self, needs: Needs) -> bool:
        """Whether the text has something of every set."""
        return all(any(map(self._has, either)) for either in needs)

    def _has(self, need: str) -> bool:
        known = self._known.get(need)
        if known is None:
            known = need[1:] in self.kinds if need.startswith(KIND) else need in self.folded
            self._known[need] = known
        return known


def find_needs(rule: object, utils: object = None) -> Needs:
    """What a text must have for ast-grep's rule object to match anywhere; `utils` are the rules it can name."""
    return _find_needs(rule, utils if isinstance(utils, Mapping) else {}, ())


def _find_needs(rule: object, utils: Mapping[str, object], within: tuple[str, ...]) -> Needs:
    if not isinstance(rule, Mapping):
        return NOTHING
    found: list[Needs] = []
    for key, value in rule.items():
        if key == "kind" and isinstance(value, str) and _KIND.fullmatch(value):
            found.append(_one(KIND + value))
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
def needs_of_regex(regex: str) -> Needs:
    """The same for a regular expression; nothing for one that is not understood."""
    if not regex.isascii() or _NOT_READ.search(regex):
        return NOTHING
    try:
        reader = _RegexReader(_REGEX_TOKEN.findall(regex))
        found = reader.read()
    except IndexError:  # not a regular expression; ast-grep says so itself
        return NOTHING
    return found if reader.is_done else NOTHING


def _needs_of_pattern(pattern: str) -> Needs:
    words = _PATTERN_WORD.findall(pattern)
    return frozenset(frozenset([word.casefold()]) for word in words if len(word) > _MIN_LENGTH)


def _one(need: str) -> Needs:
    return frozenset([frozenset([need])])


def _every(parts: Iterable[Needs]) -> Needs:
    return frozenset().union(*parts)


def _either(parts: Iterable[Needs]) -> Needs:
    """What one of these needs: something of each, in every combination, or in one where there are too many."""
    branches = [*parts]
    if not branches or not all(branches):
        return NOTHING
    if math.prod(map(len, branches)) > _MAX_COMBINATIONS:
        branches = [frozenset([min(branch, key=_rank)]) for branch in branches]
    return frozenset(frozenset().union(*chosen) for chosen in itertools.product(*branches))


def _rank(either: frozenset[str]) -> tuple[bool, int, int, str]:
    """Words are rarer than kinds, long ones above all."""
    shortest = min(either, key=len)
    return any(need.startswith(KIND) for need in either), -len(shortest), len(either), shortest


@dataclass
class _RegexReader:
    tokens: list[str]
    at: int = 0

    @property
    def is_done(self) -> bool:
        return self.at == len(self.tokens)

    def read(self) -> Needs:
        """Alternatives, up to the end or the bracket that closes them."""
        branches = [self._sequence()]
        while not self.is_done and self.tokens[self.at] == "|":
            self.at += 1
            branches.append(self._sequence())
        return _either(branches)

    def _sequence(self) -> Needs:
        found: list[Needs] = []
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

    def _part(self) -> tuple[str, Needs]:
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


def _run(text: str) -> Needs:
    return _one(text.casefold()) if len(text) >= _MIN_LENGTH else NOTHING
