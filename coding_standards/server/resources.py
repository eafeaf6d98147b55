"""The resources: standards as Markdown under stable URIs.

Its one rule: a name in a URI is looked up among the names there are; it never becomes a path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from coding_standards.languages import Language, UnknownLanguageError, find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.texts import (
    EVERYTHING,
    INDEX,
    SUMMARY,
    checklist,
    everything,
    index,
    language_text,
    summary,
    topic_text,
)
from groundwork.arguments import cut

MARKDOWN = "text/markdown"

GetLibrary = Callable[[], Awaitable[Library]]
_Reader = TypeVar("_Reader", bound=Callable[..., Awaitable[str]])


def add_resources(server: MCPServer[None], library: GetLibrary) -> None:
    """Register the resources. What has rules to compile runs in a thread."""

    def at(uri: str, name: str, title: str, description: str) -> Callable[[_Reader], _Reader]:
        return server.resource(uri, name=name, title=title, description=description, mime_type=MARKDOWN)

    @at(INDEX, "index", "Index", "Every standard with its source, the settings, and every problem")
    async def read_index() -> str:
        return await anyio.to_thread.run_sync(index, await library())

    @at(SUMMARY, "summary", "Summary", "Ids and titles of all items of all standards")
    async def read_summary() -> str:
        return summary(await library())

    @at(EVERYTHING, "everything", "All coding standards", "Every standard in full; long, so read one language instead")
    async def read_everything() -> str:
        return await anyio.to_thread.run_sync(everything, await library())

    @at("standards://language/{language}", "language", "The standard of a language", "Read it before writing code")
    async def read_language(language: str) -> str:
        return language_text(await library(), _language(language))

    @at(
        "standards://checklist/{language}",
        "checklist",
        "The checklist of a language",
        "The items that hold for it, one a line: checked by check_code, or for a person",
    )
    async def read_checklist(language: str) -> str:
        return await anyio.to_thread.run_sync(checklist, await library(), _language(language))

    @at("standards://topic/{topic}", "topic", "The standard of a topic", "Security, errors, testing and others in full")
    async def read_topic(topic: str) -> str:
        shelf = await library()
        name = topic.strip().lower()
        if shelf.standard("topic", name) is None:
            raise ResourceNotFoundError(f"unknown topic {cut(topic)!r}; known: {', '.join(shelf.names('topic'))}")
        return topic_text(shelf, name)


def _language(name: str) -> Language:
    try:
        return find_language(name)
    except UnknownLanguageError as error:
        raise ResourceNotFoundError(str(error)) from error
