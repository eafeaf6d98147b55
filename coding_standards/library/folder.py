"""Reading a directory of standards without ever leaving it.

Its one rule: only regular files of a known suffix whose real path lies inside the directory are read, up to a size.

A directory has the form of `builtin/`: `languages/*.md`, `topics/*.md`, `rules/*.yml`, `standards.yml`. A small team
may leave its files flat instead: `python.md` is the language's standard, any other Markdown file but the usual ones of
a repository (README and the like) is a topic, and `rules.yml`, `general.yml` and `<language>.yml` hold rules.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coding_standards.languages import UnknownLanguageError, find_language
from groundwork.reading.regular_file import NotReadableError, read_regular

MAX_FILE_BYTES = 500_000
"""A standard that is longer is no use to a model; a file that is much longer is a mistake."""
MAX_FILES = 500
"""Per directory; more means that the wrong directory was named."""

Role = Literal["language", "topic", "rules", "settings", "ruff"]
Fingerprint = tuple[int, int, int]
"""Modification time in ns, size in bytes, inode: differs when a file was written or replaced."""
_Entry = tuple[str, Path, Role | None, Fingerprint]

_PARTS: tuple[tuple[str, Role | None], ...] = (
    ("", None),
    ("languages", "language"),
    ("topics", "topic"),
    ("rules", "rules"),
)
_NOT_STANDARDS = frozenset(
    {"readme", "changelog", "contributing", "license", "security", "code_of_conduct", "agents", "claude"}
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class FolderError(ValueError):
    """A file or directory that cannot be used; the text names it, the reason and the remedy."""


@dataclass(frozen=True)
class FoundFile:
    """One file that plays a part, read or not."""

    path: Path
    shown: str
    """Relative to the directory, with forward slashes."""
    role: Role
    name: str
    """Of the standard: the file's name without suffix, lower case, an alias of a language replaced by its name."""
    fingerprint: Fingerprint


@dataclass(frozen=True)
class FoundFiles:
    """What a look at a directory gave."""

    files: tuple[FoundFile, ...]
    """Every file that plays a part, the flat ones first."""
    problems: tuple[str, ...]
    """One line for each file that was refused."""
    unseen: Mapping[str, str]
    """Why a part such as `rules` that is there cannot be looked into; the empty string is the whole directory."""


def is_directory(path: Path) -> bool:
    """Whether `path` is a directory that can be looked at; one behind a locked door counts as missing."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_missing(path: Path) -> bool:
    """Whether nothing at all is there, not even a link that leads nowhere or a door that is locked."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def signature(root: Path) -> object:
    """What `root` looks like now, without reading a file; a missing directory looks empty."""
    entries, unseen = _entries(root)
    return sorted((shown, fingerprint) for shown, _, _, fingerprint in entries), unseen


def find_files(root: Path) -> FoundFiles:
    """Look for every file that plays a part."""
    found: list[FoundFile] = []
    entries, unseen = _entries(root)
    problems: list[str] = []
    for shown, path, part_role, fingerprint in sorted(entries):
        role = _role(path, part_role)
        if role is None:
            continue
        if len(found) == MAX_FILES:
            problems.append(f"{root}: more than {MAX_FILES} files; only the first {MAX_FILES} are used")
            break
        try:
            found.append(FoundFile(path, shown, role, _name(shown, role), fingerprint))
        except FolderError as error:
            problems.append(str(error))
    flat_first = sorted(found, key=lambda file: file.shown.count("/"))
    return FoundFiles(tuple(flat_first), tuple(problems), unseen)


def read_text(root: Path, file: FoundFile) -> str:
    """The text of a file found in `root`.

    Raises:
        FolderError: it leads out of the directory, is no regular file, too large, unreadable, or not UTF-8.
    """
    check_inside(root, file.path, file.shown)
    try:
        return read_regular(file.path, MAX_FILE_BYTES).decode("utf-8")
    except NotReadableError as error:
        raise FolderError(f"{file.shown}: {error}; split it") from error
    except OSError as error:
        raise FolderError(f"{file.shown}: cannot be read: {_reason(error)}") from error
    except UnicodeDecodeError as error:
        raise FolderError(f"{file.shown}: not UTF-8 at byte {error.start}; save it as UTF-8") from error


def check_inside(root: Path, path: Path, shown: str) -> None:
    """Refuse a path that is no regular file or whose real place is not inside `root`.

    Raises:
        FolderError: so it is.
    """
    try:
        real = path.resolve(strict=True)
        inside, regular = real.is_relative_to(root.resolve()), stat.S_ISREG(real.stat().st_mode)
    except (OSError, RuntimeError) as error:
        raise FolderError(f"{shown}: cannot be read: {_reason(error)}") from error
    if not inside:
        raise FolderError(f"{shown}: leads out of the standards directory; copy the file into it")
    if not regular:
        raise FolderError(f"{shown}: not a regular file")


def _entries(root: Path) -> tuple[list[_Entry], dict[str, str]]:
    """Every file that may play a part, and the reason for each part that is there and cannot be looked into."""
    found: list[_Entry] = []
    unseen: dict[str, str] = {}
    for part, role in _PARTS:
        try:
            with os.scandir(root / part) as entries:
                listed = list(entries)
        except OSError as error:
            if not is_missing(root / part):
                unseen[part] = _reason(error)
            if not part:
                break  # what cannot be listed at the top has no parts to list
            continue
        for entry in listed:
            if not entry.name.startswith(".") and entry.name.endswith((".md", ".yml", ".yaml", ".toml")):
                name = _printable(entry.name)
                shown = f"{part}/{name}" if part else name
                found.append((shown, Path(entry.path), role, _fingerprint(entry)))
    return found, unseen


def _reason(error: OSError | RuntimeError) -> str:
    if isinstance(error, FileNotFoundError):
        return "it is a link that leads nowhere, or gone by now"  # for it was found
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _printable(name: str) -> str:
    """The name with U+FFFD for control characters and for bytes that are no UTF-8: it is shown to people and sent."""
    return name if name.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in name)


def _fingerprint(entry: os.DirEntry[str]) -> Fingerprint:
    try:
        status = entry.stat()
    except OSError:
        return (0, 0, 0)  # a dangling link: it changes when its target appears
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _role(path: Path, part_role: Role | None) -> Role | None:
    stem, is_markdown, is_yaml = path.stem.lower(), path.suffix == ".md", path.suffix in (".yml", ".yaml")
    if part_role == "rules":
        return "rules" if is_yaml else None
    if part_role is not None:
        return part_role if is_markdown else None
    if is_yaml and stem == "standards":
        return "settings"
    if is_yaml:
        return "rules" if stem in ("rules", "general") or _language_name(stem) else None
    if not is_markdown or stem in _NOT_STANDARDS:
        return None
    return "language" if _language_name(stem) else "topic"


def _name(shown: str, role: Role) -> str:
    stem = Path(shown).stem.lower()
    if role == "language":
        try:
            return find_language(stem).name
        except UnknownLanguageError as error:
            raise FolderError(f"{shown}: {error}; put it in topics/") from error
    if not _NAME.fullmatch(stem):
        raise FolderError(f"{shown}: a name is made of letters, digits, `-` and `_`; rename the file")
    return stem


def _language_name(stem: str) -> str | None:
    try:
        return find_language(stem).name
    except UnknownLanguageError:
        return None
