"""Folders for what a process needs on the disk while it runs, in the machine's place for temporary files.

Their one rule: nothing stays. A folder goes with its owner, at the latest with this process; after one that was killed
before it could remove its own, whoever makes the next folder does it.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path

from groundwork import lifetime

_kept: set[Path] = set()


def make_private_folder(owner: object) -> tuple[Path, Callable[[], object]]:
    """A new folder for as long as `owner` lives, and what removes it earlier.

    Raises:
        OSError: it cannot be made.
    """
    top = Path(tempfile.gettempdir()).resolve()
    _sweep(top)
    folder = Path(tempfile.mkdtemp(prefix=f"{_prefix()}{os.getpid()}-", dir=top))
    _kept.add(folder)
    return folder, weakref.finalize(owner, _remove, folder)


@functools.cache
def _prefix() -> str:
    """Containers may share the place and not the process ids, so a name says whose ids are meant."""
    return f"code-assistant-{hashlib.sha256(lifetime.process_space().encode()).hexdigest()[:8]}-"


def _sweep(top: Path) -> None:
    for place in top.glob(f"{_prefix()}*"):
        pid = place.name.removeprefix(_prefix()).partition("-")[0]
        if pid.isdigit() and not lifetime.is_alive(int(pid)):
            shutil.rmtree(place, ignore_errors=True)


def _remove(folder: Path) -> None:
    _kept.discard(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _remove_all() -> None:
    for folder in tuple(_kept):
        _remove(folder)


lifetime.before_end(_remove_all)
