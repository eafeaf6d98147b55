"""A child that dies in its n-th call, as after a crash: `dies_on_call.py 2` answers one call of `echo`."""

from __future__ import annotations

import os
import sys

from mcp.server import MCPServer
from mcp_types import ToolAnnotations

server = MCPServer("dies-on-call", version="1.0.0")
calls_left = int(sys.argv[1])


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
async def echo(text: str) -> str:
    """Return the text as it came, or die."""
    global calls_left
    calls_left -= 1
    if calls_left <= 0:
        print("dies_on_call: out of calls", file=sys.stderr, flush=True)
        os._exit(9)
    return text


if __name__ == "__main__":
    server.run()
