"""Where a compiler says that something is: lines and columns, which each counts in units of its own.

Its one rule: a place beyond the text is the text's end.
"""

from __future__ import annotations


def offset_of(code: str, row: int, column: int, in_bytes: bool = False) -> int:
    """The offset of a place; both numbers from 1, the column counted in bytes of UTF-8 or in characters."""
    start = 0
    for _ in range(row - 1):
        end = code.find("\n", start)
        if end < 0:
            return len(code)
        start = end + 1
    end = code.find("\n", start)
    line = code[start : end if end >= 0 else len(code)]
    if not in_bytes:
        return start + min(column - 1, len(line))
    return start + len(line.encode("utf-8")[: column - 1].decode("utf-8", "ignore"))
