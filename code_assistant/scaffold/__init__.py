"""The offline scaffold: files to start from, made without a model. Its one rule: it never pretends to be finished.

Pure and deterministic: the same arguments give the same files; nothing is read but templates and words, nothing is run.

Every file that comes out is a Jinja2 template in `templates/<language>/`, and a framework is added by adding files:

- `<kind>.j2` is the source of a kind (`function`, `class`, `endpoint`, `table`, `page`, `style`), `<kind>.test.j2` its
  test. A language without a template for a kind takes a near one: a table is a class, anything else a function.
- `<kind>.<library>.j2`, such as `endpoint.fastapi.j2`, is taken where that library is among those asked for. One that
  has endpoints alone, or pages alone, decides the kind where no word of the request does. Its test is
  `<kind>.<library>.test.j2`, else the plain one.
- `_*.j2` is never taken by itself: `_values.j2` holds types and examples, `_run.j2` says how the tests are run.

A template begins by setting `path`, where its file goes, and may set `uses`, the libraries that it imports, and
`written_in`, the language where it is another one than was asked for. It sees the fields of `Outline` and

- `head(prefix, uses)`: title, request and intended libraries, each line behind `prefix`, escaped for the language;
- `fold(start, items, end)`: on one line, or with an item a line where that would be too long;
- the filters `snake`, `camel`, `pascal`, `kebab`, `flat`, `module` (legal names), `spoken`, `heading` (prose) of words.

What a request says reaches a template only as such words, as types that are known, and through `head`.
"""

from __future__ import annotations

from collections.abc import Sequence

from code_assistant.result import GeneratedFile
from code_assistant.scaffold.outline import library_names, read_request
from code_assistant.scaffold.renderer import framework_kind, render_document, render_files
from coding_standards.languages import find_language


def scaffold(
    request: str, language: str, libraries: Sequence[str], *, include_tests: bool, include_docs: bool
) -> tuple[GeneratedFile, ...]:
    """Return the files that a person would start from to do what `request` asks, sources first.

    Any text is accepted. What it asks for is shortened and stripped to plain prose before it stands in a comment.

    Raises:
        UnknownLanguageError: `language` is none of the nine.
    """
    name = find_language(language).name
    known = library_names(libraries)
    outline = read_request(request, name, known, framework_kind(known, name))
    files = render_files(outline, include_tests=include_tests)
    made = tuple(file for file, _ in files)
    return (*made, render_document(outline, files)) if include_docs else made
