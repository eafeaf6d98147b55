"""The process of a child server: started at once, its streams kept for whoever connects, its stderr read.

Nothing here needs the Agents SDK, so that a child starts while that is still being imported. Its one rule: one task
starts the process and ends it; everybody else asks that task.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import anyio
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import CallToolResult, ReadResourceResult, Tool

from code_assistant.children.launch import StdioLaunch
from groundwork.wire import PassingStream, Writable

_LAST_WORDS_S = 0.3
_MAX_LINE = 2_000


class Connection(Protocol):
    """What we use of the Agents SDK's `MCPServerStdio` and `MCPServerStreamableHttp`, which is loaded late."""

    session: Any

    async def connect(self) -> None: ...
    async def cleanup(self) -> None: ...
    async def list_tools(self) -> list[Tool]: ...
    async def call_tool(self, tool_name: str, arguments: dict[str, Any] | None) -> CallToolResult: ...
    async def read_resource(self, uri: str) -> ReadResourceResult: ...


class ChildProcess:
    """A child's process from its start to its end. Made inside an event loop, where it starts at once."""

    def __init__(self, launch: StdioLaunch, on_gone: Callable[[], None], on_line: Callable[[str], None]) -> None:
        """`on_line` gets each line that the child writes to stderr, `on_gone` is called when its stdout ends."""
        command, args = launch.guard()
        self.parameters = StdioServerParameters(
            command=command,
            args=args,
            env=dict(launch.env),
            cwd=launch.cwd,
            encoding_error_handler="replace",  # one byte that is no UTF-8 would end the connection
        )
        self._on_gone = on_gone
        self._on_line = on_line
        self._leave = asyncio.Event()
        self._started: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._run(), name=f"process {launch.command}")

    @asynccontextmanager
    async def streams(self) -> AsyncIterator[Any]:
        """What the child writes and what it reads; the end of the context is the end of the process.

        Raises:
            OSError: the process could not be started.
        """
        try:
            yield await asyncio.shield(self._started)
        finally:
            await self.end()

    async def end(self) -> None:
        """End the process politely, then by force, and wait for its end; takes 4 s at most."""
        self._leave.set()
        with anyio.CancelScope(shield=True):
            await asyncio.wait((self._task,))

    async def _run(self) -> None:
        stderr = _StderrReader(self._on_line)
        try:
            async with stdio_client(self.parameters, errlog=stderr.write_end) as (read, write):
                stderr.close_write_end()  # the child holds the only other one: its death is our end of file
                self._started.set_result((_EndNoticed(read, self._on_gone), Writable(write)))
                await self._leave.wait()
        except Exception as error:  # noqa: BLE001  # handed to whoever asks for the streams, or of no interest any more
            if not self._started.done():
                self._started.set_exception(error)
                self._started.exception()  # looked at: nobody may ask
        finally:
            stderr.close_write_end()
            with suppress(TimeoutError):
                await asyncio.wait_for(stderr.ended.wait(), _LAST_WORDS_S)


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


class _EndNoticed(PassingStream):
    """A read stream that reports its end, which is the child's."""

    def __init__(self, stream: Any, on_gone: Callable[[], None]) -> None:
        super().__init__(stream)
        self._on_gone = on_gone

    async def __anext__(self) -> Any:
        try:
            return await super().__anext__()
        except BaseException:  # end of stream, error or cancellation alike: no message will come any more
            self._on_gone()
            raise
