"""The MCP face of the standards: resources, tools, prompts and completions.

Its one rule: every answer is made from the library as the disk has it at that moment, and nothing here writes.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup
from mcp import MCPError
from mcp.server import MCPServer
from mcp.server.lowlevel import NotificationOptions
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp_types import (
    INVALID_PARAMS,
    CallToolResult,
    CompleteRequestParams,
    InputRequiredResult,
    Resource,
    TextContent,
)
from pydantic import ValidationError

from coding_standards.checks.checking import CheckRunner, prepare
from coding_standards.checks.project_tools import ProjectTools
from coding_standards.languages import LANGUAGES, NAMES, Language, find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.store import LibraryStore
from coding_standards.library.texts import EVERYTHING, INDEX, SUMMARY, languages_and_topics
from coding_standards.library.watch import watch
from coding_standards.project.tools.trust import Trust
from coding_standards.server.environment import read_directories
from coding_standards.server.prompts import Completer, PromptGuard, add_prompts
from coding_standards.server.resources import MARKDOWN, add_resources
from coding_standards.server.subscriptions import Announcer
from coding_standards.server.tools import add_tools
from groundwork import lifetime
from groundwork.arguments import cut, without_nulls, wrong_arguments
from groundwork.protocol import StdioServer, unknown_tool

INSTRUCTIONS = (
    "The team's coding standards. Before writing code read `standards://language/{language}` or call `get_standards`; "
    "give every finished file to `check_code`, which judges what a machine can judge. Languages: python, "
    "javascript, typescript, java, go, rust, sql, html, css."
)

_ICON = "<path d='M3 1h10v14H3z' fill='none' stroke='#36c'/><path d='M5 8l2 2 4-5' fill='none' stroke='#36c'/>"
WARM_UP_AFTER_S = 3.0
"""When the rules that nobody has asked for yet are compiled, so that bad ones are reported soon after the start."""

LAST_WORDS_S = 0.5
"""For what is still being written when everything has been stopped."""

log = logging.getLogger(__name__)


class StandardsServer(StdioServer[None]):
    """An MCP server over one store."""

    def __init__(self, store: LibraryStore, tools: ProjectTools | None = None) -> None:
        self.announcer = Announcer()
        self.runner = CheckRunner()
        self.tools = tools or ProjectTools(store.project, Trust())
        super().__init__(
            "coding-standards",
            offers=("prompts", "resources"),
            icon=_ICON,
            title="Coding standards",
            description="The team's coding standards, and a judge that tells how code keeps them",
            instructions=INSTRUCTIONS,
            lifespan=_lifespan,
        )
        self.announcer.serve(self._lowlevel_server)
        self._store = store
        self.is_over = anyio.Event()
        self._tasks: TaskGroup | None = None
        self._expected: set[str] = set()
        add_resources(self, self.library)
        add_tools(self, self.library, self.runner, self.tools)
        add_prompts(self, self.library)
        self.middleware.append(PromptGuard(self.list_prompts))
        self._lowlevel_server.add_request_handler("completion/complete", CompleteRequestParams, Completer(self.library))

    async def library(self) -> Library:
        """The library as the disk has it now; what changed is announced without keeping the caller waiting."""
        library = await anyio.to_thread.run_sync(self._store.current)
        if self._tasks is not None and self.announcer.is_news(library):
            self._tasks.start_soon(self._announce, library)
        return library

    async def list_resources(self) -> list[Resource]:
        """The fixed resources, and one for each language and topic: not every host shows templates."""
        library = await self.library()
        listed = await super().list_resources()
        for standard in library.standards.values():
            described = f"{len(standard.items)} items ({standard.source})"
            listed.append(
                Resource(
                    uri=standard.uri,
                    name=f"{standard.kind}-{standard.name}",
                    title=standard.title,
                    description=described,
                    mime_type=MARKDOWN,
                )
            )
        return listed

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Refuse wrong arguments with one line for each, then call the tool.

        The SDK's own text is a traceback's, and it ignores names that it does not know.

        Raises:
            MCPError: there is no such tool.
        """
        schemas = {tool.name: tool.input_schema for tool in await self.list_tools()}
        if name not in schemas:
            raise unknown_tool(name, schemas)
        schema, given = schemas[name], without_nulls(schemas[name], arguments)
        if wrong := wrong_arguments(schema, given):
            return _refuse(f"Wrong arguments for {name}.", *wrong)
        try:
            return await super().call_tool(name, given, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            # The SDK unpacks JSON inside a text, also where a text is wanted.
            unpacked = {str(problem["loc"][0]): problem["input"] for problem in error.__cause__.errors()}
            return _refuse(f"Wrong arguments for {name}.", *wrong_arguments(schema, given | unpacked))

    async def read_resource(
        self, uri: Any, context: Context[None, Any] | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        """Read a resource; an unknown one is answered with what there is.

        Raises:
            MCPError: there is no such resource. The SDK would send the URI back, however long it is.
        """
        try:
            found = await super().read_resource(uri, context)
        except ResourceNotFoundError as error:
            shown, why = cut(str(uri)), str(error)
            if "; known: " not in why:
                there = languages_and_topics(await self.library())
                why = (
                    f"unknown resource {shown!r}; known: {INDEX}, {SUMMARY}, {EVERYTHING}, standards://language/..., "
                    f"standards://checklist/..., standards://topic/... with {there}"
                )
            raise MCPError(INVALID_PARAMS, why, {"uri": shown}) from error
        self._expect_code(str(uri).rpartition("/")[2])
        return found

    def _expect_code(self, name: str) -> None:
        """Whoever reads the standard of a language soon has code checked: its rules are compiled in the meantime."""
        if name in NAMES and name not in self._expected and self._tasks is not None:
            self._expected.add(name)
            self._tasks.start_soon(self._compile, find_language(name))

    async def serve_stdio(self, notifications: NotificationOptions | None = None) -> None:
        """Serve one client, who is told of new resources, until its input ends."""
        await super().serve_stdio(notifications or NotificationOptions(resources_changed=True))

    @asynccontextmanager
    async def background(self) -> AsyncIterator[None]:
        """Load the library and watch the disk while the server serves."""
        stop = anyio.Event()
        lifetime.before_end(self.runner.kill)
        lifetime.before_end(self.tools.kill)
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            tasks.start_soon(self._warm_up)
            tasks.start_soon(self._watch, stop)
            try:
                yield
            finally:
                stop.set()
                self._tasks = None
                await self.runner.aclose()
                await self.tools.aclose()
                tasks.cancel_scope.cancel()

    async def _watch(self, stop: anyio.Event) -> None:
        with _survive("watching the directories"):
            await watch(self._store.team, self._store.project, self._look, stop)

    async def _look(self) -> None:
        with _survive("looking at the files"):
            await self.announcer.announce(await anyio.to_thread.run_sync(self._store.current))

    async def _announce(self, library: Library) -> None:
        with _survive("announcing what changed"):
            await self.announcer.announce(library)

    async def _warm_up(self) -> None:
        await self._look()
        # The first request comes now, if at all soon, and has the rules of its language compiled; the others wait.
        await anyio.sleep(WARM_UP_AFTER_S)
        for language in LANGUAGES:
            await self._compile(language)
        with _survive("looking for problems"):
            for problem in (await self.library()).problems:
                log.warning("%s", problem)

    async def _compile(self, language: Language) -> None:
        with _survive("compiling the rules"):
            library = await self.library()
            await anyio.to_thread.run_sync(prepare, library, language, abandon_on_cancel=True)


@contextmanager
def _survive(doing: str) -> Iterator[None]:
    """Log what fails in the background: the requests have their own answers, and the server must go on giving them."""
    try:
        yield
    except Exception:
        log.exception("%s failed; the server goes on", doing)


def _refuse(*lines: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text="\n".join(lines))], is_error=True)


@asynccontextmanager
async def _lifespan(server: MCPServer[None]) -> AsyncIterator[None]:
    assert isinstance(server, StandardsServer)
    try:
        async with server.background():
            yield
    finally:
        server.is_over.set()


def main() -> None:
    """Serve over stdio until the client goes away."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for noisy in ("mcp", "watchfiles"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    directories = read_directories(os.environ)
    tools = ProjectTools(directories.project, directories.trust)
    server = StandardsServer(LibraryStore(directories.team, directories.project), tools)
    gc.enable()
    gc.freeze()
    lifetime.end_on_signals()
    anyio.run(_serve, server)


async def _serve(server: StandardsServer) -> None:
    """Serve until stdin ends or stdout breaks; then a thread of the SDK may still wait for its input and is left."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_leave_after, server)
        try:
            await server.serve_stdio()
        except* (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            log.info("the host reads no more")
        tasks.cancel_scope.cancel()


async def _leave_after(server: StandardsServer) -> None:
    await server.is_over.wait()
    await anyio.sleep(LAST_WORDS_S)
    lifetime.leave(0)
