"""Finds and reads the files of a project that say something about its code, within the project and within limits.

Its one rule: a path is resolved, symlinks included, and must still lie in the project before it is opened.
A link inside the project is fine: `CLAUDE.md` is often a link to `AGENTS.md`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from coding_standards.project.walk import Listing, Walk
from groundwork.reading.regular_file import NotReadableError, read_regular

MAX_BYTES = 100_000
"""A file of instructions for people and models; what is larger is no such file."""
MAX_FILES = 50
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
        for name in names[:MAX_FILES]:
            files.found[name] = files._stamp(name)
        if len(names) > MAX_FILES:
            files.problems.append(
                f"{names[MAX_FILES]} and {len(names) - MAX_FILES - 1} more: only {MAX_FILES} files are read"
            )
        return files

    def named(self, name: str) -> list[str]:
        """Return the files called `name`, the outermost first."""
        return [path for path in self.found if path.rpartition("/")[2] == name]

    def read(self, source: str) -> str | None:
        """Return the text of a file given relative to the project, or None and a line in `problems`."""
        try:
            return self._read(source)
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

    def read_or_keep(self, source: str) -> str | None:
        """Return the text, or the last good one and a line in `problems`; None when there is neither."""
        text = self.read(source)
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

    def _read(self, source: str) -> str:
        path = (self.root / source).resolve(strict=True)
        if not path.is_relative_to(self.root):
            raise _NotUsableError(f"leads out of {self.whose}; not read")
        if source not in self.found:
            if len(self.found) >= MAX_FILES:
                raise _NotUsableError(f"only {MAX_FILES} files are read")
            self.found[source] = self._stamp(source)
        return read_regular(path, MAX_BYTES).decode("utf-8-sig").replace("\r\n", "\n")

    def _stamp(self, name: str) -> str:
        try:
            stat = (self.root / name).stat()
        except (OSError, ValueError):
            return "missing"
        return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"


def _reason(error: Exception) -> str:
    if isinstance(error, RuntimeError):  # Path.resolve's way to say it, up to Python 3.12
        return "it is a link that leads in a circle"
    return error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
