"""The short document beside a scaffold. Its one rule: what is here, what to fill in, how to run the tests; no more."""

from __future__ import annotations

import re
from collections.abc import Sequence

from code_assistant.scaffold.layout import ScaffoldFile, fill
from code_assistant.scaffold.naming import camel, kebab, pascal, snake
from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.prose import escaped, sentence, wrapped

_DOCUMENT = """
# $title

$summary

This is a scaffold, made without a model: names and types are guesses from the request, and what the code
is to do is not written yet.

## What is here

$files

## What to fill in

$todo

## How to run the tests

$tests
"""

_RUN = {
    "python": "```sh\npython -m pip install pytest$extra\npython -m pytest $path\n```",
    "javascript": "```sh$extra\n$runner --test $path\n```",
    "typescript": "```sh\nnpm install --save-dev typescript tsx @types/node$extra\nnpx tsx --test $path\n```",
    "java": "The files lie as Maven expects them; with JUnit 5 as a dependency:\n\n```sh\nmvn test\n```",
    "go": "```sh\ngo mod init example.com/$slug$extra\ngo test ./...\n```",
    "rust": "```sh\ncargo init --lib --name $crate$extra\ncargo test\n```",
    "sql": (
        "On an empty database:\n\n```sh\n$scripts\n```"
        "\n\nFor PostgreSQL use `psql --set ON_ERROR_STOP=1 --file` with the same files."
    ),
    "html": "```sh\nnode --test $path\n```",
    "css": "```sh\nnode --test $path\n```",
}
_INSTALL = {
    "python": (" ", ("fastapi", "flask", "pydantic")),
    "javascript": ("\nnpm install ", ("react", "express")),
    "typescript": (" ", ("react", "express", "vitest")),
    "go": ("\ngo get ", ("github.com/gin-gonic/gin",)),
    "rust": ("\ncargo add ", ("axum", "serde --features derive")),
}
_FILL_IN = {
    "sql": ["the columns and their limits in the migration", "the queries, which are a first draft"],
    "html": ["every text that begins with *Not written yet*", "the address that the form is sent to, if there is one"],
    "css": ["the colours and spaces, which are custom properties", "the states `:hover`, `:active` and `:disabled`"],
}


_SPELT = {"python": snake, "rust": snake, "go": pascal}
"""How a language writes the name of a function; the others like Java."""


def document(outline: Outline, language: str, files: Sequence[ScaffoldFile]) -> ScaffoldFile:
    """Write the document for `files`."""
    slug = kebab(outline.subject)
    tests = [file.path for file in files if file.role == "test"]
    name = _SPELT.get(language, camel)(outline.operation.words)
    if language == "sql" and not _tables(files):
        language_todo = ["the condition and the columns of the statement, which are a first draft"]
    else:
        language_todo = _FILL_IN.get(language, [])
    todo = language_todo or [f"the body of `{name}`, which only says that it is not there yet"]
    todo = [*todo, "the types and limits of the values, where the guess is wrong"]
    if language in ("go", "rust") and any(entry.is_given for entry in outline.parameters):
        todo.append("the signature, which gives an error beside the result as long as there is none")
    if tests:
        todo.append("the expected outcome in the test that fails by design")
    if outline.libraries.names:
        todo.append(f"what more is wanted of the libraries that were named: {', '.join(outline.libraries.names)}")
    content = fill(
        _DOCUMENT,
        title=outline.title,
        summary=_summary(outline),
        files="\n".join(f"- `{file.path}` ({file.role})" for file in files),
        todo="\n".join(f"- {line};" for line in todo[:-1]) + f"\n- {todo[-1]}.",
        tests=_how_to_run(outline, language, files, tests) if tests else "There is no test yet; write one first.",
    )
    return ScaffoldFile(f"docs/{slug}.md", "markdown", "doc", content)


def _summary(outline: Outline) -> str:
    if not outline.summary:
        return ""
    text = wrapped(sentence(f"asked for: {escaped(outline.summary, 'markdown')}"), width=100)
    return re.sub(r"^(?=[-+>=~:])", r"\\", text, flags=re.MULTILINE)


def _tables(files: Sequence[ScaffoldFile]) -> list[str]:
    """The migrations that make tables, which the tests of SQL need."""
    return [file.path for file in files if file.path.startswith("migrations/") and "_create_" in file.path]


def _how_to_run(outline: Outline, language: str, files: Sequence[ScaffoldFile], tests: Sequence[str]) -> str:
    separator, known = _INSTALL.get(language, ("", ()))
    wanted = [name for name in known if outline.libraries.has(name.split()[0].rpartition("/")[2])]
    extra = f"{separator}{separator.join(wanted)}" if wanted else ""
    is_jsx = files[0].path.endswith(".jsx")
    return fill(
        _RUN[language],
        path=tests[0],
        slug=kebab(outline.subject),
        extra=extra or "\nnpm install react" * is_jsx,
        runner="npx tsx" if is_jsx else "node",
        crate=snake(outline.subject, "rust"),
        scripts="\n".join(f"sqlite3 -bail test.db < {path}" for path in [*_tables(files), *tests]),
    ).strip()
