"""A server script driven line by line, as a host does it: raw JSON-RPC over the pipes of a real process.

One rule: every line on stdout must be a JSON-RPC message; the first that is not fails the test.

    async with RawServer([sys.executable, "code-assistant-server.py"], env={...}) as server:
        await server.initialize()
        reply = await server.request("tools/list")
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

DEADLINE_S = 60.0  # A bare server answers in under a second; nothing is gained by failing a busy machine early.
STOP_S = 30.0  # A server closes stubborn children first, which takes up to 8 s, longer on a busy machine.
_LOOK_AGAIN_S = 0.01
MAX_LINE = 64 * 1024 * 1024  # asyncio's own limit of 64 KiB would break on a complete answer.
LEGACY, MODERN = "2025-11-25", "2026-07-28"
META = "io.modelcontextprotocol/"

Message = dict[str, Any]


class RawServer:
    """The process and its three pipes; a context manager that leaves nothing running."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: str | Path | None = None,
        expects_rubbish: bool = False,
    ) -> None:
        """`env`: the whole environment, None for that of the tests. `expects_rubbish`: for children that misbehave."""
        self.messages: list[Message] = []
        """Every message so far, oldest first."""
        self.rubbish: list[str] = []
        """The lines on stdout that were no JSON-RPC."""
        self.stderr = ""
        self._command = [str(part) for part in command]
        self._env = None if env is None else dict(env)
        self._cwd = cwd
        self._expects_rubbish = expects_rubbish
        self._next_id = 0
        self._read = 0
        self._version = LEGACY
        self._news = asyncio.Condition()
        self._ended = False
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []

    @property
    def process(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("use the server inside `async with`")
        return self._process

    @property
    def pid(self) -> int:
        return self.process.pid

    async def send_line(self, line: str | bytes) -> None:
        """Write one line, whatever it is."""
        data = line.encode() if isinstance(line, str) else line
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write(data + b"\n")
        await stdin.drain()

    async def send(self, message: Message) -> None:
        await self.send_line(json.dumps({"jsonrpc": "2.0", **message}))

    async def start_request(self, method: str, params: Message | None = None) -> int:
        """Send a request and return its id; `reply(id)` waits for the answer."""
        self._next_id += 1
        body: Message = dict(params or {})
        if self._version == MODERN:
            body["_meta"] = {**_modern_meta(), **body.get("_meta", {})}
        await self.send({"id": self._next_id, "method": method, "params": body})
        return self._next_id

    async def reply(self, request_id: int | str, deadline_s: float = DEADLINE_S) -> Message:
        """The answer to a request: a message with `result` or with `error`."""

        def answer() -> Message | None:
            return next((m for m in self.messages if m.get("id") == request_id and "method" not in m), None)

        await self._until(lambda: answer() is not None, deadline_s, f"no answer to request {request_id}")
        found = answer()
        assert found is not None
        return found

    async def request(self, method: str, params: Message | None = None, deadline_s: float = DEADLINE_S) -> Message:
        """Send a request and return its whole answer."""
        return await self.reply(await self.start_request(method, params), deadline_s)

    async def call(self, tool: str, deadline_s: float = DEADLINE_S, **arguments: object) -> Message:
        """Call a tool and return its result; a JSON-RPC error fails the test."""
        answer = await self.request("tools/call", {"name": tool, "arguments": arguments}, deadline_s)
        assert "result" in answer, answer
        result: Message = answer["result"]
        return result

    async def initialize(self, version: str = LEGACY, deadline_s: float = DEADLINE_S) -> Message:
        """Open the session in either era and return what the server says of itself."""
        self._version = version
        if version == MODERN:
            answer = await self.request("server/discover", deadline_s=deadline_s)
        else:
            who = {"name": "tests", "version": "0"}
            body = {"protocolVersion": version, "capabilities": {}, "clientInfo": who}
            answer = await self.request("initialize", body, deadline_s)
            await self.send({"method": "notifications/initialized"})
        assert "result" in answer, answer
        result: Message = answer["result"]
        return result

    async def read(self, deadline_s: float = DEADLINE_S) -> Message:
        """The next message that `read` has not returned yet, of any kind."""
        await self._until(lambda: len(self.messages) > self._read, deadline_s, "no further message")
        self._read += 1
        return self.messages[self._read - 1]

    async def notification(self, method: str, count: int = 1, deadline_s: float = DEADLINE_S) -> list[Message]:
        """Wait until so many notifications of this method have come; returns all of them."""

        def found() -> list[Message]:
            return [m for m in self.messages if m.get("method") == method]

        await self._until(lambda: len(found()) >= count, deadline_s, f"not {count} times {method}")
        return found()

    async def wrote_to_stderr(self, text: str, deadline_s: float = DEADLINE_S) -> None:
        await self._until(lambda: text in self.stderr, deadline_s, f"stderr without {text!r}")

    def close_stdin(self) -> None:
        """What a host does when it ends."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def kill(self) -> None:
        """End this one process at once (kill -9); its children are on their own."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    async def wait(self, deadline_s: float = STOP_S) -> int:
        """Wait for the end and return the exit code (minus the signal's number, as in subprocess)."""
        async with asyncio.timeout(deadline_s):
            while self.process.returncode is None:  # noqa: ASYNC110 - asyncio's own wait() waits for the pipes, too
                await asyncio.sleep(_LOOK_AGAIN_S)
        return self.process.returncode

    async def drained(self, deadline_s: float = DEADLINE_S) -> None:
        """Wait until both pipes are closed: nothing can come any more."""
        await asyncio.wait_for(asyncio.gather(*self._readers), deadline_s)

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=self._env, cwd=self._cwd, limit=MAX_LINE
        )
        self._readers = [asyncio.create_task(self._read_stdout()), asyncio.create_task(self._read_stderr())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close_stdin()
        try:
            await self.wait(STOP_S)
        except TimeoutError:
            self.kill()
            await self.wait(STOP_S)
        finally:
            await self._end_readers()
            sys.stderr.write(self.stderr[-8_000:])  # pytest shows it beside a failure
        if not self._expects_rubbish:
            assert self.rubbish == [], f"not JSON-RPC on stdout: {self.rubbish[:3]}"

    async def _end_readers(self) -> None:
        """A grandchild may hold the pipes open; it is the leak check's business, not ours to wait for."""
        _done, pending = await asyncio.wait(self._readers, timeout=2.0)
        for task in pending:
            task.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        # Closes our ends of the pipes, which asyncio leaves to the garbage collector (and to a warning).
        self.process._transport.close()  # type: ignore[attr-defined]

    async def _until(self, is_true: Callable[[], bool], deadline_s: float, complaint: str) -> None:
        try:
            async with asyncio.timeout(deadline_s), self._news:
                await self._news.wait_for(lambda: is_true() or self._ended or self._is_refused())
        except TimeoutError:
            raise TimeoutError(f"{complaint} within {deadline_s:g} s; {self._state()}") from None
        assert not self._is_refused(), f"not JSON-RPC on stdout: {self.rubbish[:3]}"
        assert is_true(), f"{complaint}, and the server has ended; {self._state()}"

    def _is_refused(self) -> bool:
        return bool(self.rubbish) and not self._expects_rubbish

    def _state(self) -> str:
        return f"last message: {str(self.messages[-1:])[:500]}; stderr: {self.stderr[-1_000:]}"

    async def _read_stdout(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        while line := await stdout.readline():
            message = _parsed(line)
            async with self._news:
                if message is None:
                    self.rubbish.append(line.decode(errors="replace"))
                else:
                    self.messages.append(message)
                self._news.notify_all()
        async with self._news:
            self._ended = True
            self._news.notify_all()

    async def _read_stderr(self) -> None:
        stderr = self.process.stderr
        assert stderr is not None
        while data := await stderr.read(65_536):
            async with self._news:
                self.stderr += data.decode(errors="replace")
                self._news.notify_all()


def _parsed(line: bytes) -> Message | None:
    try:
        message = json.loads(line)
    except ValueError:
        return None
    is_message = isinstance(message, dict) and message.get("jsonrpc") == "2.0"
    return message if is_message and ("method" in message or "id" in message) else None


def _modern_meta() -> Message:
    who = {"name": "tests", "version": "0"}
    return {f"{META}protocolVersion": MODERN, f"{META}clientInfo": who, f"{META}clientCapabilities": {}}


def clean_environment(**variables: str | None) -> dict[str, str]:
    """The environment of the tests without anybody's keys and settings, and with these variables (None removes).

    Offline by default: no model, no Context7; a test that wants one says so.
    """
    ours = ("OPENAI_", "CODE_ASSISTANT_", "CONTEXT7_", "STANDARDS_DIR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    wanted = {"CODE_ASSISTANT_MODEL": "offline", "CODE_ASSISTANT_CONTEXT7": "off", **variables}
    return kept | {name: value for name, value in wanted.items() if value is not None}
