"""The folders of somebody's project, looked into without walking far.

The rule: level by level, so that what lies near is found first; links and hidden folders are not entered.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator
from pathlib import Path

OnError = Callable[[Path, OSError], object]
"""Is told of a folder that cannot be listed."""


def list_folder(folder: os.PathLike[str], on_error: OnError | None = None) -> list[os.DirEntry[str]]:
    """What a folder holds, by name; nothing where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        if on_error is not None:
            on_error(Path(folder), error)
    except ValueError:  # a name that no system takes
        pass
    return []


def is_entered(entry: os.DirEntry[str], skipped: Container[str]) -> bool:
    """True for a folder that is no link, not hidden, and not called like one of the `skipped`."""
    try:
        is_folder = entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
    return is_folder and not entry.name.startswith(".") and entry.name not in skipped


def walk_folders(
    root: Path, levels: int, most: int, skipped: Container[str], on_error: OnError | None = None
) -> Iterator[tuple[Path, list[os.DirEntry[str]]]]:
    """A folder and those below it, each with what it holds: at most so many `levels`, and `most` folders."""
    level, left = [root], most
    for _ in range(levels):
        below: list[Path] = []
        for folder in level[:left]:
            left -= 1
            entries = list_folder(folder, on_error)
            yield folder, entries
            below += [Path(entry.path) for entry in entries if is_entered(entry, skipped)]
        level = below


def is_inside(place: Path, root: Path) -> bool:
    """True for what lies in a folder, wherever links lead."""
    try:
        return place.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no system takes
        return False
