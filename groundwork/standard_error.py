"""Standard error that may be closed or full: what cannot be written there is lost, and nothing else is.

Its one rule: it is called before anything else is opened. A file that gets the number of a closed stream would receive
what is meant for that stream, and `print` writes to stdout where there is no stderr.
"""

from __future__ import annotations

import io
import os
import sys


class _Forgiving(io.FileIO):
    """Takes what a full disk or a reader that has gone does not."""

    def write(self, data: object, /) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]
        except OSError:
            return len(bytes(data))  # type: ignore[call-overload]


def keep_standard_error() -> None:
    """Let `sys.stderr` be there and take everything."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one
    encoding = sys.stderr.encoding if sys.stderr is not None else "utf-8"
    raw = io.BufferedWriter(_Forgiving(2, "w", closefd=False))
    sys.stderr = io.TextIOWrapper(raw, encoding, errors="backslashreplace", line_buffering=True, write_through=True)
