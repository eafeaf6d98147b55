"""Which files are judged: what the paths name, without what git ignores, what is vendored and what is no text.

Its one rule: what is left out is told, with the reason; a file that the user names is judged wherever it stands.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from coding_standards.gate.repository import (
    GitError,
    list_changes,
    list_files,
    list_generated,
    list_unversioned,
    read_blobs,
    resolve_base,
)
from coding_standards.languages import language_of_path
from coding_standards.report import MAX_CODE_CHARS
from groundwork.reading.regular_file import read_regular

MAX_BYTES = MAX_CODE_CHARS * 4
"""The longest text that is checked, in the widest encoding of UTF-8."""

VENDORED = "vendored or generated"
_FOLDERS = frozenset(
    {
        *("node_modules", "bower_components", "site-packages", "vendor", "vendored", "third_party", "3rdparty"),
        *(".venv", "venv", "__pycache__", "dist", "target", ".tox", ".git", "_vendor"),
    }
)
_ENDINGS = (".min.js", ".min.css", "_pb2.py", "_pb2.pyi", "_pb2_grpc.py", ".pb.go", ".bundle.js", ".generated.ts")


class SelectionError(Exception):
    """The paths or the base cannot be used; the text says which and why."""


@dataclass(frozen=True)
class Candidate:
    """One file to judge."""

    path: str
    """Relative to the project, with `/`."""
    file: Path
    text: bytes | None = None
    """What is judged, where that is not what is on disk."""
    before: bytes | None = None
    """What stood in it, where it is compared and not new."""

    def read(self) -> bytes:
        """What is judged.

        Raises:
            OSError: it cannot be read, or it is larger than `MAX_BYTES`.
        """
        return read_regular(self.file, MAX_BYTES) if self.text is None else self.text


@dataclass
class Selection:
    """The files to judge, and what was left out."""

    root: Path
    files: list[Candidate] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    """By path: why."""
    notes: list[str] = field(default_factory=list)


def select_files(root: Path, paths: Sequence[Path], *, has_git: bool) -> Selection:
    """All files of ours that the paths name, or that lie in the folders that they name.

    Raises:
        SelectionError: a path does not exist, or git does not answer.
    """
    selection = Selection(root)
    folders = [path for path in paths if path.is_dir()]
    named = [path for path in paths if not path.is_dir()]
    missing = next((path for path in named if not path.is_file()), None)
    if missing is not None:
        raise SelectionError(f"{missing}: there is no such file or folder")
    found: dict[str, Path] = {}
    for folder in folders:
        found |= {_relative(root, file): file for file in _walk(selection, root, folder, has_git)}
    _leave_out_vendored(selection, found, has_git=has_git)
    for file in named:
        path = _relative(root, file)
        if language_of_path(path) is None:
            selection.left_out[path] = "of no language that is judged here"
        else:
            selection.left_out.pop(path, None)
            found[path] = file
    selection.files = [Candidate(path, file) for path, file in sorted(found.items())]
    return selection


def select_changes(root: Path, paths: Sequence[Path], base: str, *, staged: bool = False) -> Selection:
    """The files below the paths that changed since `base`, with what stood in them then.

    Raises:
        SelectionError: there is no such commit, or git does not answer.
    """
    selection = Selection(root)
    within = [_relative(root, path) or "." for path in paths]
    try:
        commit = resolve_base(root, base)
        changes = list_changes(root, commit, staged=staged, within=within)
        ours = {change.path: change for change in changes if language_of_path(change.path) is not None}
        found = {path: root / path for path in ours if staged or _is_inside(selection, root, root / path)}
        _leave_out_vendored(selection, found, has_git=True)
        names = {path: f"{commit}:{ours[path].path_before}" for path in found if ours[path].path_before}
        now = {path: f":{path}" for path in found} if staged else {}
        blobs = read_blobs(root, (*names.values(), *now.values()), MAX_BYTES)
    except GitError as error:
        raise SelectionError(str(error)) from error
    for path, file in sorted(found.items()):
        text = blobs.get(now[path]) if staged else None
        if staged and text is None:
            selection.left_out[path] = "too large, or no text"
            continue
        selection.files.append(Candidate(path, file, text, blobs.get(names.get(path, ""))))
    return selection


def _relative(root: Path, path: Path) -> str:
    absolute = Path(os.path.abspath(path))
    real = Path(os.path.realpath(absolute.parent)) / absolute.name if absolute != root else absolute
    try:
        found = real.relative_to(root).as_posix()
    except ValueError:
        return absolute.as_posix()
    return "" if found == "." else found


def _walk(selection: Selection, root: Path, folder: Path, has_git: bool) -> Iterator[Path]:
    inside = Path(os.path.realpath(folder))
    try:
        if has_git and inside.is_relative_to(root):
            files: Iterable[Path] = (root / name for name in list_files(root, [_relative(root, inside) or "."]))
        else:
            files = (inside / name for name in list_unversioned(inside))
        files = list(files)
    except GitError as error:
        selection.notes.append(f"{error}; `.gitignore` was not heeded in {folder}")
        files = _walk_without_git(inside)
    for file in files:
        if language_of_path(file.name) is None:
            continue
        if _is_inside(selection, root, file) and file.is_file():
            yield file


def _is_inside(selection: Selection, root: Path, file: Path) -> bool:
    """Whether what would be read belongs to the project; a link that leads elsewhere is left out."""
    if not file.is_symlink() or file.resolve().is_relative_to(root):
        return True
    selection.left_out[_relative(root, file)] = "a link that leads out of the project"
    return False


def _walk_without_git(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _FOLDERS)
        yield from (Path(place) / name for name in sorted(names))


def _leave_out_vendored(selection: Selection, found: dict[str, Path], *, has_git: bool) -> None:
    marked: frozenset[str] = frozenset()
    if has_git:
        try:
            marked = list_generated(selection.root, [path for path in found if not path.startswith("/")])
        except GitError as error:
            selection.notes.append(f"{error}; `.gitattributes` were not heeded")
    for path in [path for path in found if path in marked or _is_vendored(path)]:
        selection.left_out[path] = VENDORED
        del found[path]


def _is_vendored(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return path.endswith(_ENDINGS) or (not path.startswith("/") and any(part in _FOLDERS for part in parts[:-1]))
