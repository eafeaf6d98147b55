"""Files of the user's packages and project, read without trust in what they are.

The rule: plain files only, and never more than a limit. Links are followed, because environments are made of them; a
pipe, on which one would wait for ever, and a device without an end are not read.
"""

from __future__ import annotations

import stat
from pathlib import Path

from groundwork.reading.regular_file import first_bytes


def is_plain(path: Path, limit: int | None = None) -> bool:
    """True for a file that has an end, within `limit` bytes if there is one."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(status.st_mode) and (limit is None or status.st_size <= limit)


def read_text(path: Path, limit: int) -> str:
    """The first `limit` bytes of a file as text; empty when it cannot be read."""
    return _decode((_read(path, limit) or b"")[:limit], "replace")


def read_source(path: Path, limit: int) -> str | None:
    """All of a file as text, or None when it is longer than `limit` bytes, no UTF-8 or cannot be read."""
    data = _read(path, limit)
    try:
        return None if data is None or len(data) > limit else _decode(data, "strict")
    except UnicodeDecodeError:
        return None


def _read(path: Path, limit: int) -> bytes | None:
    """At most `limit` + 1 bytes."""
    try:
        return first_bytes(path, limit + 1)
    except (OSError, ValueError):  # the latter for a name that no system takes
        return None


def _decode(data: bytes, errors: str) -> str:
    return data.decode("utf-8-sig", errors).replace("\r\n", "\n").replace("\r", "\n")
