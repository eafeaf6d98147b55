"""A conda environment: https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html.

Versions are written as https://docs.conda.io/projects/conda-build/en/latest/resources/package-spec.html says: one `=`
means all versions that begin so.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats import requirements
from code_assistant.project.versions.found import FoundVersions, strings, table, tables
from code_assistant.project.versions.markers import project_python
from groundwork.reading.yaml_text import load_strings

_SPEC = re.compile(r"(?:[\w./-]+::)?([\w.-]+)\s*(==?|~=|!=|[<>]=?)?\s*([^=\s]*)")
_RELEASE_PARTS = 3
"""`numpy=2.1.3` leaves nothing open that is published; `numpy=2.1` does."""


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The packages of conda, and those that pip installs beside them."""
    document = table(load_strings(files.read(name) or ""))
    for text in strings(document, "dependencies"):
        yield from _package(text)
    python = project_python(files, posixpath.dirname(name))
    for nested in tables(document, "dependencies"):
        for text in strings(nested, "pip"):
            yield from requirements.read_requirement(text, python)


def _package(text: str) -> Iterator[FoundVersions]:
    spec = _SPEC.match(text) if len(text) < 500 else None
    if spec is None or not spec[3] or spec[1] == "python":
        return
    operator, version = spec[2] or "==", spec[3].rstrip("*").rstrip(".")
    is_open = "*" in spec[3] or (operator == "=" and version.count(".") + 1 < _RELEASE_PARTS)
    if operator in ("=", "==") and re.fullmatch(r"\d[\w.]*", version):
        yield FoundVersions(spec[1], f"=={version}.*" if is_open else version, is_exact=not is_open)
    else:
        yield FoundVersions(spec[1], f"{operator}{spec[3]}", is_exact=False)
