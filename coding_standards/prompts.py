"""Prompts that a person picks in a host, and the completion of what they type.

Its one rule: a prompt carries the standards themselves, so that it works in hosts that read no resources.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio.to_thread
from mcp import MCPError
from mcp.server import MCPServer, ServerRequestContext
from mcp_types import INVALID_PARAMS, CompleteRequestParams, CompleteResult, Completion

from coding_standards.languages import LANGUAGES, Language, UnknownLanguageError, find_language
from coding_standards.library import Library
from coding_standards.texts import checklist, language_text

GetLibrary = Callable[[], Awaitable[Library]]


def add_prompts(server: MCPServer[None], library: GetLibrary) -> None:
    """Register the prompts."""

    @server.prompt(title="Write code by the team's standards")
    async def write_code(language: str, task: str) -> str:
        """Write code that follows the team's standards and prove it with check_code."""
        chosen, shelf = _language(language), await library()
        return (
            f"Write {chosen.title} code for this task:\n\n{task}\n\n"
            f"Follow these standards. When a file is finished, call `check_code` with it and language "
            f"`{chosen.name}`, and fix what it finds.\n\n{language_text(shelf, chosen)}"
        )

    @server.prompt(title="Review code by the team's standards")
    async def review_code(language: str, code: str) -> str:
        """Review code item by item: check_code proves what it can, you judge the rest."""
        chosen, shelf = _language(language), await library()
        items = await anyio.to_thread.run_sync(checklist, shelf, chosen)
        fence = _fence(code)
        return (
            f"Review this {chosen.title} code. First call `check_code` with it and language `{chosen.name}`. Then "
            f"judge the items marked (person) yourself. Report each finding with line, item id and remedy.\n\n"
            f"{fence}{chosen.name}\n{code}\n{fence}\n\n{items}"
        )


class Completer:
    """Completes the arguments `language` and `topic` of prompts and resource templates."""

    def __init__(self, library: GetLibrary) -> None:
        self._library = library

    async def __call__(self, ctx: ServerRequestContext[Any, Any], params: CompleteRequestParams) -> CompleteResult:
        """Answer `completion/complete`; an argument that cannot be completed gets an empty list."""
        typed = params.argument.value
        if params.argument.name == "language":
            names = [name for language in LANGUAGES for name in (language.name, *language.aliases)]
            return CompleteResult(completion=_starting_with(typed, names))
        if params.argument.name == "topic":
            return CompleteResult(completion=_starting_with(typed, (await self._library()).names("topic")))
        return CompleteResult(completion=Completion(values=[], total=0, has_more=False))


def _starting_with(typed: str, names: list[str] | tuple[str, ...]) -> Completion:
    found = [name for name in names if name.startswith(typed.strip().lower())]
    return Completion(values=found[:100], total=len(found), has_more=len(found) > 100)


def _language(name: str) -> Language:
    try:
        return find_language(name)
    except UnknownLanguageError as error:
        raise MCPError(INVALID_PARAMS, f"language: {error}") from error


def _fence(code: str) -> str:
    fence = "```"
    while fence in code:
        fence += "`"
    return fence
