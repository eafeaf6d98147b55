"""Reading the files of somebody's project: small regular files inside it, found without walking far.

The rule: nothing outside the project is read, whatever a link or an include says, and nothing unreadable raises.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from code_assistant.project.versions.found import join, table
from code_assistant.text.plain import plain_line
from groundwork.reading.folders import walk_folders
from groundwork.reading.json_text import parse_json, parse_jsonc
from groundwork.reading.regular_file import NotReadableError, read_regular

MAX_BYTES = 10_000_000
"""Per file; the lock file of a very large JavaScript project has about 3 MB."""
MAX_DEPTH = 2
"""Folders below the project's root: `services/api/pyproject.toml` is found, vendored trees are not."""
MAX_FOLDERS = 200
MAX_FILES = 100
_SKIPPED = frozenset(
    ["node_modules", "site-packages", "venv", "env", "target", "dist", "build", "vendor", "third_party", "__pycache__"]
)

Stamp = tuple[str, int, int]
"""Relative path, modification time in ns, and size: enough to see that a file changed."""


class VersionFiles:
    """The files of one project, read on demand; keeps the account of what was read and what could not be."""

    def __init__(self, root: Path, python: str | None = None) -> None:
        self.root = root.resolve()
        self.python = python
        """The interpreter or environment that the user names, if any."""
        self.problems: list[str] = []
        self.unread: list[str] = []
        """What was passed over; worth telling when a library is not found."""
        self.asked_for: set[str] = set()
        """Every library that is named, with a version or without."""
        self.seen: set[str] = set()
        self._names: list[str] | None = None

    def find(self, *patterns: str) -> list[str]:
        """Relative paths of files whose names fit one of the patterns: level by level, then in the patterns' order."""
        if self._names is None:
            self._names = list(self._walk())
        found = dict.fromkeys(name for pattern in patterns for name in self._names if _fits(name, pattern))
        nearest = sorted(found, key=lambda name: name.count("/"))
        if len(nearest) > MAX_FILES:
            self.unread.append(f"only {MAX_FILES} of {len(nearest)} files like {patterns[0]} were read")
        return nearest[:MAX_FILES]

    def read_if_there(self, name: str) -> str | None:
        """The text of a file that need not be there; its coming is noticed, its absence is no problem."""
        self.seen.add(name)
        return self.read(name) if (self.root / name).exists() else None

    def read(self, name: str) -> str | None:
        """The text of a file, or None when there is none to be had; the reason is then among the problems."""
        self.seen.add(name)
        try:
            path = (self.root / name).resolve()
            if path.is_relative_to(self.root):
                return _decode(read_regular(path, MAX_BYTES))
            self.problem(name, "leads out of the project and is not read")
        except NotReadableError as error:
            self.problem(name, str(error))
        except (OSError, ValueError, RuntimeError) as error:  # a loop of links, a name with a NUL
            self.problem(name, f"cannot be read: {_reason(error)}")
        return None

    def read_json(self, name: str, *, has_comments: bool = False) -> dict[str, Any]:
        """The object that a file holds; an empty one where there is none to be had.

        Raises:
            JsonError: it is no JSON, or none that is used here.
        """
        text = self.read(name)
        return table(parse_jsonc(text) if has_comments else parse_json(text)) if text is not None else {}

    def problem(self, name: str, what: str) -> None:
        """Note that something is wrong with a file."""
        self.problems.append(f"{plain_line(name)}: {what}")

    def stamp(self, name: str) -> Stamp:
        """How a file is now, without reading it."""
        try:
            status = (self.root / name).stat()
        except (OSError, ValueError):
            return (name, 0, -1)
        return (name, status.st_mtime_ns, status.st_size)

    def _walk(self) -> Iterator[str]:
        """All files of the first levels, level by level."""
        visited = 0
        for folder, entries in walk_folders(self.root, MAX_DEPTH + 1, MAX_FOLDERS, _SKIPPED, self._tell):
            visited += 1
            place = self._relative(folder)
            yield from (join(place, one.name) for one in entries if not one.is_dir(follow_symlinks=False))
        if visited >= MAX_FOLDERS:
            self.unread.append(f"only the first {MAX_FOLDERS} folders of the project were searched")

    def _tell(self, folder: Path, error: OSError) -> None:
        self.problem(self._relative(folder), f"cannot be listed: {_reason(error)}")

    def _relative(self, folder: Path) -> str:
        return folder.relative_to(self.root).as_posix()


def _fits(name: str, pattern: str) -> bool:
    """Part by part, from the end: `requirements/*.txt` at any depth."""
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) >= len(wanted) and all(map(fnmatchcase, parts[-len(wanted) :], wanted))


def _decode(data: bytes) -> str:
    """UTF-8, or what a byte order mark says: PowerShell's `>` writes UTF-16."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    if b"\0" in data:
        raise UnicodeDecodeError("utf-8", data[:1], 0, 1, "no text has NUL characters")
    return data.decode("utf-8-sig")


def _reason(error: Exception) -> str:
    if isinstance(error, RuntimeError):  # Path.resolve's way to say it, up to Python 3.12
        return "it is a link that leads in a circle"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return getattr(error, "strerror", None) or str(error)
