"""Finding items by words.

Its one rule: an id that is asked for comes first, then the items that hold the rarest of the words asked for.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from coding_standards.languages import Language
from coding_standards.library.snapshot import Library
from coding_standards.standards import Item

MAX_HITS = 12
EXCERPT = 240
"""Characters; enough to see whether the item is the one that was meant."""

_WORD = re.compile(r"[a-z0-9][a-z0-9_#+]*")
_ID = re.compile(r"[A-Z][A-Z0-9]*-\d{3}")
_EMPTY_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "do", "does", "for", "from", "how", "i", "in", "is", "it", "of"}
    | {"not", "on", "or", "should", "that", "the", "this", "to", "use", "we", "what", "when", "where", "which", "with"}
)
_ENDINGS = ("ing", "ed", "es", "s", "e")


_Entry = tuple[Item, str, str]
"""An item, where it is held in full, and the words that stand around it."""


@dataclass(frozen=True)
class FoundItem:
    """One item that answers a query."""

    item: Item
    uri: str
    """The resource that holds it, or the project's file."""
    score: float

    @property
    def excerpt(self) -> str:
        """The item's text, cut."""
        text = " ".join(self.item.text.split())
        return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()}..."


def search(library: Library, query: str, language: Language | None = None) -> tuple[FoundItem, ...]:
    """The best items for `query`, best first; with a language, no other language's."""
    entries = [*_in_scope(library, language), *_in_project(library, language)]
    words = [_ItemWords(item, around) for item, _, around in entries]
    wanted_ids = set(_ID.findall(query.upper()))
    wanted = _stems(query) or _stems(query, keep_all=True)
    spread = Counter(word for entry in words for word in entry.all)
    weights = {word: math.log(1 + len(words) / (1 + spread[word])) for word in wanted}
    hits = [
        FoundItem(item, uri, (1000 if item.id in wanted_ids else 0) + entry.score(weights))
        for (item, uri, _), entry in zip(entries, words, strict=True)
    ]
    found = sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.item.id))
    return tuple(found[:MAX_HITS])


class _ItemWords:
    """The stems of an item, by where they stand."""

    def __init__(self, item: Item, around: str) -> None:
        self._title = frozenset(_stems(item.title))
        self._text = frozenset(_stems(item.text))
        self._around = frozenset(_stems(f"{item.section} {around}"))
        self.all = self._title | self._text | self._around

    def score(self, weights: dict[str, float]) -> float:
        total, matched = 0.0, 0
        for word, weight in weights.items():
            factor = 3.0 if word in self._title else 1.5 if word in self._text else 1.0 if word in self._around else 0.0
            if factor == 0.0 and len(word) >= 4 and any(other.startswith(word) for other in self.all):
                factor = 0.8
            total += factor * weight
            matched += factor > 0
        # An item that holds all the words beats one that holds the rarest of them several times over.
        return total * matched / len(weights) if weights else 0.0


def _in_scope(library: Library, language: Language | None) -> Iterable[_Entry]:
    for standard in library.standards.values():
        if language is None or standard.kind == "topic" or standard.name == language.name:
            around = f"{standard.title} {standard.name}"
            yield from ((item, standard.uri, around) for item in standard.items)


def _in_project(library: Library, language: Language | None) -> Iterable[_Entry]:
    """Also what holds for some folder only, or on request: whoever searches sees where it stands."""
    for text in library.project.texts if library.project is not None else ():
        if language is None or text.on_request or text.may_apply_to(language):
            yield from ((item, text.source, text.title) for item in library.items_in(text))


def _stems(text: str, *, keep_all: bool = False) -> list[str]:
    words = _WORD.findall(text.lower())
    return list(dict.fromkeys(_stem(word) for word in words if keep_all or word not in _EMPTY_WORDS))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
