"""What the readers of manifests and lock files have in common: one finding, and careful looks into parsed documents."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

_FEW_DOTS = 100
_MAX_KEY_COST = 4_000_000
"""The parser's time and memory grow with the square of a key's parts; a line can hold 2,000, such as 600 pins."""


@dataclass(frozen=True)
class FoundVersions:
    """One library in one file: its name as written there, and its version or the range that is wished."""

    name: str
    version: str
    is_exact: bool
    is_direct: bool = True
    """False when only another library needs it, where the file tells."""


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a TOML document.

    Raises:
        ValueError: it is none, or holds keys that no person writes.
    """
    dots = (line.count(".") for line in text.split("\n"))
    if sum(count * count for count in dots if count > _FEW_DOTS) > _MAX_KEY_COST:
        raise ValueError("a key may have too many parts")
    return tomllib.loads(text)


def table(document: object, *keys: str) -> dict[str, Any]:
    """The table at the end of a path of keys; an empty one where the document has something else there."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def tables(document: object, key: str) -> list[dict[str, Any]]:
    """The tables in the list under a key; what is no table is left out."""
    found = document.get(key) if isinstance(document, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def strings(document: object, key: str) -> list[str]:
    """The strings in the list under a key; what is no string is left out."""
    found = document.get(key) if isinstance(document, dict) else None
    return [entry for entry in found if isinstance(entry, str)] if isinstance(found, list) else []
