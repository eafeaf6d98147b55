"""A git repository, read: which files it has, which changed, and what stood in them before.

Its one rule: git itself is asked, so that its ignore files, links and renames mean what they always mean; nothing is
written, and no hook or filter of the repository runs.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LIMIT_S = 60.0
"""For one question; the largest repositories answer within some seconds."""
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null")
_GENERATED = ("linguist-generated", "linguist-vendored")


class GitError(Exception):
    """Git cannot answer; the text says what it was asked and why it cannot."""


@dataclass(frozen=True)
class ChangedFile:
    """A file that is not what it was."""

    path: str
    """Relative to the root, with `/`."""
    path_before: str | None
    """None for a new file."""


def find_root(place: Path) -> Path | None:
    """The folder of the working tree around a file or folder; None where there is none, or no git."""
    folder = place if place.is_dir() else place.parent
    try:
        return Path(_ask(folder, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n"))
    except GitError:
        return None


def hooks_folder(root: Path) -> Path:
    """Where git looks for its hooks in this repository.

    Raises:
        GitError: it is none.
    """
    told = _ask(root, "rev-parse", "--git-path", "hooks", is_guarded=False).decode("utf-8", "surrogateescape")
    return root / told.rstrip("\n")


def list_files(root: Path, within: Sequence[str] = ()) -> list[str]:
    """The files that git knows or would add, relative to the root; `within` are paths relative to it.

    Raises:
        GitError: git does not answer.
    """
    return _names(_ask(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *within))


def list_unversioned(folder: Path) -> list[str]:
    """The files of a folder without a repository that its `.gitignore` files leave.

    Raises:
        GitError: git does not answer, or is not installed.
    """
    with tempfile.TemporaryDirectory() as empty:
        _ask(Path(empty), "init", "-q", "--bare", empty)
        where = (f"--git-dir={empty}", f"--work-tree={folder}")
        return _names(_ask(folder, *where, "ls-files", "-z", "--others", "--exclude-standard", index=False))


def list_generated(root: Path, paths: Sequence[str]) -> frozenset[str]:
    """Those of the files that `.gitattributes` calls generated or vendored."""
    given = "\0".join(paths).encode("utf-8", "surrogateescape")
    parts = _names(_ask(root, "check-attr", "-z", "--stdin", *_GENERATED, given=given)) if paths else []
    triples = zip(parts[::3], parts[2::3], strict=False)
    return frozenset(path for path, value in triples if value in ("set", "true"))


def resolve_base(root: Path, base: str) -> str:
    """The commit that changes are counted from: where HEAD left `base`; the empty tree before the first commit.

    Raises:
        GitError: there is no such revision.
    """
    if base == "HEAD" and not _is_there(root, "HEAD"):
        return _EMPTY_TREE
    if base.startswith("-") or not _is_there(root, base):
        raise GitError(f"{base!r} names no commit here; give a branch, a tag or a commit such as HEAD~1")
    try:
        return _ask(root, "merge-base", base, "HEAD").decode().strip()
    except GitError:
        return _ask(root, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}").decode().strip()


def list_changes(root: Path, base: str, *, staged: bool = False, within: Sequence[str] = ()) -> list[ChangedFile]:
    """What differs from `base`: in the index with `staged`, else on disk, untracked files included.

    Raises:
        GitError: git does not answer.
    """
    options = ["--cached"] if staged else []
    told = _names(_ask(root, "diff", "--name-status", "-z", "-M", "--no-ext-diff", *options, base, "--", *within))
    changes = list(_read_changes(iter(told)))
    if not staged:
        others = _names(_ask(root, "ls-files", "-z", "--others", "--exclude-standard", "--", *within))
        changes += [ChangedFile(path, None) for path in others]
    return changes


def read_blobs(root: Path, names: Iterable[str], max_bytes: int) -> dict[str, bytes | None]:
    """The contents by names such as `HEAD:a.py` or `:a.py`; None where there is none, or a larger one.

    Raises:
        GitError: git does not answer.
    """
    every = list(dict.fromkeys(names))
    wanted = [name for name in every if "\n" not in name]
    found = {name: _read_blob(root, name, max_bytes) for name in every if "\n" in name}
    if not wanted:
        return found
    given = "".join(f"{name}\n" for name in wanted).encode("utf-8", "surrogateescape")
    data = _ask(root, "cat-file", "--batch", given=given)
    at = 0
    for name in wanted:
        end = data.index(b"\n", at)
        header = data[at:end].split(b" ")
        at = end + 1
        if len(header) == 3 and header[1] == b"blob" and header[2].isdigit():
            size = int(header[2])
            found[name] = data[at : at + size] if size <= max_bytes else None
            at += size + 1
        else:
            found[name] = None
    return found


def _read_blob(root: Path, name: str, max_bytes: int) -> bytes | None:
    try:
        data = _ask(root, "cat-file", "blob", name)
    except GitError:
        return None
    return data if len(data) <= max_bytes else None


def _read_changes(parts: Iterator[str]) -> Iterator[ChangedFile]:
    for status in parts:
        path = next(parts)
        if status[0] in "RC":
            yield ChangedFile(next(parts), path)
        elif status[0] == "A":
            yield ChangedFile(path, None)
        elif status[0] in "MT":
            yield ChangedFile(path, path)


def _is_there(root: Path, revision: str) -> bool:
    try:
        _ask(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except GitError:
        return False
    return True


def _names(output: bytes) -> list[str]:
    return [part.decode("utf-8", "surrogateescape") for part in output.split(b"\0") if part]


def _ask(folder: Path, *arguments: str, given: bytes = b"", index: bool = True, is_guarded: bool = True) -> bytes:
    command = ["git", *(_SAFE if is_guarded else ()), *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, input=given, capture_output=True, timeout=LIMIT_S, env=_environment(index), check=False
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed, or the folder is gone") from error
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise GitError(f"git {arguments[0]}: {error}") from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip()[:300]
        raise GitError(f"git {arguments[0]}: {told or f'ended with exit code {done.returncode}'}")
    return done.stdout


def _environment(has_index: bool) -> Mapping[str, str]:
    # A hook of git's own runs with its variables set. The repository is found by the folder; of the rest the index
    # counts, for that of `git commit -a` is another than usual.
    left = {"GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX", *(() if has_index else ("GIT_INDEX_FILE",))}
    return {**{name: value for name, value in os.environ.items() if name not in left}, **_QUIET}
