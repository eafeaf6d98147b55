"""The floor of every comparison: what the SDK alone costs, with one tool that does nothing."""

from __future__ import annotations

from mcp.server import MCPServer

mcp = MCPServer("hello")


@mcp.tool()
def hello(name: str = "world") -> str:
    """Say hello."""
    return f"Hello, {name}!"


if __name__ == "__main__":
    mcp.run()
