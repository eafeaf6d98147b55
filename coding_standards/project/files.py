"""Finds and reads the files of a project that say something about its code, within the project and within limits.

Its one rule: a path is resolved, symlinks included, and must still lie in the project before it is opened.
A link inside the project is fine: `CLAUDE.md` is often a link to `AGENTS.md`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from coding_standards.project.walk import Listing, Walk
from groundwork.reading.regular_file import NotReadableError, first_bytes, read_regular

MAX_BYTES = 100_000
"""Of a file; a text for people and models that is longer counts with its first part and its items."""
MAX_FILES = 500
MAX_TOTAL = 5_000_000
"""Bytes of all files; which of them hold for one file of code is decided later."""
_MAX_SEARCHED = 10 * MAX_BYTES
"""How far a long text is searched for items."""
_ITEM_LINE = re.compile(r"^[-*] `[A-Z][A-Z0-9]*-\d{3}` .*$", re.MULTILINE)
KEPT = "; its last good version stays in force"


class _NotUsableError(Exception):
    """A file that is refused; the text is the reason."""


@dataclass
class Memory:
    """What one look at a project leaves for the next."""

    listings: dict[str, Listing] = field(default_factory=dict)
    """By folder."""
    texts: dict[str, str] = field(default_factory=dict)
    """The last text of each file that could be used."""


@dataclass
class ProjectFiles:
    """The files concerned, and what was wrong with them; fills up while the files are read."""

    root: Path
    found: dict[str, str] = field(default_factory=dict)
    """Relative path -> a stamp that changes with the file; everything that the walk found or that was read."""
    problems: list[str] = field(default_factory=list)
    whose: str = "the project"
    """What the root is, for people."""
    memory: Memory = field(default_factory=Memory)
    _searched: str = ""
    """What was wrong with the walk itself."""
    _resolved: dict[Path, str] = field(default_factory=dict)

    @classmethod
    def find(cls, project_dir: Path, memory: Memory | None = None) -> ProjectFiles | None:
        """Walk the project, by the `memory` of the last walk; None when it is not a folder that can be read."""
        try:
            root = project_dir.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        if not root.is_dir():
            return None
        files = cls(root, memory=memory or Memory())
        walk = Walk(root, files.memory.listings)
        names = sorted(walk.files(), key=lambda name: (name.count("/"), name))
        files.problems += walk.problems
        files._searched = "\n".join(walk.problems)
        total = 0
        for name in names[:MAX_FILES]:
            stamp = files._stamp(name)
            total += min(_size(stamp), MAX_BYTES)
            if total > MAX_TOTAL:
                break
            files.found[name] = stamp
        read = len(files.found)
        if len(names) > read:
            files.problems.append(f"{names[read]} and {len(names) - read - 1} more: only {read} files are read")
        return files

    def named(self, name: str) -> list[str]:
        """Return the files called `name`, the outermost first."""
        return [path for path in self.found if path.rpartition("/")[2] == name]

    def read(self, source: str, *, is_prose: bool = False) -> str | None:
        """Return the text of a file given relative to the project, or None and a line in `problems`.

        Of prose that is too long the first part is returned, with the items of the rest; of other files nothing.
        """
        try:
            return self._read(source, is_prose=is_prose)
        except _NotUsableError as error:
            reason = str(error)
        except NotReadableError as error:
            reason = f"{error}; not read"
        except UnicodeDecodeError as error:
            reason = f"is not UTF-8 at byte {error.start}; not read"
        except (OSError, RuntimeError, ValueError) as error:
            reason = f"cannot be read: {_reason(error)}"
        self.problems.append(f"{source}: {reason}")
        return None

    def read_or_keep(self, source: str, *, is_prose: bool = False) -> str | None:
        """Return the text, or the last good one and a line in `problems`; None when there is neither."""
        text = self.read(source, is_prose=is_prose)
        if text is None and source in self.memory.texts:
            self.problems[-1] += KEPT
            return self.memory.texts[source]
        return text

    def is_repeated(self, source: str) -> bool:
        """Tell whether the same file was asked about before under another name, as behind a symlink."""
        try:
            path = (self.root / source).resolve()
        except (OSError, RuntimeError, ValueError):
            return False
        return self._resolved.setdefault(path, source) != source

    def seen(self) -> tuple[str, ...]:
        """Return every file that was found or read, relative to the project."""
        return tuple(sorted(self.found))

    def fingerprint(self, also: Iterable[str] = ()) -> str:
        """Return a digest over the place of the project and the names, sizes and times of the files and `also`."""
        stamps = self.found | {name: self._stamp(name) for name in also if name not in self.found}
        lines = [str(self.root), self._searched, *(f"{name} {stamps[name]}" for name in sorted(stamps))]
        return hashlib.sha256("\n".join(lines).encode(errors="replace")).hexdigest()

    def _read(self, source: str, *, is_prose: bool) -> str:
        path = (self.root / source).resolve(strict=True)
        if not path.is_relative_to(self.root):
            raise _NotUsableError(f"leads out of {self.whose}; not read")
        if source not in self.found:
            if len(self.found) >= MAX_FILES:
                raise _NotUsableError(f"only {MAX_FILES} files are read")
            self.found[source] = self._stamp(source)
        if not is_prose:
            return _decode(read_regular(path, MAX_BYTES))
        data = first_bytes(path, _MAX_SEARCHED)
        if len(data) <= MAX_BYTES:
            return _decode(data)
        self.problems.append(f"{source}: is larger than {MAX_BYTES:,} bytes; only its first part and its items count")
        end = data.rfind(b"\n", 0, MAX_BYTES) + 1 or MAX_BYTES
        items = _ITEM_LINE.findall(data[end:].decode("utf-8", "ignore"))
        return "\n".join([_decode(data[:end], "ignore"), *items])

    def _stamp(self, name: str) -> str:
        try:
            stat = (self.root / name).stat()
        except (OSError, ValueError):
            return "missing"
        return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"


def _decode(data: bytes, errors: str = "strict") -> str:
    return data.decode("utf-8-sig", errors).replace("\r\n", "\n")


def _size(stamp: str) -> int:
    size = stamp.partition(" ")[0]
    return int(size) if size.isdigit() else 0


def _reason(error: Exception) -> str:
    if isinstance(error, RuntimeError):  # Path.resolve's way to say it, up to Python 3.12
        return "it is a link that leads in a circle"
    return error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
