"""Somebody else's files, read with care: regular files only, and never more of them than a limit."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_HARMLESS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""A pipe that takes a regular file's place in the last moment is opened without waiting for its other end."""


class NotReadableError(OSError):
    """It is no regular file, or too large; the text says which."""


def read_regular(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file, a link to one included.

    Raises:
        NotReadableError: it is something else, such as a pipe or a device, or has more bytes than that.
        OSError: it cannot be opened or read.
    """
    data = first_bytes(path, max_bytes + 1)
    if len(data) > max_bytes:
        raise NotReadableError(f"is larger than {max_bytes:,} bytes")
    return data


def first_bytes(path: Path, count: int) -> bytes:
    """At most so many bytes from the beginning of a regular file.

    Raises:
        NotReadableError: it is something else, such as a pipe or a device.
        OSError: it cannot be opened or read.
    """
    _require_regular(path.stat())
    descriptor = os.open(path, _HARMLESS)
    with os.fdopen(descriptor, "rb") as file:
        _require_regular(os.fstat(descriptor))
        return file.read(count)


def _require_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotReadableError("is not a file")
