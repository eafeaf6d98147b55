"""Versions that a Gradle project names: its lock file, version catalogues and build scripts.

A build script is a program: only what stands in it as text is read, with the simple variables of the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions, table
from groundwork.reading.toml_text import parse_toml

LOCKS = ("gradle.lockfile",)
CATALOGUES = ("*.versions.toml",)
SCRIPTS = ("build.gradle", "build.gradle.kts")

_LOCKED = re.compile(r"^([\w.-]+:[\w.-]+):([^=\s]+)=", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|(?<![:\"'\w/])//[^\n]*", re.DOTALL)
_COORDINATES = re.compile(r"[\"']([\w.-]+:[\w.-]+):([^\"':@\s]+)(?:[:@][^\"'\s]*)?[\"']")
_NAMED = re.compile(
    r"\bgroup\s*[:=]\s*[\"']([\w.-]+)[\"']\s*,\s*name\s*[:=]\s*[\"']([\w.-]+)[\"']\s*,\s*version\s*[:=]\s*[\"']([^\"'\s]+)[\"']"
)
_VARIABLE = re.compile(r"\b(\w+)[\"']?\s*[=,]\s*[\"']([\w.+-]+)[\"']")
"""`def x = '1'`, `val x = "1"`, `ext.x = '1'`, `set("x", "1")`: in a script that is read, not run, the same."""
_PLACEHOLDER = re.compile(r"\$\{?(?:rootProject\.|project\.|ext\.|extra\.)*(\w+)\}?")
_IS_NUMBER = re.compile(r"\d[\w.+-]*")


def read_lock(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Artifacts as `group:artifact` with their exact versions."""
    for artifact, version in _LOCKED.findall(files.read(name) or ""):
        yield FoundVersions(artifact, version, is_exact=True)


def read_catalogue(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The libraries of a version catalogue (https://docs.gradle.org/current/userguide/version_catalogs.html)."""
    document = parse_toml(files.read(name) or "")
    versions = table(document, "versions")
    for entry in table(document, "libraries").values():
        if isinstance(entry, str):
            artifact, _, wish = entry.rpartition(":")
            yield from _found(artifact, wish)
            continue
        library = table(entry)
        module = library.get("module") or f"{library.get('group', '')}:{library.get('name', '')}"
        given = library.get("version")
        reference = table(given).get("ref") if isinstance(given, dict) else None
        yield from _found(str(module), _wish(versions.get(reference) if isinstance(reference, str) else given))


def read_script(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The dependencies of a build script that are written as text."""
    text = _COMMENT.sub("", files.read(name) or "")
    variables = dict(_VARIABLE.findall(text))
    for artifact, version in _COORDINATES.findall(text):
        yield from _found(artifact, _fill(version, variables))
    for group, artifact, version in _NAMED.findall(text):
        yield from _found(f"{group}:{artifact}", _fill(version, variables))


def _wish(given: object) -> str:
    """A version as text, or as a table that says how strictly it is meant."""
    if isinstance(given, dict):
        given = next((given[key] for key in ("strictly", "require", "prefer") if key in given), None)
    return given if isinstance(given, str) else ""


def _fill(version: str, variables: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: variables.get(match[1], match[0]), version)


def _found(artifact: str, version: str) -> Iterator[FoundVersions]:
    """Nothing where no version is told; `1.+` is every version that begins so."""
    version = version.removesuffix("!!").strip()
    if ":" not in artifact.strip(":") or not _IS_NUMBER.fullmatch(version):
        return
    is_open = version.endswith("+")
    yield FoundVersions(artifact, f"{version.rstrip('.+')}.x" if is_open else version, is_exact=not is_open)
