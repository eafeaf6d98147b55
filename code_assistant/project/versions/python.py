"""Versions that a Python project names: lock files, requirements and pyproject.toml."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions, strings, table, tables
from code_assistant.project.versions.markers import is_meant, project_python
from groundwork.reading.json_text import parse_json
from groundwork.reading.toml_text import parse_toml

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
MANIFESTS = ("requirements.txt", "pyproject.toml", "requirements*.txt", "constraints*.txt")
"""`requirements-lowest.txt` and its like must fit what the first two say."""
_MAX_INCLUDES = 20
_MAX_LINE_CHARS = 4_000
_MAX_MARKERS = 50
_INCLUDE = re.compile(r"^(?:-r|-c|--requirement|--constraint)[\s=]+(.+)$")
_COMMENT = re.compile(r"(^|\s)#.*$")
_HASHES = re.compile(r"\s--\w.*$")


def read_lock(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The exact versions of a lock file."""
    text = files.read(name)
    if text is None:
        return
    if name.endswith("Pipfile.lock"):
        for section in ("default", "develop"):
            for package, entry in table(parse_json(text), section).items():
                yield FoundVersions(package, str(table(entry).get("version", "")).removeprefix("=="), is_exact=True)
        return
    yield from _read_locked(tables(parse_toml(text), "package"), project_python(files))


def _read_locked(packages: list[dict[str, Any]], python: Mapping[str, str]) -> Iterator[FoundVersions]:
    """Of a package that is locked several times, those entries that are for this Python; all where none says it is."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for package in packages:
        source = table(package, "source")
        if "virtual" not in source and "editable" not in source:  # those are the project itself
            by_name.setdefault(str(package.get("name", "")), []).append(package)
    for name, forks in by_name.items():
        meant = [fork for fork in forks if len(forks) == 1 or _is_for(fork, python)]
        for fork in meant or forks:
            yield FoundVersions(name, str(fork.get("version", "")), is_exact=True)


def _is_for(package: dict[str, Any], python: Mapping[str, str]) -> bool:
    """What uv calls `resolution-markers`, poetry `markers` and pdm `marker`; one of several has to hold."""
    single = [package[key] for key in ("markers", "marker") if isinstance(package.get(key), str)]
    markers = strings(package, "resolution-markers") or single
    return not markers or any(is_meant(marker, python) for marker in markers[:_MAX_MARKERS])


def read_manifest(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The wishes of a requirements file or of pyproject.toml."""
    if name.endswith(".txt"):
        yield from _requirements(files, name)
        return
    text = files.read(name)
    if text is not None:
        yield from _pyproject(parse_toml(text), project_python(files))


def _requirements(files: VersionFiles, first: str) -> Iterator[FoundVersions]:
    """A requirements file with everything it includes; includes are relative to the file that holds them."""
    python = project_python(files)
    waiting, seen = [first], {first}
    while waiting:
        name = waiting.pop(0)
        for line in _lines(files.read(name) or ""):
            include = _INCLUDE.match(line)
            if include is None:
                yield from _requirement(line, python)
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), include[1].strip()))
            if "://" in include[1] or target in seen or len(seen) > _MAX_INCLUDES:
                continue
            seen.add(target)
            waiting.append(target)


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        line = _HASHES.sub("", _COMMENT.sub("", line)).strip()
        if line and (not line.startswith("-") or _INCLUDE.match(line)):
            yield line


def _requirement(text: str, python: Mapping[str, str]) -> Iterator[FoundVersions]:
    if len(text) > _MAX_LINE_CHARS:
        return
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return  # a path, a URL, or pip's own options: nothing with a version
    if is_meant(requirement.marker, python):
        yield _found(requirement.name, requirement.specifier)


def _found(name: str, specifier: SpecifierSet) -> FoundVersions:
    parts = list(specifier)
    if len(parts) == 1 and parts[0].operator in ("==", "===") and "*" not in parts[0].version:
        return FoundVersions(name, parts[0].version, is_exact=True)
    return FoundVersions(name, str(specifier), is_exact=False)


def _pyproject(document: dict[str, Any], python: Mapping[str, str]) -> Iterator[FoundVersions]:
    project = table(document, "project")
    for text in strings(project, "dependencies"):
        yield from _requirement(text, python)
    tool = table(document, "tool")
    groups = (
        table(project, "optional-dependencies"),
        table(document, "dependency-groups"),
        table(tool, "pdm", "dev-dependencies"),
        {"dev": strings(table(tool, "uv"), "dev-dependencies")},
    )
    for group in groups:
        for name in group:
            for text in strings(group, name):
                yield from _requirement(text, python)
    poetry = table(tool, "poetry")
    yield from _poetry(table(poetry, "dependencies"))
    yield from _poetry(table(poetry, "dev-dependencies"))
    for group in table(poetry, "group").values():
        yield from _poetry(table(group, "dependencies"))


def _poetry(dependencies: dict[str, Any]) -> Iterator[FoundVersions]:
    for name, wishes in dependencies.items():
        for wish in wishes if isinstance(wishes, list) else [wishes]:  # a list has one for each Python or platform
            version = table(wish).get("version") if isinstance(wish, dict) else wish
            if name.lower() != "python" and isinstance(version, str):
                is_exact = re.fullmatch(r"(==\s*)?\d[\w.]*", version) is not None
                yield FoundVersions(name, version.lstrip("= ") if is_exact else version, is_exact)
