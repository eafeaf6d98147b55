"""pipenv's Pipfile and Pipfile.lock: https://pipenv.pypa.io/en/latest/pipfile.html."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats.pyproject import read_wishes
from code_assistant.project.versions.found import FoundVersions, table, text_of
from code_assistant.project.versions.markers import project_python
from groundwork.reading.json_text import parse_json
from groundwork.reading.toml_text import parse_toml

_NO_CATEGORY = ("_meta", "requires", "scripts", "pipenv", "source")


def read_lock(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The exact versions of every category."""
    text = files.read(name)
    document = table(parse_json(text)) if text is not None else {}
    for category in document.keys() - {*_NO_CATEGORY}:
        for package, entry in table(document, category).items():
            yield FoundVersions(package, text_of(entry, "version").removeprefix("=="), is_exact=True)


def read_manifest(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The wishes of every category."""
    document = parse_toml(files.read(name) or "")
    python = project_python(files, posixpath.dirname(name))
    for category in document.keys() - {*_NO_CATEGORY}:
        wishes = table(document, category)
        yield from read_wishes({package: "" if wish == "*" else wish for package, wish in wishes.items()}, python)
