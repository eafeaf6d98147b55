"""How far a run is, on a terminal and nowhere else.

Its one rule: it writes to stderr alone, and takes its line back.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, TextIO

_EVERY_S = 0.1
_WIDTH = 30


class ProgressBar:
    """A bar; use it in a `with`, which wipes it out."""

    def __init__(self, total: int, doing: str, stream: TextIO = sys.stderr) -> None:
        self._total, self._doing, self._stream = total, doing, stream
        self._is_shown = total > 1 and stream.isatty()
        self._next_at = time.monotonic() + _EVERY_S

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write("\r\x1b[K")

    def show(self, done: int) -> None:
        """Say that so many are done."""
        now = time.monotonic()
        if self._is_shown and now >= self._next_at:
            self._next_at = now + _EVERY_S
            filled = _WIDTH * done // self._total
            self._write(f"\r{self._doing} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{self._total}\x1b[K")

    def _write(self, text: str) -> None:
        if self._is_shown:
            self._stream.write(text)
            self._stream.flush()
