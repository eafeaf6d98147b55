"""Patterns that are data: rows of a file, by what they tell, each with a text that it means.

Its one rule: `<NAME>` in a pattern stands for the words of that name, which the first document of the file has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from groundwork.reading.yaml_text import load_our_yaml

_Groups = Mapping[str, list[dict[str, Any]]]
_PLACE = re.compile(r"<([A-Z_]+)>")


@dataclass(frozen=True)
class Pattern:
    """One row."""

    expression: re.Pattern[str]
    like: str
    """A text that it means."""
    says: str = ""
    """What is told of a place where it is found."""
    after: tuple[str, ...] = ()
    """Folded words behind which it is tried."""


@dataclass(frozen=True)
class PatternFile:
    """A file of them, read when the first one is asked for."""

    path: Path
    flags: re.RegexFlag = re.NOFLAG

    @cached_property
    def groups(self) -> Mapping[str, list[Pattern]]:
        """The rows, by the name of their group."""
        words, groups = load_our_yaml(self.path.read_text(encoding="utf-8"))
        meant: dict[str, str] = {}
        for name, pattern in cast(Mapping[str, str], words).items():
            meant[name] = _fill(pattern, meant)
        return {group: [_read(row, meant, self.flags) for row in rows] for group, rows in cast(_Groups, groups).items()}

    def match(self, group: str, text: str, start: int = 0) -> re.Match[str] | None:
        """What the first row of the group that fits the text at this place finds there."""
        found = (pattern.expression.match(text, start) for pattern in self.groups[group])
        return next((match for match in found if match is not None), None)


def _read(row: dict[str, Any], words: Mapping[str, str], flags: re.RegexFlag) -> Pattern:
    expression = re.compile(_fill(row["is"], words), flags)
    return Pattern(expression, row["like"], row.get("says", ""), tuple(row.get("after", ())))


def _fill(pattern: str, words: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: words[place[1]], pattern)
