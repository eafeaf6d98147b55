"""A host's side of one server process: spawn, JSON-RPC over its pipes, end. Times are `time.perf_counter()`.

Its one rule: it adds as little as it can to what it measures; a reply is taken by the id it carries, nothing is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

LEGACY, MODERN = "2025-11-25", "2026-07-28"
REPLY_S = 60.0
EXIT_S = 15.0
_LAST_WORDS = 4_000
"""Bytes of the server's stderr that go into the message when a call fails."""
_MAX_LINE = 64 * 1024 * 1024
_META = "io.modelcontextprotocol/"
_WHO = {"name": "bench", "version": "0"}

Message = dict[str, Any]


class Session:
    """One server process and the conversation with it."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._command = command
        self._env = dict(env)
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._next_id = 0
        self._is_modern = False
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the session ends
        self.spawned_at = 0.0
        self.process: asyncio.subprocess.Process
        self._reader: asyncio.Task[None]

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self.spawned_at = time.perf_counter()
        self.process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=self._log, env=self._env, limit=_MAX_LINE
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self.process.returncode is None:
            await self.end()
        await self._reader
        self._log.close()

    @property
    def age_s(self) -> float:
        """Seconds since the process was spawned."""
        return time.perf_counter() - self.spawned_at

    async def request(self, method: str, params: Message | None = None, timeout_s: float = REPLY_S) -> Message:
        """Send a request and return its result. Raises `RuntimeError` for a JSON-RPC error."""
        self._next_id += 1
        number = self._next_id
        body = dict(params or {})
        if self._is_modern:
            body["_meta"] = {
                f"{_META}protocolVersion": MODERN,
                f"{_META}clientInfo": _WHO,
                f"{_META}clientCapabilities": {},
            }
        reply = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": body})
        try:
            message = await asyncio.wait_for(reply, timeout_s)
        finally:
            self._waiting.pop(number, None)
        if "result" not in message:
            raise RuntimeError(f"{method}: {message.get('error')}")
        result: Message = message["result"]
        return result

    async def open(self, version: str = LEGACY) -> None:
        """Open the conversation as hosts of that era do."""
        if version == MODERN:
            self._is_modern = True
            await self.request("server/discover")
            return
        await self.request("initialize", {"protocolVersion": version, "capabilities": {}, "clientInfo": _WHO})
        await self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def call(self, tool: str, **arguments: object) -> Message:
        """Call a tool. Raises `RuntimeError` when it failed."""
        result = await self.request("tools/call", {"name": tool, "arguments": arguments})
        if result.get("isError"):
            self._log.seek(0)
            said = self._log.read()[-_LAST_WORDS:].decode("utf-8", "replace")
            raise RuntimeError(f"{tool}: {str(result['content'])[:500]}\n{said}")
        return result

    async def end(self) -> float:
        """Close stdin and wait for the exit; returns the seconds it took."""
        assert self.process.stdin is not None
        started = time.perf_counter()
        self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), EXIT_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()
        return time.perf_counter() - started

    async def _send(self, message: Message) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        await self.process.stdin.drain()

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            message = json.loads(line)
            waiting = self._waiting.get(message.get("id", 0))
            if waiting is not None and "method" not in message and not waiting.done():
                waiting.set_result(message)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(RuntimeError("the server ended"))
