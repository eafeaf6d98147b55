"""The official MCP client, connected to a server script in either protocol era."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

LEGACY, MODERN = "2025-11-25", "2026-07-28"
ERAS = (LEGACY, MODERN)

Command = Sequence[str | Path]


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
