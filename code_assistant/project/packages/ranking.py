"""How much a name and its first line of documentation have to do with a request.

The rule: words are compared by their stems, and a word that everything has in common counts little.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from code_assistant.text.trim import words

_PARTS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_ENDING = re.compile(r"(?<=\w{3})(ies|ing|ed|ers?|es|e|s|y)$")
_STEM_CHARS = 5
"""`invert` and `inverse`, `matrix` and `matrices` have so many in common."""
_MIN_SHORT = 3
"""Letters of an abbreviation such as `inv` or `conn`."""
_NAMED = 3.0
_SHORT = 2.0
_TOLD = 1.0


class Matcher:
    """Tells in passing whether a name or a text is worth a closer look, before anything is parsed."""

    def __init__(self, query: str, shown: frozenset[str] = frozenset()) -> None:
        self._words = {stem(word): word for word in words(query)}
        self._shown = shown
        found = "|".join(map(re.escape, sorted(self._words, key=len, reverse=True)))
        self._pattern = re.compile(rf"(?<![a-z])(?:{found})", re.IGNORECASE) if found else None

    def fits(self, name: str) -> bool:
        """True for a name that has a wanted word in it, short or whole, or that the package's README shows."""
        if self._words.keys() & stems(name) or name.lower() in self._shown:
            return True
        parts = tuple(part.lower() for part in _PARTS.findall(name) if len(part) >= _MIN_SHORT)
        return any(word.startswith(parts) for word in self._words.values())

    def count(self, text: str) -> tuple[int, int]:
        """How many of the wanted words are in a text, and how often all together."""
        found = Counter(self._pattern.findall(text.lower())) if self._pattern else Counter[str]()
        return len(found), found.total()


class Ranking:
    """Scores for one request; `texts` are what it is compared with, and tell which words are rare."""

    def __init__(self, query: str, texts: Iterable[str]) -> None:
        wanted = {stem(word): word for word in words(query)}
        counts: Counter[str] = Counter()
        total = 0
        for text in texts:
            total += 1
            counts.update(wanted.keys() & stems(text))
        self._words = wanted
        self._weights = {
            found: math.log(1 + total / (1 + counts[found])) / math.log(2 + total) for found in sorted(wanted)
        }

    def score(self, name: str, line: str) -> float:
        """0 when nothing matches; a name all of whose parts match counts most."""
        parts = [part.lower() for part in _PARTS.findall(name)]
        named, matched = 0.0, 0
        for part in parts:
            value = self._of_part(part)
            named += value
            matched += value > 0
        told = sum(self._weights[found] for found in self._words.keys() & stems(line))
        return named * (0.5 + 0.5 * matched / (len(parts) or 1)) + _TOLD * told

    def _of_part(self, part: str) -> float:
        found = stem(part)
        if found in self._weights:
            return _NAMED * self._weights[found]
        if len(part) < _MIN_SHORT:
            return 0.0
        short = [self._weights[found] for found, word in self._words.items() if word.startswith(part)]
        return _SHORT * max(short, default=0.0)


def stem(word: str) -> str:
    """What a word has in common with its other forms; rough, and good enough to rank by."""
    return _ENDING.sub("", word.lower())[:_STEM_CHARS]


def stems(text: str) -> frozenset[str]:
    """The stems of the words of a text, names in it split into theirs."""
    return frozenset(stem(part) for part in _PARTS.findall(text))
