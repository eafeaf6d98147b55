"""Prompts that a person picks in a host, and the completion of what they type.

Its one rule: a prompt carries the standards themselves, so that it works in hosts that read no resources.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import anyio.to_thread
from mcp import MCPError
from mcp.server import MCPServer, ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp_types import INVALID_PARAMS, CompleteRequestParams, CompleteResult, Completion, Prompt
from pydantic import Field

from coding_standards.languages import LANGUAGES, NAMES, Language, UnknownLanguageError, find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.texts import checklist, language_text
from coding_standards.report import MAX_CODE_CHARS
from groundwork.arguments import cut, did_you_mean, wrong_arguments
from groundwork.fences import choose_fence

GetLibrary = Callable[[], Awaitable[Library]]
WRITE_CODE = "Write code that follows the team's standards and have check_code judge it."
REVIEW_CODE = "Review code item by item: check_code judges what it can, you judge the rest."
LanguageName = Annotated[str, Field(description=f"One of {', '.join(NAMES)}")]


def add_prompts(server: MCPServer[None], library: GetLibrary) -> None:
    """Register the prompts."""

    @server.prompt(title="Write code by the team's standards", description=WRITE_CODE)
    async def write_code(
        language: LanguageName, task: Annotated[str, Field(description="What the code shall do")]
    ) -> str:
        _look_at_size("task", task)
        chosen, shelf = _language(language), await library()
        return (
            f"Write {chosen.title} code for this task:\n\n{task}\n\n"
            f"Follow these standards. When a file is finished, call `check_code` with it and language "
            f"`{chosen.name}`, and fix what it finds.\n\n{language_text(shelf, chosen)}"
        )

    @server.prompt(title="Review code by the team's standards", description=REVIEW_CODE)
    async def review_code(language: LanguageName, code: Annotated[str, Field(description="The code to review")]) -> str:
        _look_at_size("code", code)
        chosen, shelf = _language(language), await library()
        items = await anyio.to_thread.run_sync(checklist, shelf, chosen)
        fence = choose_fence(code)
        return (
            f"Review this {chosen.title} code. First call `check_code` with it and language `{chosen.name}`. Then "
            f"judge the items marked (person) yourself. Report each finding with line, item id and remedy.\n\n"
            f"{fence}{chosen.name}\n{code}\n{fence}\n\n{items}"
        )


class PromptGuard:
    """Refuses an unknown prompt and wrong arguments before the SDK sees them: it would call that a fault of ours."""

    def __init__(self, prompts: Callable[[], Awaitable[list[Prompt]]]) -> None:
        self._prompts = prompts

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Look at `prompts/get` and hand on the rest.

        Raises:
            MCPError: one line for each wrong argument.
        """
        if ctx.method == "prompts/get" and ctx.params is not None:
            self._look_at(ctx.params, {prompt.name: prompt for prompt in await self._prompts()})
        return await call_next(ctx)

    def _look_at(self, params: Mapping[str, Any], prompts: Mapping[str, Prompt]) -> None:
        name, given = params.get("name"), params.get("arguments") or {}
        if not isinstance(name, str) or not isinstance(given, Mapping):
            return  # no call of a prompt; the SDK says so
        if name not in prompts:
            raise MCPError(INVALID_PARAMS, f"unknown prompt {cut(name)!r}; {did_you_mean(name, prompts)}")
        arguments = prompts[name].arguments or []
        schema = {
            "properties": {one.name: {"type": "string", "description": one.description} for one in arguments},
            "required": [one.name for one in arguments if one.required],
        }
        if wrong := wrong_arguments(schema, given):
            raise MCPError(INVALID_PARAMS, "\n".join(wrong))


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


def _look_at_size(name: str, text: str) -> None:
    if len(text) > MAX_CODE_CHARS:
        raise MCPError(
            INVALID_PARAMS, f"{name}: {len(text):,} characters; at most {MAX_CODE_CHARS:,}; give it in parts"
        )
