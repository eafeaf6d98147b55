"""Finds and reads the files of a project that say something about its code, within the project and within limits.

Its one rule: a path is resolved, symlinks included, and must still lie in the project before it is opened.
A link inside the project is fine: `CLAUDE.md` is often a link to `AGENTS.md`.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

MAX_BYTES = 100_000
"""A file of instructions for people and models; what is larger is no such file."""
MAX_FILES = 50
MAX_DEPTH = 5
MAX_FOLDERS = 1000
"""Bounds the walk to a few milliseconds in a large repository."""
MAX_ENTRIES = 20_000

_IN_ANY_FOLDER = frozenset({"AGENTS.md", "CLAUDE.md", ".cursorrules", ".editorconfig"})
_AT_THE_TOP = frozenset({"ruff.toml", ".ruff.toml", "pyproject.toml"})
_WITH_INSTRUCTIONS = frozenset({".cursor", ".github", ".claude"})
_SKIPPED = frozenset(
    {"node_modules", "bower_components", "site-packages", "__pycache__", "vendor", "venv", "dist", "build", "target"}
)


class _NotUsableError(Exception):
    """A file that is refused; the text is the reason."""


@dataclass
class ProjectFiles:
    """The files concerned, and what was wrong with them; fills up while the files are read."""

    root: Path
    found: dict[str, str] = field(default_factory=dict)
    """Relative path -> a stamp that changes with the file; everything that the walk found or that was read."""
    problems: list[str] = field(default_factory=list)
    whose: str = "the project"
    """What the root is, for people."""
    _resolved: dict[Path, str] = field(default_factory=dict)

    @classmethod
    def find(cls, project_dir: Path) -> ProjectFiles | None:
        """Walk the project; None when it is not a folder that can be read."""
        try:
            root = project_dir.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        if not root.is_dir():
            return None
        files = cls(root)
        names = sorted(files._walk(), key=lambda name: (name.count("/"), name))
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
        except UnicodeDecodeError as error:
            reason = f"is not UTF-8 at byte {error.start}; not read"
        except (OSError, RuntimeError, ValueError) as error:
            reason = f"cannot be read: {_reason(error)}"
        self.problems.append(f"{source}: {reason}")
        return None

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
        """Return a digest over the names, sizes and times of the files, `also` included."""
        stamps = self.found | {name: self._stamp(name) for name in also if name not in self.found}
        return hashlib.sha256(
            "\n".join(f"{name} {stamps[name]}" for name in sorted(stamps)).encode(errors="replace")
        ).hexdigest()

    def _read(self, source: str) -> str:
        path = (self.root / source).resolve(strict=True)
        if not path.is_relative_to(self.root):
            raise _NotUsableError(f"leads out of {self.whose}; not read")
        if not path.is_file():
            raise _NotUsableError("is not a regular file; not read")
        if source not in self.found:
            if len(self.found) >= MAX_FILES:
                raise _NotUsableError(f"only {MAX_FILES} files are read")
            self.found[source] = self._stamp(source)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise _NotUsableError(f"is larger than {MAX_BYTES // 1000} KB; not read")
        return data.decode("utf-8-sig").replace("\r\n", "\n")

    def _stamp(self, name: str) -> str:
        try:
            stat = (self.root / name).stat()
        except (OSError, ValueError):
            return "missing"
        return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"

    def _walk(self) -> Iterator[str]:
        folders = deque([("", 0)])
        visited = entries = 0
        while folders:
            folder, depth = folders.popleft()
            if visited >= MAX_FOLDERS or entries >= MAX_ENTRIES:
                self.problems.append(f"{folder}: only the first {visited} folders of the project were searched")
                return
            visited += 1
            for entry in self._entries(folder):
                entries += 1
                path = f"{folder}/{entry.name}" if folder else entry.name
                if not entry.is_dir(follow_symlinks=False):
                    if _is_concerned(path):
                        yield path
                elif depth < MAX_DEPTH and _is_entered(path):
                    folders.append((path, depth + 1))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.problems.append(f"{folder or '.'}: cannot be searched: {_reason(error)}")
            return []


def _is_entered(path: str) -> bool:
    """Tell whether the walk goes into a folder; of the hidden ones only into those that hold instructions."""
    name = path.rpartition("/")[2]
    return name in _WITH_INSTRUCTIONS if name.startswith(".") else name not in _SKIPPED


def _is_concerned(path: str) -> bool:
    parts = PurePosixPath(path).parts
    name = parts[-1]
    hidden = next((part for part in parts[:-1] if part in _WITH_INSTRUCTIONS), None)
    if hidden is None:
        return name in _IN_ANY_FOLDER or (len(parts) == 1 and name in _AT_THE_TOP)
    below = parts[parts.index(hidden) + 1 :]
    if hidden == ".cursor":
        return below[0] == "rules" and name.endswith(".mdc")
    if hidden == ".claude":
        return below == ("CLAUDE.md",)
    return parts[:2] == (".github", "copilot-instructions.md") or (
        parts[:2] == (".github", "instructions") and name.endswith(".instructions.md")
    )


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
