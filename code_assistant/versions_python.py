"""Versions that a Python project names: lock files, requirements and pyproject.toml."""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

from code_assistant.versions_files import ProjectFiles
from code_assistant.versions_found import Found, strings, table, tables

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
MANIFESTS = ("requirements*.txt", "constraints*.txt", "pyproject.toml")
_MAX_INCLUDES = 20
_INCLUDE = re.compile(r"^(?:-r|-c|--requirement|--constraint)[\s=]+(.+)$")
_COMMENT = re.compile(r"(^|\s)#.*$")
_HASHES = re.compile(r"\s--\w.*$")


def read_lock(files: ProjectFiles, name: str) -> Iterator[Found]:
    """The exact versions of a lock file."""
    text = files.read(name)
    if text is None:
        return
    if name.endswith("Pipfile.lock"):
        for section in ("default", "develop"):
            for package, entry in table(json.loads(text), section).items():
                yield Found(package, str(table(entry).get("version", "")).removeprefix("=="), is_exact=True)
        return
    for locked in tables(tomllib.loads(text), "package"):
        source = table(locked, "source")
        if "virtual" not in source and "editable" not in source:  # those are the project itself
            yield Found(str(locked.get("name", "")), str(locked.get("version", "")), is_exact=True)


def read_manifest(files: ProjectFiles, name: str) -> Iterator[Found]:
    """The wishes of a requirements file or of pyproject.toml."""
    if name.endswith(".txt"):
        yield from _requirements(files, name)
        return
    text = files.read(name)
    if text is not None:
        yield from _pyproject(tomllib.loads(text))


def _requirements(files: ProjectFiles, first: str) -> Iterator[Found]:
    """A requirements file with everything it includes; includes are relative to the file that holds them."""
    waiting, seen = [first], {first}
    while waiting:
        name = waiting.pop(0)
        for line in _lines(files.read(name) or ""):
            include = _INCLUDE.match(line)
            if include is None:
                yield from _requirement(line)
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


def _requirement(text: str) -> Iterator[Found]:
    try:
        requirement = Requirement(text)
        is_meant = requirement.marker is None or requirement.marker.evaluate()
    except (InvalidRequirement, UndefinedEnvironmentName, UndefinedComparison):
        return  # a path, a URL, or pip's own options: nothing with a version
    if is_meant:
        yield _found(requirement.name, requirement.specifier)


def _found(name: str, specifier: SpecifierSet) -> Found:
    parts = list(specifier)
    if len(parts) == 1 and parts[0].operator in ("==", "===") and "*" not in parts[0].version:
        return Found(name, parts[0].version, is_exact=True)
    return Found(name, str(specifier), is_exact=False)


def _pyproject(document: dict[str, Any]) -> Iterator[Found]:
    project = table(document, "project")
    for text in strings(project, "dependencies"):
        yield from _requirement(text)
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
                yield from _requirement(text)
    poetry = table(tool, "poetry")
    yield from _poetry(table(poetry, "dependencies"))
    yield from _poetry(table(poetry, "dev-dependencies"))
    for group in table(poetry, "group").values():
        yield from _poetry(table(group, "dependencies"))


def _poetry(dependencies: dict[str, Any]) -> Iterator[Found]:
    for name, wishes in dependencies.items():
        for wish in wishes if isinstance(wishes, list) else [wishes]:  # a list has one for each Python or platform
            version = table(wish).get("version") if isinstance(wish, dict) else wish
            if name.lower() != "python" and isinstance(version, str):
                is_exact = re.fullmatch(r"(==\s*)?\d[\w.]*", version) is not None
                yield Found(name, version.lstrip("= ") if is_exact else version, is_exact)
