"""Connections of the Agents SDK that notice a child's death and keep its stderr. Loaded late: it imports `agents`.

Its one rule: a connection never restarts anything; it tells `on_gone` and leaves the rest to the supervisor.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from agents.mcp import MCPServerStdio, MCPServerStreamableHttp
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult

from code_assistant.launch import HttpLaunch, Launch, StdioLaunch

REQUEST_TIMEOUT_S = 60.0
"""For one request, handshake included; the SDK's default of 5 s is too short for a first `docker run`."""
_LAST_WORDS_S = 0.3
_MAX_LINE = 2_000


def connect_to(
    name: str, launch: Launch, on_gone: Callable[[], None], on_line: Callable[[str], None]
) -> MCPServerStdio | MCPServerStreamableHttp:
    """Build the connection, not yet connected. `on_line` gets each line that the child writes to stderr."""
    if isinstance(launch, HttpLaunch):
        return MCPServerStreamableHttp(
            {"url": launch.url, "headers": dict(launch.headers), "timeout": 15.0},
            name=name,
            cache_tools_list=True,
            client_session_timeout_seconds=REQUEST_TIMEOUT_S,
        )
    return _WatchedStdio(name, launch, on_gone, on_line)


class _WatchedStdio(MCPServerStdio):
    def __init__(
        self, name: str, launch: StdioLaunch, on_gone: Callable[[], None], on_line: Callable[[str], None]
    ) -> None:
        command, args = launch.guarded()
        params: Any = {"command": command, "args": args, "env": dict(launch.env)}
        if launch.cwd is not None:
            params["cwd"] = launch.cwd
        super().__init__(params, name=name, cache_tools_list=True, client_session_timeout_seconds=REQUEST_TIMEOUT_S)
        self._on_gone = on_gone
        self._on_line = on_line

    async def connect(self) -> None:
        """Connect. The SDK's check of each answer against its schema is left out: we validate what we read of it."""
        await super().connect()  # type: ignore[no-untyped-call]
        session: Any = self.session
        session.validate_tool_result = _take_as_it_is  # jsonschema was a fifth of the time of a generation

    @asynccontextmanager
    async def create_streams(self) -> AsyncIterator[Any]:
        stderr = _StderrReader(self._on_line)
        try:
            async with stdio_client(self.params, errlog=stderr.write_end) as (read, write):
                stderr.close_write_end()  # the child holds the only other one: its death is our end of file
                yield _EndNoticed(read, self._on_gone), write
        finally:
            stderr.close_write_end()
            with suppress(TimeoutError):
                await asyncio.wait_for(stderr.ended.wait(), _LAST_WORDS_S)


async def _take_as_it_is(name: str, result: CallToolResult) -> None:
    """Stand in for the SDK's validation of a tool's answer."""


class _StderrReader:
    """Reads a child's stderr in a thread: the one way that works on every platform's event loop."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        read_fd, write_fd = os.pipe()
        self.write_end = os.fdopen(write_fd, "w")
        self.ended = asyncio.Event()
        self._on_line = on_line
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(read_fd,), name="child-stderr", daemon=True).start()

    def close_write_end(self) -> None:
        self.write_end.close()

    def _read(self, read_fd: int) -> None:
        with os.fdopen(read_fd, "rb") as pipe, suppress(OSError):
            while line := pipe.readline(_MAX_LINE):
                self._tell(self._on_line, line.decode("utf-8", "replace").rstrip())
        self._tell(self.ended.set)

    def _tell(self, call: Callable[..., object], *args: object) -> None:
        with suppress(RuntimeError):  # the loop has closed: nobody is left to be told
            self._loop.call_soon_threadsafe(call, *args)


class _EndNoticed:
    """A read stream that passes everything on and reports its end, which is the child's."""

    def __init__(self, stream: Any, on_gone: Callable[[], None]) -> None:
        self._stream = stream
        self._on_gone = on_gone

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __aiter__(self) -> _EndNoticed:
        return self

    async def __anext__(self) -> Any:
        try:
            return await self._stream.__anext__()
        except BaseException:  # end of stream, error or cancellation alike: no message will come any more
            self._on_gone()
            raise

    async def __aenter__(self) -> _EndNoticed:
        await self._stream.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> Any:
        return await self._stream.__aexit__(*exc)
