"""What the readers of manifests and lock files have in common: one finding, and careful looks into parsed documents."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FoundVersions:
    """One library in one file: its name as written there, and its version or the range that is wished.

    Without a version the library is asked for, and any will do.
    """

    name: str
    version: str
    is_exact: bool
    is_direct: bool = True
    """False when only another library needs it, where the file tells."""
    package: str = ""
    """What stands behind a name that is an alias."""
    folder: str | None = None
    """The part of the project that it holds for, relative to the root; None where that is its file's folder."""
    remark: str = ""
    """What a reader has to know of it."""


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


def text_of(document: object, key: str) -> str:
    """The string under a key; an empty one where there is something else."""
    found = document.get(key) if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""


def join(folder: str, inner: str) -> str:
    """A path below a folder of the project, without dots; the root is the empty string."""
    path = posixpath.normpath(posixpath.join(folder, inner))
    return "" if path == "." else path


def upwards(folder: str) -> list[str]:
    """A folder and those that it lies in, up to the root."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]
