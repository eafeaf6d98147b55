"""build.gradle and build.gradle.kts: https://docs.gradle.org/current/userguide/declaring_dependencies.html.

A build script is a program: only what stands in it as text is read, with the simple variables of the same file, of the
scripts above it and of gradle.properties. A name that is given two values is none.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats.maven import show_range
from code_assistant.project.versions.found import FoundVersions, join, upwards

SCRIPTS = ("build.gradle", "build.gradle.kts")
_PROPERTIES = "gradle.properties"
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|(?<![:\"'\w/])//[^\n]*", re.DOTALL)
_PLUGIN = re.compile(r"^[ \t]*classpath\b[^\n]*", re.MULTILINE)
"""What the build itself runs with."""
_COORDINATES = re.compile(r"[\"']([\w.-]+:[\w.-]+):([^\"':@\s]+)(?:[:@][^\"'\s]*)?[\"']")
_NAMED = re.compile(
    r"\bgroup\s*[:=]\s*[\"']([\w.-]+)[\"']\s*,\s*name\s*[:=]\s*[\"']([\w.-]+)[\"']\s*,\s*version\s*[:=]\s*[\"']([^\"'\s]+)[\"']"
)
_RICH = re.compile(r"[\"']([\w.-]+:[\w.-]+)[\"'](?:\s*\))?\s*\{\s*version\s*\{([^{}]{0,500})\}")
_GRADES = tuple(
    re.compile(rf"\b{grade}\b\s*(?:\(\s*|=\s*)?[\"']([^\"'\n]{{1,100}})[\"']")
    for grade in ("prefer", "strictly", "require")
)
_VARIABLE = re.compile(r"\b(\w+)[\"']?\s*[=,]\s*[\"']([\w.+-]+)[\"']")
"""`def x = '1'`, `val x = "1"`, `ext.x = '1'`, `set("x", "1")`: in a script that is read, not run, the same."""
_PROPERTY = re.compile(r"^[ \t]*([\w.-]+)[ \t]*[=:][ \t]*([^\s#]\S*)[ \t]*$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\$\{?(?:rootProject\.|project\.|ext\.|extra\.)*(\w+)\}?")
_MAX_CHARS = 200
_IS_NUMBER = re.compile(r"\d[\w.+-]*")
_RANGE = re.compile(r"[\[\](]\s*[\w.-]*\s*,\s*[\w.-]*\s*[\[\])]")


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The dependencies of a build script that are written as text."""
    text = _PLUGIN.sub("", drop_comments(files.read(name) or ""))
    variables = _variables(files, posixpath.dirname(name), text)
    for artifact, version in _COORDINATES.findall(text):
        yield from find_version(artifact, _fill(version, variables))
    for group, artifact, version in _NAMED.findall(text):
        yield from find_version(f"{group}:{artifact}", _fill(version, variables))
    for artifact, rich in _RICH.findall(text):
        graded = [found[1] for grade in _GRADES if (found := grade.search(rich))]
        yield from find_version(artifact, _fill(graded[0], variables) if graded else "")


def drop_comments(text: str) -> str:
    """A script without its comments."""
    return _COMMENT.sub("", text)


def find_version(artifact: str, version: str, folder: str | None = None) -> Iterator[FoundVersions]:
    """Nothing where no version is told; `1.+` is every version that begins so."""
    version = version.removesuffix("!!").strip()
    if ":" not in artifact.strip(":") or len(version) > _MAX_CHARS:
        return
    if _RANGE.fullmatch(version):
        yield FoundVersions(artifact, show_range(version), False, folder=folder)
    elif _IS_NUMBER.fullmatch(version):
        is_open = version.endswith("+")
        yield FoundVersions(artifact, f"{version.rstrip('.+')}.x" if is_open else version, not is_open, folder=folder)


def _variables(files: VersionFiles, folder: str, text: str) -> dict[str, str]:
    """The nearest definition of each name: its own script, then folder by folder upwards."""
    known = _defined(_VARIABLE.findall(text))
    for place in upwards(folder):
        properties = _PROPERTY.findall(files.read_if_there(join(place, _PROPERTIES)) or "")
        above = [files.read_if_there(join(place, script)) or "" for script in SCRIPTS if place != folder]
        scripts = [pair for script in above for pair in _VARIABLE.findall(drop_comments(script))]
        known = {**_defined(properties), **_defined(scripts), **known}
    return known


def _defined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, set[str]] = {}
    for name, value in pairs:
        values.setdefault(name, set()).add(value)
    return {name: next(iter(found)) if len(found) == 1 else "" for name, found in values.items()}


def _fill(version: str, variables: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: variables.get(match[1]) or match[0], version)
