"""Keys that are known by their shape: how their issuer makes them, or what stands beside the issuer's name.

Its one rule: a shape is a row of `issued_keys.yml`, and is looked for only in a text that has a word of it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from coding_standards.engines.text.secret_values import is_made_up
from groundwork.reading.yaml_text import load_our_yaml

_DATA = Path(__file__).with_name("issued_keys.yml")
_USUAL_BITS = 3.0
_GIVEN = r"[\w.\- ]{0,24}[\"'`]?\]?\s{0,9}(?::=|=>|[:=]|,)\s{0,9}[\"'`]"
"""From an issuer's name to the value that is given to what is called so."""


@dataclass(frozen=True)
class Shape:
    """One row."""

    id: str
    words: tuple[str, ...]
    """Folded: one of them stands in every text that has such a key."""
    pattern: str
    """With a group `key`."""
    bits: float
    """The least entropy of a key, for each of its characters."""
    is_own: bool
    """Programs make these for themselves as well."""

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The pattern, compiled for the few that a text needs."""
        return re.compile(self.pattern)

    def find(self, code: str, folded: str) -> Iterator[int]:
        """Where such keys begin."""
        if not any(word in folded for word in self.words):
            return
        for match in self.expression.finditer(code):
            key = match["key"]
            if measure_entropy(key) >= self.bits and not is_made_up(key):
                yield match.start("key")


@cache
def read_shapes() -> tuple[Shape, ...]:
    """All rows of the data."""
    rows = next(iter(load_our_yaml(_DATA.read_text(encoding="utf-8"))))
    assert isinstance(rows, list), _DATA
    return tuple(_read_shape(row) for row in rows)


def _read_shape(row: dict[str, object]) -> Shape:
    words = row.get("starts") or row["beside"]
    assert isinstance(words, list), row
    either = "|".join(re.escape(str(word)) for word in words)
    if "starts" in row:
        pattern = rf"(?<![A-Za-z0-9])(?P<key>{row.get('before', '')}(?:{either})(?:{row['shape']}))"
    else:
        pattern = rf"(?i:{either}){_GIVEN}(?P<key>{row['shape']})[\"'`]"
    bits = row.get("bits", _USUAL_BITS)
    assert isinstance(bits, int | float), row
    return Shape(str(row["id"]), tuple(str(word).lower() for word in words), pattern, bits, row.get("own") is True)


def measure_entropy(text: str) -> float:
    """Shannon's entropy of a character, in bits."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)
