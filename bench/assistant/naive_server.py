"""The other side of every comparison: the same task as the SDKs' documentation leads one to write it.

Its one rule: nothing in it is slower on purpose. The children are kept connected, tool lists are cached, and the agent
fetches what it needs itself, by tool calls. It does not check its answer, repair it, cache documentation or report.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents import Agent, Runner, set_tracing_disabled
from agents.mcp import MCPServerStdio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context

STANDARDS_SERVER = Path(__file__).resolve().parents[2] / "standards-server.py"
CHILD_TIMEOUT_S = 60.0
MAX_TURNS = 20

INSTRUCTIONS = """You write code for a team.

First call get_standards for the language. For each library call resolve-library-id, then query-docs with the id that it
returned. Then answer with the complete code in one fenced block and a few sentences about it. Follow every item of the
standards and use the libraries as their documentation shows."""


@dataclass(frozen=True)
class Children:
    """Both child servers, connected."""

    standards: MCPServerStdio
    context7: MCPServerStdio | None


def _child(name: str, command: str, *args: str, **env: str) -> MCPServerStdio:
    return MCPServerStdio(
        {"command": command, "args": list(args), "env": env},
        name=name,
        cache_tools_list=True,
        client_session_timeout_seconds=CHILD_TIMEOUT_S,
    )


@asynccontextmanager
async def lifespan(server: MCPServer[Children]) -> AsyncIterator[Children]:
    """Keep both children connected while the server serves."""
    set_tracing_disabled(True)
    script = os.environ.get("CONTEXT7_SCRIPT")
    async with _child("standards", sys.executable, str(STANDARDS_SERVER)) as standards:
        if script is None:
            yield Children(standards, None)
            return
        api_url = os.environ["CONTEXT7_API_URL"]
        async with _child("context7", "node", script, CONTEXT7_API_URL=api_url) as context7:
            yield Children(standards, context7)


mcp = MCPServer("naive-assistant", lifespan=lifespan)


@mcp.tool()
async def generate_code_with_context(
    request: str,
    ctx: Context[Children, Any],
    language: str = "python",
    libraries: list[str] | None = None,
) -> str:
    """Generate code that follows the coding standards and the documentation of the libraries."""
    children = ctx.request_context.lifespan_context
    servers = [child for child in (children.standards, children.context7) if child is not None]
    agent = Agent(name="assistant", instructions=INSTRUCTIONS, mcp_servers=list(servers), model="bench-model")
    wanted = ", ".join(libraries or []) or "none"
    question = f"Language: {language}\nLibraries: {wanted}\n\n{request}"
    result = await Runner.run(agent, question, max_turns=MAX_TURNS)
    return str(result.final_output)


if __name__ == "__main__":
    mcp.run()
