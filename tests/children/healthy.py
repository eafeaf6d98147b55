"""A well-behaved MCP server: a few tools and a resource, on the SDK, in both protocol eras."""

from __future__ import annotations

import os

import anyio
from mcp.server import MCPServer
from mcp_types import ToolAnnotations

READ_ONLY = ToolAnnotations(read_only_hint=True)

server = MCPServer("healthy", version="1.2.3", instructions="Echoes.")


@server.tool(annotations=READ_ONLY)
async def echo(text: str) -> str:
    """Return the text as it came."""
    return text


@server.tool(annotations=READ_ONLY)
async def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@server.tool(annotations=READ_ONLY)
async def pid() -> int:
    """The process id of this server."""
    return os.getpid()


@server.tool(annotations=READ_ONLY)
async def environment() -> dict[str, str]:
    """The environment of this server."""
    return dict(os.environ)


@server.tool(annotations=READ_ONLY)
async def answer_slowly(seconds: float) -> str:
    """Answer after so many seconds, without blocking other calls."""
    await anyio.sleep(seconds)
    return f"after {seconds:g} s"


@server.tool()
async def delete_everything() -> str:
    """A tool that does not declare itself read-only."""
    return "deleted"


@server.resource("healthy://greeting", mime_type="text/plain")
async def greeting() -> str:
    """A fixed text."""
    return "hello"


if __name__ == "__main__":
    server.run()
