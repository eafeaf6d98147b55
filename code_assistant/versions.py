"""The versions of libraries that the user's project uses, read from its lock files and manifests.

The rule: a lock file beats a manifest, a file near the root beats one below, and a broken file is a problem that
is said, never an exception.
"""

from __future__ import annotations

import json
import re
import threading
import tomllib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import yaml
from packaging.utils import canonicalize_name
from packaging.version import Version

from code_assistant import versions_compiled, versions_gradle, versions_node, versions_python
from code_assistant.versions_files import ProjectFiles, Stamp
from code_assistant.versions_found import Found
from code_assistant.versions_match import parse_version, satisfies

Reader = Callable[[ProjectFiles, str], Iterator[Found]]
_MAX_CACHED = 16


@dataclass(frozen=True)
class ProjectVersion:
    """The version of one library; `version` is a range such as `>=1.2` when it is not exact."""

    name: str
    version: str
    source_file: str
    """Relative to the project."""
    is_exact: bool


class ProjectVersions(Mapping[str, ProjectVersion]):
    """Versions by normalised name; `problems` names the files that could not be used."""

    def __init__(self, found: Mapping[str, ProjectVersion], problems: tuple[str, ...] = ()) -> None:
        self._found = found
        self.problems = problems
        self._by_short_name = {_short(name): version for name, version in found.items() if _short(name) != name}

    def __getitem__(self, name: str) -> ProjectVersion:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def find(self, name: str) -> ProjectVersion | None:
        """Look up a library as people write it: any case, `gin` for `github.com/gin-gonic/gin`, `guava` alone."""
        for wanted in (name.lower(), canonicalize_name(name), name.lower().removesuffix(".js")):
            found = self._found.get(wanted) or self._by_short_name.get(wanted)
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
    "go": (_Kind(("go.mod",), versions_compiled.read_go_mod),),
    "java": (
        _Kind(versions_gradle.LOCKS, versions_gradle.read_lock),
        _Kind(("pom.xml",), versions_compiled.read_pom),
        _Kind(versions_gradle.CATALOGUES, versions_gradle.read_catalogue),
        _Kind(versions_gradle.SCRIPTS, versions_gradle.read_script),
    ),
}

_cache: OrderedDict[tuple[str, str], tuple[tuple[Stamp, ...], ProjectVersions | None]] = OrderedDict()
_cache_lock = threading.Lock()


def project_versions(project_dir: Path, language: str) -> ProjectVersions:
    """Read the versions that a project names for the libraries of a language.

    The answer is kept in memory until one of its files changes. Blocking: call it in a thread.
    """
    key = (str(project_dir), language)
    with _cache_lock:
        stamps, cached = _cache.get(key, ((), None))
    if cached is not None and fingerprint(project_dir, language, [name for name, *_ in stamps]) == stamps:
        return cached
    files = ProjectFiles(project_dir)
    result = ProjectVersions(_read(files, language), tuple(dict.fromkeys(files.problems)))
    _keep(key, fingerprint(project_dir, language, list(files.seen)), result)
    return result


def fingerprint(project_dir: Path, language: str, further: list[str] | None = None) -> tuple[Stamp, ...]:
    """How the files that name versions are now, unread; `further` are files that they include."""
    files = ProjectFiles(project_dir)
    patterns = [pattern for kind in _KINDS.get(language, ()) for pattern in kind.patterns]
    names = {*files.find(*patterns), *(further or [])}
    return tuple(files.stamp(name) for name in sorted(names))


def _read(files: ProjectFiles, language: str) -> dict[str, ProjectVersion]:
    """The best version of each library; of those that are locked twice, the highest that a manifest allows."""
    found: dict[str, list[ProjectVersion]] = {}
    for kind in _KINDS.get(language, ()):
        for file in files.find(*kind.patterns):
            for name, versions in _read_file(files, file, kind.read, language).items():
                known, first = found.get(name, []), versions[0]
                if not known or (first.is_exact and not known[0].is_exact):
                    found[name] = versions
                elif len(known) > 1 and first.source_file != known[0].source_file:
                    wish = f"=={first.version}" if first.is_exact else first.version
                    fitting = [version for version in known if satisfies(version.version, wish)]
                    found[name] = fitting[:1] or known
    return {name: versions[0] for name, versions in found.items()}


def _read_file(files: ProjectFiles, name: str, read: Reader, language: str) -> dict[str, list[ProjectVersion]]:
    """One file's versions of each library, exact ones first, the highest of them first."""
    found: dict[str, list[ProjectVersion]] = {}
    try:
        for entry in read(files, name):
            version = ProjectVersion(_normalised(entry.name, language), entry.version, name, entry.is_exact)
            if version.name and version.version:
                found.setdefault(version.name, []).append(version)
    except _BROKEN as error:
        files.problem(name, f"cannot be understood: {' '.join(str(error).split())[:200] or type(error).__name__}")
    return {name: sorted(versions, key=_rank, reverse=True) for name, versions in found.items()}


_BROKEN = (
    tomllib.TOMLDecodeError,
    json.JSONDecodeError,
    yaml.YAMLError,
    ElementTree.ParseError,
    RecursionError,
    ValueError,
)
"""What the parsers raise on broken input; a deeply nested document is a RecursionError."""


def _rank(version: ProjectVersion) -> tuple[bool, Version]:
    number = parse_version(version.version) if version.is_exact else None
    return version.is_exact, number or Version("0")


def _normalised(name: str, language: str) -> str:
    return canonicalize_name(name) if language == "python" else name.strip().lower()


def _short(name: str) -> str:
    """`gin` of `github.com/gin-gonic/gin/v2`, `yaml` of `gopkg.in/yaml.v3`, `guava` of `com.google.guava:guava`.

    A scoped npm name stays whole.
    """
    if ":" in name:
        return name.rpartition(":")[2]
    if name.startswith("@"):
        return name
    return re.sub(r"/v\d+$|(?<=^gopkg\.in/)(.*)\.v\d+$", r"\1", name).rpartition("/")[2]


def _keep(key: tuple[str, str], stamps: tuple[Stamp, ...], result: ProjectVersions) -> None:
    with _cache_lock:
        _cache[key] = (stamps, result)
        _cache.move_to_end(key)
        while len(_cache) > _MAX_CACHED:
            _cache.popitem(last=False)
