"""The versions of libraries that the user's project uses, read from its lock files and manifests.

The rule: a broken file is a problem that is said, never an exception. Which of several files is right, `choose` says.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.utils import canonicalize_name

from code_assistant.project.versions.choice import Group, ProjectVersion, choose, ranked
from code_assistant.project.versions.files import Stamp, VersionFiles
from code_assistant.project.versions.names import by_other_names
from code_assistant.project.versions.table import FORMATS, Reader
from code_assistant.text.plain import plain_line

_MAX_CACHED = 16
_MAX_NAME_CHARS, _MAX_VERSION_CHARS = 300, 200
"""Longer ones are nobody's."""


class ProjectVersions(Mapping[str, ProjectVersion]):
    """Versions by normalised name, as they hold at the root of the project."""

    def __init__(
        self,
        groups: Mapping[str, tuple[Group, ...]],
        problems: tuple[str, ...] = (),
        unread: tuple[str, ...] = (),
        asked_for: frozenset[str] = frozenset(),
    ) -> None:
        self.problems = problems
        """The files that could not be used."""
        self.unread = unread
        """What was passed over, which may be the reason why a library is not found."""
        self.asked_for = asked_for
        """Every library that is named, with a version or without."""
        self._groups = groups
        self._found = {name: choose(versions) for name, versions in groups.items()}
        self._by_other_names = by_other_names(self._found)

    def __getitem__(self, name: str) -> ProjectVersion:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def find(self, name: str, path: str = "") -> ProjectVersion | None:
        """Look up a library as people write it: any case, `gin` for `github.com/gin-gonic/gin`, `guava` alone.

        `path` is a file of the project, relative to it: the version is the one that holds there.
        """
        plain = name.lower()
        spellings = (plain, canonicalize_name(name), plain.removesuffix(".js"), plain.replace("-", "_"))
        for wanted in dict.fromkeys((*spellings, plain.replace("_", "-"))):
            found = self._found.get(wanted) or self._by_other_names.get(wanted)
            if found is not None:
                return choose(self._groups[found.name], path.rpartition("/")[0]) if path else found
        return None


_Key = tuple[str, str, str | None]
_cache: OrderedDict[_Key, tuple[tuple[Stamp, ...], ProjectVersions | None]] = OrderedDict()
_cache_lock = threading.Lock()


def project_versions(project_dir: Path, language: str, python: str | None = None) -> ProjectVersions:
    """Read the versions that a project names for the libraries of a language; `python` as the settings name it.

    The answer is kept in memory until one of its files changes. Blocking: call it in a thread.
    """
    key = (str(project_dir), language, python)
    with _cache_lock:
        stamps, cached = _cache.get(key, ((), None))
    if cached is not None and fingerprint(project_dir, language, [name for name, *_ in stamps]) == stamps:
        return cached
    files = VersionFiles(project_dir, python)
    groups = _read(files, language)
    problems, unread = tuple(dict.fromkeys(files.problems)), tuple(dict.fromkeys(files.unread))
    result = ProjectVersions(groups, problems, unread, frozenset(files.asked_for))
    _keep(key, fingerprint(project_dir, language, list(files.seen)), result)
    return result


def fingerprint(project_dir: Path, language: str, further: list[str] | None = None) -> tuple[Stamp, ...]:
    """How the files that name versions are now, unread; `further` are files that they include."""
    files = VersionFiles(project_dir)
    patterns = [pattern for kind in FORMATS.get(language, ()) for pattern in kind.patterns]
    names = {*files.find(*patterns), *(further or [])}
    return tuple(files.stamp(name) for name in sorted(names))


def _read(files: VersionFiles, language: str) -> dict[str, tuple[Group, ...]]:
    """What each of the files says of each library."""
    found: dict[str, tuple[Group, ...]] = {}
    for file, read in _in_order(files, language):
        for name, versions in _read_file(files, file, read, language).items():
            found[name] = (*found.get(name, ()), *ranked(versions))
    return found


def _in_order(files: VersionFiles, language: str) -> list[tuple[str, Reader]]:
    """The files that name versions, from the root down; at the same depth the most exact kind first."""
    named: dict[str, Reader] = {}
    for kind in FORMATS.get(language, ()):
        for file in files.find(*kind.patterns):
            named.setdefault(file, kind.read)
    return sorted(named.items(), key=lambda pair: pair[0].count("/"))


def _read_file(files: VersionFiles, name: str, read: Reader, language: str) -> dict[str, list[ProjectVersion]]:
    """One file's versions of each library."""
    found: dict[str, list[ProjectVersion]] = {}
    own = name.rpartition("/")[0]
    try:
        for entry in read(files, name):
            known, package = _normalise(entry.name, language), _normalise(entry.package, language)
            if not 0 < len(known) <= _MAX_NAME_CHARS:
                continue
            files.asked_for.add(known)
            if 0 < len(entry.version) <= _MAX_VERSION_CHARS:
                folder = own if entry.folder is None else entry.folder
                told = vars(entry) | {"name": known, "package": package, "folder": folder, "source_file": name}
                found.setdefault(known, []).append(ProjectVersion(**told))
    except ValueError as error:
        files.problem(name, f"cannot be understood: {plain_line(str(error)) or type(error).__name__}")
    return found


def _normalise(name: str, language: str) -> str:
    return canonicalize_name(name) if language == "python" else name.strip().lower()


def _keep(key: _Key, stamps: tuple[Stamp, ...], result: ProjectVersions) -> None:
    with _cache_lock:
        _cache[key] = (stamps, result)
        _cache.move_to_end(key)
        while len(_cache) > _MAX_CACHED:
            _cache.popitem(last=False)
