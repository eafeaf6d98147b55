"""What a pyproject.toml wishes for: https://packaging.python.org/specifications/pyproject-toml/, and its tools' tables.

Dependency groups, and the tables of poetry, pdm, uv and setuptools; and a Pipfile, which has tables like poetry's.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats import requirements
from code_assistant.project.versions.found import FoundVersions, join, strings, table
from code_assistant.project.versions.markers import Python, project_python
from code_assistant.project.versions.match import satisfies
from groundwork.reading.toml_text import parse_toml

NO_CATEGORY = ("_meta", "requires", "scripts", "pipenv", "source")
"""Tables of pipenv's files that hold no libraries."""


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The wishes of all groups."""
    document, folder = parse_toml(files.read(name) or ""), posixpath.dirname(name)
    python = project_python(files, folder)
    project, tool = table(document, "project"), table(document, "tool")
    groups = (
        {"": strings(project, "dependencies")},
        table(project, "optional-dependencies"),
        table(document, "dependency-groups"),
        table(tool, "pdm", "dev-dependencies"),
        {"dev": strings(table(tool, "uv"), "dev-dependencies")},
    )
    for group in groups:
        for key in group:
            for text in strings(group, key):
                yield from requirements.read_requirement(text, python)
    poetry = table(tool, "poetry")
    grouped = [table(group, "dependencies") for group in table(poetry, "group").values()]
    for wishes in (table(poetry, "dependencies"), table(poetry, "dev-dependencies"), *grouped):
        yield from _read_wishes(wishes, python)
    dynamic = table(tool, "setuptools", "dynamic")
    for place in (table(dynamic, "dependencies"), *table(dynamic, "optional-dependencies").values()):
        for file in [place["file"]] if isinstance(table(place).get("file"), str) else strings(place, "file"):
            yield from requirements.read(files, join(folder, file))


def read_pipfile(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The wishes of every category of a Pipfile: https://pipenv.pypa.io/en/latest/pipfile.html."""
    document = parse_toml(files.read(name) or "")
    python = project_python(files, posixpath.dirname(name))
    for category in document.keys() - {*NO_CATEGORY}:
        wishes = table(document, category)
        yield from _read_wishes({package: "" if wish == "*" else wish for package, wish in wishes.items()}, python)


def _read_wishes(dependencies: dict[str, Any], python: Python) -> Iterator[FoundVersions]:
    """A table of poetry or pipenv: a version for each name, or a table, or a list with one for each Python."""
    for name, wishes in dependencies.items():
        for wish in wishes if isinstance(wishes, list) else [wishes]:
            version = table(wish).get("version") if isinstance(wish, dict) else wish
            only = table(wish).get("python")
            is_for = not isinstance(only, str) or satisfies(python.version, only)
            known = version if isinstance(version, str) and is_for else ""
            is_exact = re.fullmatch(r"(==\s*)?\d[\w.]*", known) is not None
            if name.lower() != "python":
                yield FoundVersions(name, known.lstrip("= ") if is_exact else known, is_exact)
