"""A library as it is asked for: a name, and perhaps a version, in the notations of nine languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPECIFIED = re.compile(
    r"^(?P<name>.+?)\s*(?P<operator>===?|~=|!=|[<>]=?|\^|=|(?<=.)@)\s*(?P<version>[\w.*+!<>=,^~ -]+)$"
)
_MAVEN = re.compile(r"^(?P<name>[\w.-]+:[\w.-]+):(?P<version>[\w.-]+)$")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True)
class Library:
    """`fastapi==0.115.*` is the name `fastapi` with the wish `==0.115.*`."""

    name: str
    wish: str | None = None
    """The version as it was asked for, operator included, or None."""

    @property
    def number(self) -> str | None:
        """The version's number, `0.115`, without operator and wildcard, or None."""
        found = _NUMBER.search(self.wish or "")
        return found[0] if found else None


def parse_library(text: str) -> Library:
    """Split a library argument into name and version; a text without a version is all name."""
    match = _MAVEN.match(text) or _SPECIFIED.match(text)
    if match is None:
        return Library(text.strip())
    operator = match.groupdict().get("operator") or ""
    shown = "" if operator in ("@", "=") else operator
    return Library(match["name"].strip(), f"{shown}{match['version'].strip()}")


def is_version(version: str, wanted: str) -> bool:
    """True when `version` (`v0.115.4`) is the wanted number (`0.115`) or one of its patch versions."""
    found = _NUMBER.search(version)
    if found is None:
        return False
    have, want = found[0].split("."), wanted.split(".")
    return have[: len(want)] == want
