"""A child whose calls do not end. `hangs.py` is otherwise well-behaved: it ends with its stdin where it still can."""

from __future__ import annotations

import sys
import time

import anyio
from mcp.server import MCPServer
from mcp_types import ToolAnnotations

READ_ONLY = ToolAnnotations(read_only_hint=True)
BLOCKED_S = 120.0  # Long past every deadline, and yet an end, should all clean-up fail.

server = MCPServer("hangs", version="1.0.0")


@server.tool(annotations=READ_ONLY)
async def echo(text: str) -> str:
    """Return the text as it came."""
    return text


@server.tool(annotations=READ_ONLY)
async def hang() -> str:
    """Never return, but let other calls run; says on stderr when it is cancelled."""
    print("hangs: waiting", file=sys.stderr, flush=True)
    try:
        await anyio.sleep_forever()
        return "never"
    finally:
        print("hangs: cancelled", file=sys.stderr, flush=True)


@server.tool(annotations=READ_ONLY)
async def block() -> str:
    """Block the whole server in synchronous code that sleeps."""
    print("hangs: blocked", file=sys.stderr, flush=True)
    time.sleep(BLOCKED_S)  # noqa: ASYNC251 - blocking is the point
    return "unblocked"


@server.tool(annotations=READ_ONLY)
async def spin() -> str:
    """Block the whole server in synchronous code that computes."""
    print("hangs: spinning", file=sys.stderr, flush=True)
    end = time.monotonic() + BLOCKED_S
    while time.monotonic() < end:
        pass
    return "done"


if __name__ == "__main__":
    server.run()
