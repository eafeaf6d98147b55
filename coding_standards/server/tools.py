"""The three tools: get standards, search them, check code against them.

Its one rule: a wrong argument is an answer that names it, what it got and what it takes, never a bare failure.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import anyio.to_thread
from mcp.server import MCPServer
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

from coding_standards.checks.checking import CheckRunner
from coding_standards.checks.project_tools import FilePlace, ProjectTools, WrongProjectError
from coding_standards.engines.sql.dialects import UnknownDialectError, find_dialect
from coding_standards.languages import NAMES, Language, UnknownLanguageError, find_language
from coding_standards.library.provable import TITLE, list_provable
from coding_standards.library.search import search
from coding_standards.library.snapshot import Library
from coding_standards.library.texts import (
    language_text,
    languages_and_topics,
    looked_for,
    standards_in_full,
    what_is_looked_for,
)
from coding_standards.report import MAX_CODE_CHARS
from coding_standards.server.answers import CheckAnswer, SearchAnswer, SearchHit, StandardEntry, StandardsAnswer
from coding_standards.server.verdict import verdict
from coding_standards.standards import Standard
from groundwork.arguments import cut

GetLibrary = Callable[[], Awaitable[Library]]

MAX_QUERY_CHARS = 1_000
_MAX_HOOK_CHARS = 9_000
"""Hosts cut what a hook says at 10,000."""

_ONE_OF = f"One of {', '.join(NAMES)}"
_LanguageName = Annotated[str, Field(description=_ONE_OF, examples=list(NAMES))]
_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

GET_STANDARDS = """The team's coding standard for a language: read it before you write or change code.

Items have ids such as `PY-004`; `check_code` reports by the same ids. Project files such as AGENTS.md that hold for the
language are included, with their source; give the `path` of the file you work on for those of its folder as well.
`topics` adds whole topics: general, security, errors, documentation, testing,
performance, git, review, and the team's own. Languages: python, javascript, typescript, java, go, rust, sql, html, css
(also py, js, ts, golang, rs)."""

SEARCH_STANDARDS = """Find the items of the coding standards about something, such as "time-out" or "SQL parameters".

Returns at most 12 items, best first, each with id, title, excerpt and the URI that holds it in full. An id such as
`SEC-004` finds that item. `language` leaves out other languages; topics such as security are always searched, and items
with an id in project files such as AGENTS.md as well."""

CHECK_CODE = """Check code against the team's standards: call it on each file before you hand it over, fix what fails.

Judges every item that a machine can, offline, without running the code: syntax, security, naming, left-over Markdown
fences, elided code and more. The answer names the items that fail, are proved (decided completely), no_breach_found
(searched for the forms that rules name), not_applicable (nothing of the kind is in the file) and not_checkable (a
person must judge), and for each finding the line, the rule, and what to do. One file of at most 200,000 characters.
`path` is the file's name in the project: `.tsx` selects JSX, and project rules for that path apply; the project's own
linters, type checkers and formatters judge the file there, beside `other_files` that change with it, and report what is
new (`eslint/no-var`, item `TOOL-eslint`). `dialect` is the SQL dialect (postgres, mysql, sqlite, tsql, bigquery,
snowflake, ...); without one, what any dialect accepts passes."""


class ArgumentError(ValueError):
    """An argument that cannot be used; the text names it."""


def add_tools(server: MCPServer[None], library: GetLibrary, runner: CheckRunner, tools: ProjectTools) -> None:
    """Register the tools."""

    @server.tool(title="Get coding standards", description=GET_STANDARDS, annotations=_READ_ONLY)
    async def get_standards(
        language: _LanguageName,
        topics: Annotated[list[str], Field(description="Topics to add in full")] = [],  # noqa: B006 - never changed
        path: Annotated[str | None, Field(description="The file in question, such as src/App.tsx")] = None,
    ) -> Annotated[CallToolResult, StandardsAnswer]:
        return await _answer(lambda: _get_standards(library, language, topics, path))

    @server.tool(title="Search coding standards", description=SEARCH_STANDARDS, annotations=_READ_ONLY)
    async def search_standards(
        query: Annotated[str, Field(description="Words, or an item's id")],
        language: Annotated[
            str | None, Field(description=f"{_ONE_OF}; items of the others are left out", examples=list(NAMES))
        ] = None,
    ) -> Annotated[CallToolResult, SearchAnswer]:
        return await _answer(lambda: _search_standards(library, query, language))

    @server.tool(title="Check code against the standards", description=CHECK_CODE, annotations=_READ_ONLY)
    async def check_code(
        code: Annotated[str, Field(description="The whole file")],
        language: _LanguageName,
        path: Annotated[str | None, Field(description="Its name in the project, such as src/App.tsx")] = None,
        dialect: Annotated[str | None, Field(description="SQL: the dialect; TypeScript: tsx")] = None,
        existing_code: Annotated[str | None, Field(description="The file before; else the one on disk")] = None,
        other_files: Annotated[dict[str, str], Field(description="Path -> text of what changes with it")] = {},  # noqa: B006
        project: Annotated[str | None, Field(description="Its folder, absolute, where none is configured")] = None,
        format: Annotated[bool, Field(description="Format by the project's formatter first")] = False,
        mend: Annotated[
            bool, Field(description="Mend imports, white space and the like first; judged by our rules alone")
        ] = False,
        hook: Annotated[str | None, Field(description="Only for a host's hook: its event, such as PostToolUse")] = None,
    ) -> Annotated[CallToolResult, CheckAnswer]:
        asked = FilePlace(code, path or "", project, existing_code, other_files, format, mend)
        answer = await _answer(lambda: _check_code(library, (runner, tools), language, dialect, asked))
        return _for_hook(answer, hook) if hook and not answer.is_error else answer


async def _get_standards(library: GetLibrary, language: str, topics: list[str], path: str | None) -> CallToolResult:
    chosen = _language(language)
    _look_at_path(path)
    shelf = await library()
    place = shelf.place(path)
    added = [_topic(shelf, name) for name in dict.fromkeys(topics)]
    own = shelf.standard("language", chosen.name)
    text = language_text(shelf, chosen, place) + (f"\n{standards_in_full(added)}" if added else "")
    problems = await anyio.to_thread.run_sync(shelf.problems_for, chosen)  # compiles the rules
    text += what_is_looked_for(shelf, chosen) + "\n"
    proofs = await anyio.to_thread.run_sync(list_provable, shelf, (chosen,), place)
    if proofs:
        text += f"\n## {TITLE}\n\n" + "".join(f"- {proof}\n" for proof in proofs)
    text += _tell(problems)
    answer = StandardsAnswer(
        language=chosen.name,
        standards=tuple(_entry(standard) for standard in (*((own,) if own is not None else ()), *added)),
        project=tuple(project_text.source for project_text in shelf.texts_of(chosen, place)),
        conflicts=shelf.conflicts,
        problems=problems,
        text=text,
    )
    return _result(text, answer)


async def _search_standards(library: GetLibrary, query: str, language: str | None) -> CallToolResult:
    chosen = _language(language) if language is not None else None
    if not query.strip():
        raise ArgumentError("query: it is empty; give words or an item's id such as SEC-004")
    if len(query) > MAX_QUERY_CHARS:
        raise ArgumentError(f"query: {len(query):,} characters; at most {MAX_QUERY_CHARS:,}")
    shelf = await library()
    hits = search(shelf, query, chosen)
    problems, told = shelf.load_problems, {}
    if chosen is not None:
        problems = await anyio.to_thread.run_sync(shelf.problems_for, chosen)
        told = looked_for(shelf, chosen)
    note = None
    if not hits:
        note = (
            f"Nothing found; use fewer or other words, or ask get_standards for one of: {languages_and_topics(shelf)}"
        )
    answer = SearchAnswer(
        hits=tuple(
            SearchHit(id=hit.item.id, uri=hit.uri, excerpt=hit.excerpt, looked_for=told.get(hit.item.id))
            for hit in hits
        ),
        note=note,
        problems=problems,
    )
    found = note or "\n".join(map(_hit_line, answer.hits))
    return _result(f"{found}\n{_tell(problems)}" if problems else found, answer)


async def _check_code(
    library: GetLibrary,
    judges: tuple[CheckRunner, ProjectTools],
    language: str,
    dialect: str | None,
    asked: FilePlace,
) -> CallToolResult:
    runner, tools = judges
    code, path = asked.code, asked.path or None
    chosen = _language(language)
    if len(code) > MAX_CODE_CHARS:
        raise ArgumentError(f"code: {len(code):,} characters; at most {MAX_CODE_CHARS:,}; check the file in parts")
    _look_at_path(path)
    spoken = await anyio.to_thread.run_sync(_dialect, chosen, dialect)
    shelf = await library()
    try:
        asked.require_few()
        judged = await tools.judge(asked, shelf.settings.tools) if path and not asked.is_mending else None
    except WrongProjectError as error:
        raise ArgumentError(str(error)) from error
    final = judged.judgement.files[judged.place] if judged else code
    existing = await tools.find_existing(asked)
    beside = asked.other_files if asked.is_mending else None
    report = await runner.check(final, chosen, path, spoken, shelf, existing, beside=beside)
    notes = tools.notes
    if judged is not None:
        from coding_standards.project.tools.verdict import add_judgement  # late, as above

        own_ruff = shelf.settings.ruff_config is not None
        report = add_judgement(report, judged.judgement, judged.place, shelf.settings.proves, own_ruff)
        notes += judged.notes
    formatted = final if final != code else None
    report = report.model_copy(update={"notes": (*report.notes, *notes), "formatted": formatted})
    return _result(verdict(report), CheckAnswer.of(report))


async def _answer(work: Callable[[], Awaitable[CallToolResult]]) -> CallToolResult:
    try:
        return await work()
    except ArgumentError as error:
        return CallToolResult(content=[TextContent(type="text", text=str(error))], is_error=True)


def _result(text: str, answer: BaseModel) -> CallToolResult:
    structured: dict[str, Any] = answer.model_dump(mode="json")
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=structured)


def _for_hook(answer: CallToolResult, event: str) -> CallToolResult:
    """The same as a hook says it: what is found becomes context of the model; where nothing is, it says nothing."""
    findings = (answer.structured_content or {}).get("findings")
    text = "".join(part.text for part in answer.content if isinstance(part, TextContent)) if findings else ""
    told = {"hookSpecificOutput": {"hookEventName": cut(event), "additionalContext": text[:_MAX_HOOK_CHARS]}}
    content = [TextContent(type="text", text=json.dumps(told if text else {}, ensure_ascii=False))]
    return answer.model_copy(update={"content": content})


def _tell(problems: tuple[str, ...]) -> str:
    return "\n## Problems\n\n" + "".join(f"- {problem}\n" for problem in problems) if problems else ""


def _hit_line(hit: SearchHit) -> str:
    judged = f"\n  `check_code`: {hit.looked_for}" if hit.looked_for else ""
    return f"- `{hit.id}` {hit.excerpt} (`{hit.uri}`){judged}"


def _language(name: str) -> Language:
    try:
        return find_language(name)
    except UnknownLanguageError as error:
        raise ArgumentError(f"language: {error}") from error


def _dialect(language: Language, name: str | None) -> str | None:
    try:
        return find_dialect(language, name)
    except UnknownDialectError as error:
        raise ArgumentError(f"dialect: {error}") from error


def _look_at_path(path: str | None) -> None:
    if path is not None and (len(path) > 1_000 or "\0" in path):
        raise ArgumentError("path: give the file's name in the project, such as src/app.py")


def _topic(library: Library, name: str) -> Standard:
    found = library.standard("topic", name.strip().lower())
    if found is None:
        raise ArgumentError(f"topics: unknown topic {cut(name)!r}; known: {', '.join(library.names('topic'))}")
    return found


def _entry(standard: Standard) -> StandardEntry:
    return StandardEntry(uri=standard.uri, title=standard.title, source=standard.source)
