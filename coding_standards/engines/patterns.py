"""Patterns that are data: rows of a file, by what they tell, each with a text that it means.

Its one rule: `<NAME>` in a pattern stands for the words of that name, which the first document of the file has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from groundwork.reading.yaml_text import load_our_yaml

_PLACE = re.compile(r"<([A-Z_]+)>")


@dataclass(frozen=True)
class Pattern:
    """One row."""

    expression: re.Pattern[str]
    like: str
    """A text that it means."""
    says: str = ""
    """What is told of a place where it is found."""


def read_patterns(path: Path, flags: re.RegexFlag = re.NOFLAG) -> dict[str, list[Pattern]]:
    """The rows of a file, by the name of their group."""
    words, groups = load_our_yaml(path.read_text(encoding="utf-8"))
    meant: dict[str, str] = {}
    for name, pattern in cast(Mapping[str, str], words).items():
        meant[name] = _fill(pattern, meant)
    rows = cast(Mapping[str, list[dict[str, str]]], groups)
    return {
        group: [Pattern(re.compile(_fill(row.pop("is"), meant), flags), **row) for row in listed]
        for group, listed in rows.items()
    }


def _fill(pattern: str, words: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: words[place[1]], pattern)
