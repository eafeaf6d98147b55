"""Requirements and constraints files of pip: https://pip.pypa.io/en/stable/reference/requirements-file-format/."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import InvalidVersion

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions
from code_assistant.project.versions.markers import Python, is_meant, project_python

_MAX_INCLUDES = 20
_MAX_LINE_CHARS = 4_000
_INCLUDE = re.compile(r"^(?:-[rc]\s*|--(?:requirement|constraint)[\s=]+)([^\s=].*)$")
_COMMENT = re.compile(r"(^|\s)#.*$")
_HASHES = re.compile(r"\s--\w.*$")
_FOLDER = "requirements"
"""Its files are for the folder that it lies in."""


def read(files: VersionFiles, first: str) -> Iterator[FoundVersions]:
    """A requirements file with everything it includes; includes are relative to the file that holds them."""
    folder = posixpath.dirname(first)
    folder = posixpath.dirname(folder) if posixpath.basename(folder) == _FOLDER else folder
    python = project_python(files, folder)
    waiting, seen = [first], {first}
    while waiting:
        name = waiting.pop(0)
        for line in _lines(files.read(name) or ""):
            include = _INCLUDE.match(line)
            if include is None:
                yield from read_requirement(line, python, folder)
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), include[1].strip()))
            if "://" in include[1] or target in seen or len(seen) > _MAX_INCLUDES:
                continue
            seen.add(target)
            waiting.append(target)


def read_requirement(text: str, python: Python, folder: str | None = None) -> Iterator[FoundVersions]:
    """One requirement (https://packaging.python.org/specifications/dependency-specifiers/), or the path of a wheel."""
    if len(text) > _MAX_LINE_CHARS:
        return
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        yield from _archive(text.partition(";")[0].strip(), folder)  # else pip's own options
        return
    if requirement.url or not is_meant(requirement.marker, python):
        yield FoundVersions(requirement.name, "", is_exact=False)
        yield from _archive(requirement.url or "", folder)
        return
    parts = list(requirement.specifier)
    is_pin = len(parts) == 1 and parts[0].operator in ("==", "===") and "*" not in parts[0].version
    version = parts[0].version if is_pin else str(requirement.specifier)
    yield FoundVersions(requirement.name, version, is_pin, folder=folder)


def _archive(place: str, folder: str | None) -> Iterator[FoundVersions]:
    """A wheel or a source distribution, whose file name tells its version."""
    file = unquote(re.split(r"[#?]", place, maxsplit=1)[0]).rpartition("/")[2]
    try:
        if file.endswith(".whl"):
            name, version, *_ = parse_wheel_filename(file)
        elif file.endswith((".tar.gz", ".zip")):
            name, version = parse_sdist_filename(file)
        else:
            return
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return
    yield FoundVersions(name, str(version), is_exact=True, folder=folder)


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        line = _HASHES.sub("", _COMMENT.sub("", line)).strip()
        if line and (not line.startswith("-") or _INCLUDE.match(line)):
            yield line
