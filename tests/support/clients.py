"""The official MCP client, connected to a server script in either protocol era."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

LEGACY, MODERN = "2025-11-25", "2026-07-28"
ERAS = (LEGACY, MODERN)

Command = Sequence[str | Path]
T = TypeVar("T")


@asynccontextmanager
async def connected(
    command: Command,
    era: str = LEGACY,
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | Path | None = None,
    read_timeout_s: float = 60.0,
) -> AsyncIterator[Client]:
    """Start the command and connect. The child gets the SDK's short environment plus `env`; stderr shows on failure."""
    program, *arguments = (str(part) for part in command)
    parameters = StdioServerParameters(command=program, args=arguments, env=dict(env or {}), cwd=cwd)
    mode = MODERN if era == MODERN else "legacy"
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        try:
            transport = stdio_client(parameters, errlog=log)
            async with Client(transport, mode=mode, read_timeout_seconds=read_timeout_s) as client:
                yield client
        finally:
            log.seek(0)
            sys.stderr.write(log.read()[-8_000:])


@asynccontextmanager
async def held(context: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    """Enter and leave the context in one task of its own, as anyio demands; pytest gives a fixture's halves two."""
    entered: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def hold() -> None:
        async with context as value:
            entered.set_result(value)
            await leave.wait()

    holding = asyncio.create_task(hold())
    await asyncio.wait((holding, entered), return_when=asyncio.FIRST_COMPLETED)
    if not entered.done():
        await holding  # raises why it could not be entered
    try:
        yield entered.result()
    finally:
        leave.set()
        await holding
