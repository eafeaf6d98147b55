"""A library as it is asked for: a name, and perhaps a version, in the notations of nine languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPECIFIED = re.compile(
    r"^(?P<name>.+?)\s*(?P<operator>===?|~=|!=|[<>]=?|\^|=|(?<=.)@)\s*\"?(?P<version>[\w.*+!<>=,^~| -]+)\"?$"
)
_EXTRAS = re.compile(r"\s*\[[^\]]*\]$")
"""`fastapi[all]`: what is installed besides; the library is the same."""
_MAVEN = re.compile(r"^(?P<name>[\w.-]+:[\w.-]+):(?P<version>[\w.-]+)$")


@dataclass(frozen=True)
class LibraryName:
    """`fastapi==0.115.*` is the name `fastapi` with the wish `==0.115.*`."""

    name: str
    wish: str | None = None
    """The version as it was asked for, operator included, or None."""


def parse_library(text: str, language: str = "") -> LibraryName:
    """Split a library argument into name and version; a text without a version is all name.

    In Cargo's own notation, `serde = "1.0"`, every later version that is compatible is meant.
    """
    match = _MAVEN.match(text) or _SPECIFIED.match(text)
    if match is None:
        return LibraryName(_EXTRAS.sub("", text.strip()))
    operator = match.groupdict().get("operator") or ""
    version = match["version"].strip()
    shown = "" if operator in ("@", "=") else operator
    if operator == "=" and language == "rust" and version[:1].isdigit():
        shown = "^"
    return LibraryName(_EXTRAS.sub("", match["name"].strip()), f"{shown}{version}")
