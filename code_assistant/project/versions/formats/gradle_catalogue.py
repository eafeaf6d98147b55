"""Version catalogues, as TOML and in a settings script: https://docs.gradle.org/current/userguide/version_catalogs.html."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats.gradle_script import drop_comments, find_version
from code_assistant.project.versions.found import FoundVersions, table
from groundwork.reading.toml_text import parse_toml

_FOLDER = "gradle"
"""A catalogue in it is for the whole build."""
_STRING = r"\s*[\"']([^\"'\n]{1,200})[\"']\s*"
_VERSION = re.compile(rf"\bversion\({_STRING},{_STRING}\)")
_WHOLE = re.compile(rf"\blibrary\({_STRING},{_STRING}\)")
_PARTS = re.compile(rf"\blibrary\({_STRING},{_STRING},{_STRING}\)\s*\.\s*(version|versionRef)\(?{_STRING}")


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The libraries of a TOML file."""
    document, folder = parse_toml(files.read(name) or ""), posixpath.dirname(name)
    folder = posixpath.dirname(folder) if posixpath.basename(folder) == _FOLDER else folder
    versions = table(document, "versions")
    for entry in table(document, "libraries").values():
        if isinstance(entry, str):
            artifact, _, wish = entry.rpartition(":")
            yield from find_version(artifact, wish, folder)
            continue
        library = table(entry)
        module = library.get("module") or f"{library.get('group', '')}:{library.get('name', '')}"
        given = library.get("version")
        reference = table(given).get("ref") if isinstance(given, dict) else None
        wish = _wish(versions.get(reference) if isinstance(reference, str) else given)
        yield from find_version(str(module), wish, folder)


def read_settings(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The libraries of the catalogues that a settings script writes out."""
    text = drop_comments(files.read(name) or "")
    versions = dict(_VERSION.findall(text))
    for _, coordinates in _WHOLE.findall(text):
        artifact, _, wish = coordinates.rpartition(":")
        yield from find_version(artifact, wish, None)
    for _, group, artifact, kind, wish in _PARTS.findall(text):
        yield from find_version(f"{group}:{artifact}", versions.get(wish, "") if kind == "versionRef" else wish, None)


def _wish(given: object) -> str:
    """A version as text, or as a table that says how strictly it is meant: what is preferred is what is taken."""
    if isinstance(given, dict):
        given = next((given[key] for key in ("prefer", "strictly", "require") if key in given), None)
    return given if isinstance(given, str) else ""
