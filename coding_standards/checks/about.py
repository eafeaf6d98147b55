"""Which items a text has nothing of, by the words that they are about.

Its one rule: linear in the text, so that a word is searched for where its letters stand together.
"""

from __future__ import annotations

from collections.abc import Iterable

from coding_standards.engines.source import Source
from coding_standards.standards import Item


def not_spoken_of(items: Iterable[Item], source: Source) -> frozenset[str]:
    """The ids of those items that the text has not one word of."""
    text = source.code.casefold()

    def has(word: str) -> bool:
        return source.may_say(word) and word in text

    return frozenset(item.id for item in items if item.about and not any(map(has, item.about)))
