"""The offline scaffold: files to start from, made without a model. Its one rule: it never pretends to be finished.

Pure and deterministic: the same arguments give the same files, nothing is read, written or run.
"""

from __future__ import annotations

from collections.abc import Sequence

from code_assistant.scaffold import css, go, html, java, javascript, python, readme, rust, sql
from code_assistant.scaffold.layout import ScaffoldFile
from code_assistant.scaffold.outline import read_request
from coding_standards.languages import find_language

__all__ = ["ScaffoldFile", "scaffold"]

_WRITERS = {
    "python": python.files,
    "javascript": javascript.files,
    "typescript": javascript.typescript_files,
    "java": java.files,
    "go": go.files,
    "rust": rust.files,
    "sql": sql.files,
    "html": html.files,
    "css": css.files,
}


def scaffold(
    request: str, language: str, libraries: Sequence[str], *, include_tests: bool, include_docs: bool
) -> tuple[ScaffoldFile, ...]:
    """Return the files that a person would start from to do what `request` asks, sources first.

    Any text is accepted. What it asks for is shortened and stripped to plain prose before it stands in a comment.

    Raises:
        UnknownLanguageError: `language` is none of the nine.
    """
    name = find_language(language).name
    outline = read_request(request, libraries, name)
    files = _WRITERS[name](outline, include_tests=include_tests)
    return (*files, readme.document(outline, name, files)) if include_docs else files
