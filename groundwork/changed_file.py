"""Changing a file that is somebody else's: all of it or nothing, with what was there before beside it.

Its one rule: a file that is not understood is not touched.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from groundwork.reading.regular_file import NotReadableError, read_regular

MAX_BYTES = 20_000_000
"""`~/.claude.json` holds the history of all projects, too."""


class NotChangedError(Exception):
    """The file cannot be changed; the text names it and the reason."""


def change_file(
    file: Path, change: Callable[[str], str], *, dry_run: bool = False, new_mode: int = 0o600
) -> str | None:
    """Put what `change` makes of its text into the file. Returns the new text, None where nothing changes.

    What stood there is kept as `.bak`, and a link stays one; `new_mode` are the permissions of a file that was not
    there. `change` raises `ValueError` for what it does not understand.

    Raises:
        NotChangedError: the file cannot be read, understood or written.
    """
    target = Path(os.path.realpath(file))  # a link stays one: people keep such files in a repository of their own
    try:
        before = read_regular(target, MAX_BYTES).decode("utf-8") if target.exists() else None
        after = change(before or "")
    except ValueError as error:
        raise NotChangedError(f"{file} is not understood and was left alone: {error}") from error
    except (NotReadableError, OSError) as error:
        raise NotChangedError(f"{file} cannot be read: {error}") from error
    if after == (before or ""):
        return None
    if not dry_run:
        try:
            _write(target, before, after, new_mode)
        except OSError as error:
            raise NotChangedError(f"{file} cannot be written: {error.strerror or error}") from error
    return after


def _write(target: Path, before: str | None, after: str, new_mode: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = target.stat().st_mode & 0o777 if before is not None else new_mode
    if before is not None:
        _replace(target.with_name(f"{target.name}.bak"), before, mode)
    _replace(target, after, mode)


def _replace(target: Path, text: str, mode: int) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
