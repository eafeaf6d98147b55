"""The versions of libraries that the user's project uses, read from its lock files and manifests.

The rule: a broken file is a problem that is said, never an exception. Which of several files is right, `choose` says.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from packaging.utils import canonicalize_name

from code_assistant.project.versions import compiled as versions_compiled
from code_assistant.project.versions import go as versions_go
from code_assistant.project.versions import gradle as versions_gradle
from code_assistant.project.versions import node as versions_node
from code_assistant.project.versions import python as versions_python
from code_assistant.project.versions.choice import ProjectVersion, choose, ranked
from code_assistant.project.versions.files import Stamp, VersionFiles
from code_assistant.project.versions.found import FoundVersions
from code_assistant.project.versions.names import by_other_names
from code_assistant.text.plain import plain_line

Reader = Callable[[VersionFiles, str], Iterator[FoundVersions]]
_MAX_CACHED = 16
_MAX_NAME_CHARS, _MAX_VERSION_CHARS = 300, 200
"""Longer ones are nobody's."""


class ProjectVersions(Mapping[str, ProjectVersion]):
    """Versions by normalised name; `problems` names the files that could not be used."""

    def __init__(self, found: Mapping[str, ProjectVersion], problems: tuple[str, ...] = ()) -> None:
        self._found = found
        self.problems = problems
        self._by_other_names = by_other_names(found)

    def __getitem__(self, name: str) -> ProjectVersion:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def find(self, name: str) -> ProjectVersion | None:
        """Look up a library as people write it: any case, `gin` for `github.com/gin-gonic/gin`, `guava` alone."""
        for wanted in (name.lower(), canonicalize_name(name), name.lower().removesuffix(".js")):
            found = self._found.get(wanted) or self._by_other_names.get(wanted)
            if found is not None:
                return found
        return None


@dataclass(frozen=True)
class _Kind:
    """How the files of one language are called and read, the most exact first."""

    patterns: tuple[str, ...]
    read: Reader


_NODE = (
    _Kind(versions_node.LOCKS, versions_node.read_lock),
    _Kind(versions_node.MANIFESTS, versions_node.read_manifest),
)
_KINDS: Mapping[str, tuple[_Kind, ...]] = {
    "python": (
        _Kind(versions_python.LOCKS, versions_python.read_lock),
        _Kind(versions_python.MANIFESTS, versions_python.read_manifest),
    ),
    "javascript": _NODE,
    "typescript": _NODE,
    "html": _NODE,
    "css": _NODE,
    "rust": (
        _Kind(("Cargo.lock",), versions_compiled.read_cargo_lock),
        _Kind(("Cargo.toml",), versions_compiled.read_cargo_manifest),
    ),
    "go": (_Kind(("go.mod",), versions_go.read_go_mod),),
    "java": (
        _Kind(versions_gradle.LOCKS, versions_gradle.read_lock),
        _Kind(("pom.xml",), versions_compiled.read_pom),
        _Kind(versions_gradle.CATALOGUES, versions_gradle.read_catalogue),
        _Kind(versions_gradle.SCRIPTS, versions_gradle.read_script),
    ),
}

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
    result = ProjectVersions(_read(files, language), tuple(dict.fromkeys(files.problems)))
    _keep(key, fingerprint(project_dir, language, list(files.seen)), result)
    return result


def fingerprint(project_dir: Path, language: str, further: list[str] | None = None) -> tuple[Stamp, ...]:
    """How the files that name versions are now, unread; `further` are files that they include."""
    files = VersionFiles(project_dir)
    patterns = [pattern for kind in _KINDS.get(language, ()) for pattern in kind.patterns]
    names = {*files.find(*patterns), *(further or [])}
    return tuple(files.stamp(name) for name in sorted(names))


def _read(files: VersionFiles, language: str) -> dict[str, ProjectVersion]:
    """The version in use of each library that any of the files names."""
    found: dict[str, list[tuple[ProjectVersion, ...]]] = {}
    for file, read in _in_order(files, language):
        for name, versions in _read_file(files, file, read, language).items():
            found.setdefault(name, []).append(versions)
    return {name: choose(versions) for name, versions in found.items()}


def _in_order(files: VersionFiles, language: str) -> list[tuple[str, Reader]]:
    """The files that name versions, from the root down; at the same depth the most exact kind first."""
    named = [(file, kind.read) for kind in _KINDS.get(language, ()) for file in files.find(*kind.patterns)]
    return sorted(named, key=lambda pair: pair[0].count("/"))


def _read_file(files: VersionFiles, name: str, read: Reader, language: str) -> dict[str, tuple[ProjectVersion, ...]]:
    """One file's versions of each library."""
    found: dict[str, list[ProjectVersion]] = {}
    try:
        for entry in read(files, name):
            if 0 < len(entry.name) <= _MAX_NAME_CHARS and 0 < len(entry.version) <= _MAX_VERSION_CHARS:
                known = _normalise(entry.name, language)
                version = ProjectVersion(known, entry.version, name, entry.is_exact, entry.is_direct)
                found.setdefault(known, []).append(version)
    except (ValueError, ElementTree.ParseError) as error:
        files.problem(name, f"cannot be understood: {plain_line(str(error)) or type(error).__name__}")
    return {name: ranked(versions) for name, versions in found.items()}


def _normalise(name: str, language: str) -> str:
    return canonicalize_name(name) if language == "python" else name.strip().lower()


def _keep(key: _Key, stamps: tuple[Stamp, ...], result: ProjectVersions) -> None:
    with _cache_lock:
        _cache[key] = (stamps, result)
        _cache.move_to_end(key)
        while len(_cache) > _MAX_CACHED:
            _cache.popitem(last=False)


__all__ = ["ProjectVersion", "ProjectVersions", "fingerprint", "project_versions"]
