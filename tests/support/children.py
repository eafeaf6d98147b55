"""Child servers under supervision, for tests: start one, wait for what it comes to, end it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from mcp.types import TextContent

from code_assistant.children.child import Child
from code_assistant.children.launch import Launch, Launcher, Mask, StdioLaunch
from code_assistant.orchestrator import Fleet
from tests.support.processes import until

CHILDREN = Path(__file__).parents[1] / "children"
WAIT_S = 60.0


def launching(launch: Launch) -> Launcher:
    """A launcher that always decides for this."""

    async def start() -> Launch:
        return launch

    return start


def program(name: str, *arguments: str, **options: Any) -> StdioLaunch:
    """One of `tests/children/`, run with this Python."""
    return StdioLaunch(sys.executable, (str(CHILDREN / name), *arguments), remedy="do this", **options)


@asynccontextmanager
async def supervised(launcher: Launcher | Launch, *, mask: Mask | None = None) -> AsyncIterator[Child]:
    """A child that is started, kept alive and ended."""
    child = Child("tested", launcher if callable(launcher) else launching(launcher), mask=mask)
    fleet = Fleet([child])
    fleet.start()
    try:
        yield child
    finally:
        await fleet.stop()


async def comes_to(child: Child, is_true: Callable[[Child], bool]) -> None:
    """Wait for something that only the supervisor's task brings about."""
    with anyio.fail_after(WAIT_S):
        await until(lambda: is_true(child))


async def say(child: Child, name: str, timeout_s: float = WAIT_S, **arguments: object) -> str:
    """Call a tool and return its text."""
    result = await child.call_tool(name, arguments, timeout_s)
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))
