"""What the readers of manifests and lock files have in common: one finding, and careful looks into parsed documents."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

_TOML_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"?|'[^'\n]*'?")
_MAX_DOTS = 100
"""Outside of strings, in one line: the parser's time and memory grow with the square of a key's parts."""


@dataclass(frozen=True)
class Found:
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
    if any(line.count(".") > _MAX_DOTS for line in _TOML_STRING.sub("", text).split("\n")):
        raise ValueError("a key has too many parts")
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
