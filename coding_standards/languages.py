"""The nine languages: the only list of them, read by both packages.

Adding a language is adding a row here, a Markdown file and a rules file in `builtin/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Language:
    """One supported language and how a file of it is named, recognised and checked."""

    name: str
    """The canonical name in arguments, URIs and file names."""
    title: str
    """How people write it."""
    prefix: str
    """The prefix of its item ids: `PY` in `PY-004`."""
    suffixes: tuple[str, ...]
    """File suffixes, the usual one first."""
    checked_by: str
    """The engine that judges its syntax: python, oxlint, go, java, rust, sql, html or css."""
    aliases: tuple[str, ...] = ()
    grammar: str | None = None
    """The ast-grep grammar, or None where none is used."""
    tests: str = "in a file of their own"
    """Where its tests have to stand to be run, as a clause."""


_PYTHON_TESTS = "in a file of their own that imports what it tests and whose name begins with `test_`"
_SCRIPT_TESTS = "in a file of their own that imports what it tests and whose name has `.test` before its suffix"
_JAVA_TESTS = "in a class of their own whose name ends in `Test`"
_GO_TESTS = "in a file of their own whose name ends in `_test.go`, for no other is run"
_RUST_TESTS = "in a module `tests` under `#[cfg(test)]` at the end of the file"

LANGUAGES: tuple[Language, ...] = (
    Language("python", "Python", "PY", (".py", ".pyi"), "python", ("py", "python3"), "python", _PYTHON_TESTS),
    Language(
        "javascript",
        "JavaScript",
        "JS",
        (".js", ".mjs", ".cjs", ".jsx"),
        "oxlint",
        ("js",),
        "javascript",
        _SCRIPT_TESTS,
    ),
    Language(
        "typescript",
        "TypeScript",
        "TS",
        (".ts", ".tsx", ".mts", ".cts"),
        "oxlint",
        ("ts",),
        "typescript",
        _SCRIPT_TESTS,
    ),
    Language("java", "Java", "JAVA", (".java",), "java", (), "java", _JAVA_TESTS),
    Language("go", "Go", "GO", (".go",), "go", ("golang",), "go", _GO_TESTS),
    Language("rust", "Rust", "RS", (".rs",), "rust", ("rs",), "rust", _RUST_TESTS),
    Language("sql", "SQL", "SQL", (".sql",), "sql"),
    Language("html", "HTML", "HTML", (".html", ".htm"), "html", (), "html"),
    Language("css", "CSS", "CSS", (".css",), "css", (), "css"),
)

NAMES: tuple[str, ...] = tuple(language.name for language in LANGUAGES)
_BY_NAME = {name: language for language in LANGUAGES for name in (language.name, *language.aliases)}
_BY_SUFFIX = {suffix: language for language in LANGUAGES for suffix in language.suffixes}


class UnknownLanguageError(ValueError):
    """A name that is none of the nine languages nor an alias of one."""


def find_language(name: str) -> Language:
    """Return the language called `name`, which may be an alias, in any case.

    Raises:
        UnknownLanguageError: `name` is not known; the text lists the names that are.
    """
    language = _BY_NAME.get(name.strip().lower())
    if language is None:
        shown = name if len(name) <= 40 else f"{name[:40]}..."
        raise UnknownLanguageError(f"unknown language {shown!r}; known: {', '.join(NAMES)}")
    return language


def language_of_path(path: str) -> Language | None:
    """Return the language that a file of this name is written in, or None when its suffix is not ours."""
    return _BY_SUFFIX.get(PurePosixPath(path.replace("\\", "/")).suffix.lower())
