"""Where things are in a text: offsets, and lines and columns as people and tools count them.

Its one rule: a place beyond the text is the text's end.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from functools import cached_property


@dataclass
class PlacedText:
    """A text in which places are told."""

    code: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\n", self.code))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int, in_bytes: bool = False) -> int:
        """The offset of a line and column, from 1; the column counted in characters, or in bytes of UTF-8."""
        if line > len(self._starts):
            return len(self.code)
        start = self._starts[line - 1]
        text = self.code[start:].partition("\n")[0]
        if in_bytes:
            return start + len(text.encode("utf-8")[: column - 1].decode("utf-8", "ignore"))
        return start + min(column - 1, len(text))
