"""A second tree of the project for its tools, in which the files of an answer already stand.

Its one rule: nothing that a tool does in it reaches the project. Files are copies (shared blocks where the disk can do
that), folders of installed packages are folders of links, and what leads out of the project is left out. Between checks
the tree stays, and only what changed is copied again; what a tool changed or left behind is put right as well.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

MAX_ENTRIES = 8_000
"""Folders beyond so many entries are links as a whole, so that a project of any size is ready in about a second."""
MAX_COPY = 2_000_000
"""Bytes; a larger file is data, and a link."""
_PACKAGES = frozenset({"node_modules", "bower_components"})
_LINKED = frozenset({".venv", "venv", "env", ".tox", ".nox", "site-packages", ".yarn", ".pnp", ".m2", ".gradle"})
_LEFT_OUT = frozenset(
    {".git", ".hg", ".svn", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".cache", ".next", ".turbo"}
)
_BUILT = frozenset({"target", "coverage", "htmlcov"})
"""Left out where they are a build's; a folder of sources may be called so, too."""
_FICLONE = 0x40049409


@dataclass
class _Copy:
    """One file as it was in the project, and as it was put into the tree."""

    source: tuple[int, ...]
    there: tuple[int, ...] = ()


@dataclass
class Overlay:
    """The tree of one project; not for several threads at once."""

    project: Path
    root: Path
    """Where the tree stands."""
    real: Path
    """The path by which links in the tree reach the project: its own, or where it is seen while the tree covers it."""
    is_cut: bool = False
    """Whether folders are links because the project is too large."""
    changes: int = 0
    """Goes up with everything of the project that changes in the tree; the files of answers do not count."""
    _copies: dict[str, _Copy] = field(default_factory=dict)
    _links: dict[str, str] = field(default_factory=dict)
    _folders: set[str] = field(default_factory=set)
    _placed: dict[str, str] = field(default_factory=dict)
    """The files of the answer that stand in it."""
    _last_written_s: int = 0
    """The time that was last given to a file, in whole seconds."""

    def refresh(self, files: Mapping[str, str]) -> None:
        """Bring the tree up to date with the project, and lay `files` (path -> text) over it. Blocking.

        Raises:
            OSError: the tree cannot be written.
        """
        entries = _ProjectEntries(self.project, self.real, files)
        wanted = list(entries.walk())
        self.is_cut = entries.is_cut
        self._remove_all_but({path for path, _, _ in wanted} | set(files) | _parents(files))
        for path, kind, stamp in wanted:
            if path in files:
                continue
            if kind == "folder":
                self._make_folder(path)
            elif kind == "file":
                self._copy(path, stamp)
            else:
                self._link(path, kind)
        self._place(files)
        self._link_packages_above()

    def swap(self, files: Mapping[str, str | None]) -> None:
        """Lay other texts in the place of the answer's until the next refresh; None is a file that is not there."""
        self._place({path: text for path, text in files.items() if text is not None})
        for path, text in files.items():
            if text is None:
                _remove(self.root / path)

    def _place(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            target = self.root / path
            for parent in sorted(_parents([path])):
                self._make_folder(parent)
            if self._placed.get(path) != text or not _holds(target, text):
                _remove(target)
                # As it is given, so that a tool sees the line ends that it shall judge.
                target.write_bytes(text.encode("utf-8", "replace"))
                self._give_second(target)
            self._copies.pop(path, None)
            self._links.pop(path, None)
        self._placed = dict(files)

    def _give_second(self, target: Path) -> None:
        """Give what was written a second of its own, and none that has begun.

        Mypy takes a file of the same size and second for the same; cargo one that is older than its last look.
        """
        self._last_written_s = max(int(time.time()), self._last_written_s) + 1
        os.utime(target, (self._last_written_s, self._last_written_s))

    def _copy(self, path: str, stamp: tuple[int, ...]) -> None:
        known = self._copies.get(path)
        # Text and no Path: this is done for every file of the project.
        if known is not None and known.source == stamp and known.there == _stamp(f"{self.root}/{path}"):
            return
        target = self.root / path
        _remove(target)
        source = self.project / path
        try:
            _clone(source, target)
        except OSError:
            self._copies.pop(path, None)  # it went away or may not be read: not there for a tool either
            return
        # Only what was never there keeps its time: a build tool must see that a file is back to what it was.
        if known is None and path not in self._placed:
            os.utime(target, ns=(stamp[1], stamp[1]))
        else:
            self._give_second(target)
        self._copies[path] = _Copy(stamp, _stamp(str(target)))
        self.changes += path not in self._placed

    def _link(self, path: str, target: str) -> None:
        place = self.root / path
        if self._links.get(path) == target and place.is_symlink() and os.readlink(place) == target:
            return
        _remove(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)
        self._links[path] = target
        self.changes += 1

    def _make_folder(self, path: str) -> None:
        place = self.root / path
        if path in self._folders and place.is_dir() and not place.is_symlink():
            return
        if place.is_symlink() or place.is_file():
            _remove(place)
        self._links.pop(path, None)
        place.mkdir(parents=True, exist_ok=True)
        self._folders.add(path)

    def _remove_all_but(self, wanted: set[str]) -> None:
        """Remove what the project has no longer, and what a tool left in the tree."""
        wanted.add("")
        folders = deque([""])
        while folders:
            folder = folders.popleft()
            try:
                with os.scandir(self.root / folder) as entries:
                    found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
            except OSError:
                continue
            for name, is_folder in found:
                path = f"{folder}/{name}" if folder else name
                if path == ".git":
                    continue  # ours, for tools that work in a repository only
                if path not in wanted:
                    _remove(self.root / path)
                    for known in (self._copies, self._links):
                        known.pop(path, None)
                    self._folders.discard(path)
                    self.changes += path not in self._placed
                elif is_folder:
                    folders.append(path)

    def _link_packages_above(self) -> None:
        """A package of a larger repository finds what is installed for all of them in a folder above its own."""
        places = (parent / "node_modules" for parent in self.project.parents)
        above = next(filter(_is_folder, places), None)
        place = self.root.parent / "node_modules"
        if above is not None and not place.is_symlink():
            place.symlink_to(above)


class _ProjectEntries:
    """Walks the project; what it yields is a path, what it becomes and, for a copy, a stamp."""

    def __init__(self, project: Path, real: Path, files: Iterable[str]) -> None:
        self._project = project
        self._real = real
        self._entered = _parents(files)
        self.is_cut = False

    def walk(self) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        # The folders of the files come first: they are what must be whole.
        folders = deque(sorted(self._entered | {""}, key=lambda path: path.count("/") if path else -1))
        seen: set[str] = set(folders)
        count = 0
        while folders:
            folder = folders.popleft()
            if count > MAX_ENTRIES and folder and folder not in self._entered:
                self.is_cut = True
                yield folder, str(self._real / folder), ()
                continue
            if folder:
                yield folder, "folder", ()
            for entry in self._list(folder):
                path = f"{folder}/{entry.name}" if folder else entry.name
                count += 1
                if entry.is_symlink():
                    yield from self._link(path, entry)
                elif entry.is_dir(follow_symlinks=False):
                    if entry.name in _LEFT_OUT or (entry.name in _BUILT and path not in self._entered):
                        continue
                    if entry.name in _PACKAGES:
                        yield from self._packages(path)
                    elif path not in self._entered and entry.name in _LINKED:
                        yield path, str(self._real / path), ()
                    elif path not in seen:
                        seen.add(path)
                        folders.append(path)
                elif entry.is_file(follow_symlinks=False):
                    yield self._file(path, entry, count > MAX_ENTRIES)

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._project / folder) as entries:
                return list(entries)
        except OSError:
            return []

    def _file(self, path: str, entry: os.DirEntry[str], is_full: bool) -> tuple[str, str, tuple[int, ...]]:
        status = entry.stat(follow_symlinks=False)
        if is_full or status.st_size > MAX_COPY:
            return path, str(self._real / path), ()
        return path, "file", (status.st_size, status.st_mtime_ns, status.st_ino, status.st_mode)

    def _link(self, path: str, entry: os.DirEntry[str]) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        if entry.name in _PACKAGES:
            yield from self._packages(path)
        elif entry.name in _LINKED:
            yield path, str(self._real / path), ()
        else:
            target = os.readlink(self._project / path)
            inside = os.path.normpath(os.path.join(self._project, os.path.dirname(path), target))
            if not os.path.isabs(target) and inside.startswith(f"{self._project}{os.sep}"):
                yield path, target, ()

    def _packages(self, path: str) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        """A folder of links, so that what a tool leaves beside the packages is not left in the project."""
        place = self._real / path
        yield path, "folder", ()
        for entry in self._list(path):
            if entry.name.startswith("@") and entry.is_dir():
                yield f"{path}/{entry.name}", "folder", ()
                for scoped in self._list(f"{path}/{entry.name}"):
                    yield f"{path}/{entry.name}/{scoped.name}", str(place / entry.name / scoped.name), ()
            elif entry.name not in _LEFT_OUT:
                yield f"{path}/{entry.name}", str(place / entry.name), ()


def _parents(files: Iterable[str]) -> set[str]:
    return {parent.as_posix() for path in files for parent in PurePosixPath(path).parents if parent.as_posix() != "."}


def _stamp(path: str) -> tuple[int, ...]:
    try:
        status = os.lstat(path)
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _holds(path: Path, text: str) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode) and path.read_bytes() == text.encode("utf-8", "replace")
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _remove(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def _clone(source: Path, target: Path) -> None:
    """Share the blocks of the source where the disk can; else copy them."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(source, flags), "rb") as given:
        status = os.fstat(given.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError("is no file")
        with target.open("xb") as made:
            if not _share(made.fileno(), given.fileno()):
                shutil.copyfileobj(given, made)
    target.chmod(stat.S_IMODE(status.st_mode) | stat.S_IRUSR | stat.S_IWUSR)


def _share(made: int, given: int) -> bool:
    global _can_share
    if not _can_share:
        return False
    import fcntl  # not there on Windows, where nothing is shared

    try:
        fcntl.ioctl(made, _FICLONE, given)
    except OSError:
        _can_share = False  # asked once: the tree and the projects seldom move to another disk
    return _can_share


_can_share = os.name == "posix"
