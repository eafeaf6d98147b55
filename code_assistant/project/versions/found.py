"""What the readers of manifests and lock files have in common: one finding, and careful looks into parsed documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FoundVersions:
    """One library in one file: its name as written there, and its version or the range that is wished."""

    name: str
    version: str
    is_exact: bool
    is_direct: bool = True
    """False when only another library needs it, where the file tells."""


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
