"""The lock files of Python.

uv (https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile), poetry, pdm, and pylock.toml
(https://packaging.python.org/specifications/pylock-toml/), and pipenv's. pylock.toml is not read by `packaging.pylock`,
which refuses the whole file for one hash that is not as it should be: names and versions are all that is wanted here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats.pyproject import NO_CATEGORY
from code_assistant.project.versions.found import FoundVersions, strings, table, tables, text_of
from code_assistant.project.versions.markers import Python, is_meant, project_python
from groundwork.reading.toml_text import parse_toml

_MAX_MARKERS = 50
_LOCAL = ("virtual", "editable", "directory")
"""Where uv and pylock.toml take the project itself from, and what lies beside it."""


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The exact versions; of a package that is locked several times, those that are for the project's Python."""
    document = parse_toml(files.read(name) or "")
    meta = table(document, "metadata")
    requires = text_of(document, "requires-python") or text_of(meta, "python-versions") or _of_pdm(meta)
    python = project_python(files, posixpath.dirname(name), requires)
    by_name: dict[str, list[dict[str, Any]]] = {}
    for package in [*tables(document, "package"), *tables(document, "packages")]:
        if not any(key in place for place in (package, table(package, "source")) for key in _LOCAL):
            by_name.setdefault(text_of(package, "name"), []).append(package)
    for library, forks in by_name.items():
        meant = [fork for fork in forks if len(forks) == 1 or _is_for(fork, python)]
        others = {text_of(fork, "version") for fork in forks} - {text_of(fork, "version") for fork in meant}
        is_guess = bool(meant and others) and not python.is_known
        remark = f"for other Pythons or platforms {', '.join(sorted(others)[:3])}" if is_guess else ""
        for fork in meant or forks:
            yield FoundVersions(library, text_of(fork, "version"), is_exact=True, remark=remark)


def read_pipfile(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The exact versions of every category of a Pipfile.lock: https://pipenv.pypa.io/en/latest/pipfile.html."""
    document = files.read_json(name)
    for category in document.keys() - {*NO_CATEGORY}:
        for package, entry in table(document, category).items():
            yield FoundVersions(package, text_of(entry, "version").removeprefix("=="), is_exact=True)


def _of_pdm(meta: dict[str, Any]) -> str:
    return next((text_of(target, "requires_python") for target in tables(meta, "targets")), "")


def _is_for(package: dict[str, Any], python: Python) -> bool:
    """What uv calls `resolution-markers`, poetry `markers` (for all groups, or for each), pdm and pylock `marker`.

    One of several has to hold.
    """
    single = [text for key in ("markers", "marker") if (text := text_of(package, key))]
    grouped = [text for text in table(package, "markers").values() if isinstance(text, str)]
    markers = strings(package, "resolution-markers") or single or grouped
    return not markers or any(is_meant(marker, python) for marker in markers[:_MAX_MARKERS])
