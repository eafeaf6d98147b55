"""Walks through a project for the files that say something about its code.

Its one rule: a folder is listed again only after it changed. What comes into a folder or goes changes its time of
modification, so that a look at a large project costs one question a folder instead of one an entry.
"""

from __future__ import annotations

import os
import stat
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

MAX_DEPTH = 5
MAX_FOLDERS = 1000
"""Bounds the walk to some milliseconds in a large repository."""
MAX_ENTRIES = 20_000
_MIN_ENTRIES = 1_000
"""Of a folder of instructions, which is looked into also when there were too many entries elsewhere."""
_SETTLED_NS = 2_000_000_000
"""A disk may tell times no finer than that: a folder that changed so lately may change again and look the same."""

_IN_ANY_FOLDER = frozenset({"AGENTS.md", "CLAUDE.md", ".cursorrules", ".editorconfig"})
_AT_THE_TOP = frozenset({"ruff.toml", ".ruff.toml", "pyproject.toml"})
_NAMES = _IN_ANY_FOLDER | _AT_THE_TOP | {"copilot-instructions.md"}
_SUFFIXES = (".mdc", ".instructions.md")
_CLAUDE_RULES = "/.claude/rules/"
_WITH_INSTRUCTIONS = frozenset({".cursor", ".github", ".claude"})
_SKIPPED = frozenset(
    {"node_modules", "bower_components", "site-packages", "__pycache__", "vendor", "venv", "dist", "build", "target"}
)


@dataclass(frozen=True)
class Listing:
    """What a folder holds; all paths are relative to the project."""

    stamp: tuple[int, ...]
    is_settled: bool
    files: tuple[str, ...]
    """Those that say something about the code."""
    folders: tuple[str, ...]
    """Those to go into."""
    entries: int
    is_cut: bool
    """Whether there are more entries than were looked at."""


class Walk:
    """One walk; `known` are the listings of the last one, and are brought up to date."""

    def __init__(self, root: Path, known: dict[str, Listing]) -> None:
        self.problems: list[str] = []
        self._root = str(root)
        self._known = known
        self._visited: set[str] = set()

    def files(self) -> Iterator[str]:
        """Yield every file concerned, relative to the project."""
        yield from self._files()
        for gone in self._known.keys() - self._visited:
            del self._known[gone]

    def _files(self) -> Iterator[str]:
        folders = deque([("", 0)])
        entries = 0
        while folders:
            folder, depth = folders.popleft()
            is_full = entries >= MAX_ENTRIES and not _holds_instructions(folder)
            if is_full or len(self._visited) >= MAX_FOLDERS:
                self.problems.append(
                    f"{folder}: only the first {len(self._visited)} folders of the project were searched"
                )
                return
            self._visited.add(folder)
            listing = self._listing(folder, max(MAX_ENTRIES - entries, _MIN_ENTRIES))
            if listing is None:
                continue
            entries += listing.entries
            yield from listing.files
            for path in listing.folders if depth < MAX_DEPTH else ():
                if _holds_instructions(path):
                    folders.appendleft((path, depth + 1))
                else:
                    folders.append((path, depth + 1))

    def _listing(self, folder: str, limit: int) -> Listing | None:
        place = f"{self._root}/{folder}"
        try:
            status = os.stat(place)
            stamp = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
            listing = self._known.get(folder)
            if listing is None or not listing.is_settled or listing.stamp != stamp:
                listing = self._known[folder] = _list(place, folder, stamp, limit)
        except OSError as error:
            self._known.pop(folder, None)
            self.problems.append(f"{folder or '.'}: cannot be searched: {error.strerror or type(error).__name__}")
            return None
        if listing.is_cut:
            self.problems.append(f"{folder or '.'}: only the first {listing.entries:,} entries were looked at")
        return listing


def _list(place: str, folder: str, stamp: tuple[int, ...], limit: int) -> Listing:
    is_settled = time.time_ns() - max(stamp[2:]) > _SETTLED_NS
    files: set[str] = set()
    folders: set[str] = set()
    count = 0
    with os.scandir(place) as entries:
        for count, entry in enumerate(islice(entries, limit), start=1):  # noqa: B007 - the last one counts
            path = f"{folder}/{entry.name}" if folder else entry.name
            _sort_in(path, entry.is_dir(follow_symlinks=False), files, folders)
        is_cut = next(entries, None) is not None
    if is_cut:
        # A disk lists in no order: what matters most is asked for by name.
        for name in _IN_ANY_FOLDER | _AT_THE_TOP | _WITH_INSTRUCTIONS:
            path = f"{folder}/{name}" if folder else name
            try:
                is_folder = stat.S_ISDIR(os.lstat(f"{place}/{name}").st_mode)
            except OSError:
                continue
            _sort_in(path, is_folder, files, folders)
    return Listing(stamp, is_settled, tuple(sorted(files)), tuple(sorted(folders)), count, is_cut)


def _sort_in(path: str, is_folder: bool, files: set[str], folders: set[str]) -> None:
    if is_folder and _is_entered(path):
        folders.add(path)
    elif not is_folder and _is_concerned(path):
        files.add(path)


def _is_entered(path: str) -> bool:
    """Tell whether the walk goes into a folder; of the hidden ones only into those that hold instructions."""
    name = path.rpartition("/")[2]
    return name in _WITH_INSTRUCTIONS if name.startswith(".") else name not in _SKIPPED


def _holds_instructions(path: str) -> bool:
    return any(part in _WITH_INSTRUCTIONS for part in path.split("/"))


def _is_concerned(path: str) -> bool:
    name = path.rpartition("/")[2]
    if name not in _NAMES and not name.endswith(_SUFFIXES) and _CLAUDE_RULES not in f"/{path}":
        return False  # as nearly every file of a project: the rest is for few
    parts = path.split("/")
    hidden = next((part for part in parts[:-1] if part in _WITH_INSTRUCTIONS), None)
    if hidden is None:
        return name in _IN_ANY_FOLDER or (len(parts) == 1 and name in _AT_THE_TOP)
    below = parts[parts.index(hidden) + 1 :]
    if hidden == ".cursor":
        return below[0] == "rules" and name.endswith(".mdc")
    if hidden == ".claude":
        return below == ["CLAUDE.md"] or (below[0] == "rules" and name.endswith(".md"))
    return parts[:2] == [".github", "copilot-instructions.md"] or (
        parts[:2] == [".github", "instructions"] and name.endswith(".instructions.md")
    )
