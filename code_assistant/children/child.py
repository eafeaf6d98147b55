"""One supervised child server.

The rule: one task per child opens its connection, waits for its end, closes it, backs off and opens the next.
Everybody else only asks for what is ready and waits within a deadline of their own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from mcp import MCPError
from mcp.types import CallToolResult, TextResourceContents, Tool

from code_assistant.children.errors import ChildError, describe, is_closed
from code_assistant.children.launch import HttpLaunch, Launch, Launcher, LaunchError, Mask, StdioLaunch
from code_assistant.children.launcher import PID_LINE
from code_assistant.children.process import ChildProcess, Connection
from code_assistant.children.replies import Replies
from code_assistant.children.waiting import InterruptedWaitError, abandon, is_set_within, unless
from code_assistant.text.plain import plain_line

logger = logging.getLogger(__name__)

State = Literal["starting", "ready", "restarting", "failed", "stopped"]
Condition = Literal["starting", "ready", "unreachable", "restarting", "failed", "stopped"]

FIRST_BACKOFF_S, LAST_BACKOFF_S = 0.5, 30.0
HEALTHY_AFTER_S = 60.0
"""A child that lived this long starts again without a longer pause."""
PATIENT_TRIES = 3
"""Starts that may fail in a row before calls stop waiting for a child that has worked."""
PROBE_TIMEOUT_S = 5.0
"""For a sign of life from a child that has just let a call time out."""
STDERR_LINES = 50
_LATENCIES = 200
_MAX_LINE_CHARS = 2_000


@dataclass(frozen=True)
class Hindrance:
    """What keeps a child that runs from its work, and what helps."""

    why: str
    remedy: str


class Child:
    """A child server that is kept alive. Calls wait for it while it starts or restarts."""

    def __init__(self, name: str, launcher: Launcher, *, mask: Mask | None = None) -> None:
        self.name = name
        self.state: State = "starting"
        self.launch: Launch | None = None
        self.pid: int | None = None
        self.tools: tuple[Tool, ...] = ()
        self.notes: tuple[str, ...] = ()
        """What of its tools was left out, and why."""
        self.protocol_version: str | None = None
        self.server_name: str | None = None
        self.server_version: str | None = None
        self.restarts = 0
        self.calls = 0
        self.errors = 0
        self.latencies_ms: deque[float] = deque(maxlen=_LATENCIES)
        self.last_error: str | None = None
        self.remedy: str | None = None
        self.stderr: deque[str] = deque(maxlen=STDERR_LINES)
        self.hindrance: Hindrance | None = None
        self.is_doubted = False
        """True until it is known whether what it asks over the network can be reached."""
        self._mask = mask or Mask()
        self._launcher = launcher
        self._connection: Connection | None = None
        self.was_ready = False
        """Whether it ever was."""
        self._ready_at = 0.0
        self._failures = 0
        self._last_words = ""
        self._retry_s: float | None = None
        self._probing: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._gone = asyncio.Event()
        self._hopeless = asyncio.Event()
        self._changed = asyncio.Event()

    @property
    def condition(self) -> Condition:
        """How it is for those who want something of it: one that runs and cannot reach its service is of no use."""
        if self.state != "ready":
            return self.state
        if self.hindrance is not None:
            return "unreachable"
        return "starting" if self.is_doubted else "ready"

    @property
    def uptime_s(self) -> float:
        """Seconds since it was last ready; 0 when it is not."""
        return time.monotonic() - self._ready_at if self.state == "ready" else 0.0

    async def supervise(self) -> None:
        """Keep the child alive until `stop` is called. Never raises for what a child does."""
        backoff_s = FIRST_BACKOFF_S
        while not self._stop.is_set():
            if await self._live_once() >= HEALTHY_AFTER_S:
                backoff_s = FIRST_BACKOFF_S
            pause_s = backoff_s if self._retry_s is None else self._retry_s
            if not await is_set_within(self._stop, pause_s) and self._retry_s is None:
                backoff_s = min(backoff_s * 2, LAST_BACKOFF_S)
                self.restarts += 1

    def stop(self) -> None:
        """Ask the supervising task to end the child and itself; calls fail from now on."""
        self._stop.set()
        self._gone.set()  # wakes the task that waits for it
        self._enter("stopped")

    def kill(self) -> None:
        """End the child's process group at once, where there is such a thing; the SDK's own way may take 4 s."""
        if self.pid is not None and hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    async def call_tool(self, name: str, arguments: Mapping[str, Any], timeout_s: float) -> CallToolResult:
        """Call a tool, once more if the child dies on the way: all that we ask of children only reads.

        Raises:
            ChildError: it was not ready in time, failed, or took too long. A tool's own error is in the result.
        """
        result: CallToolResult = await self._ask(lambda link: link.call_tool(name, dict(arguments)), timeout_s)
        return result

    async def read_resource(self, uri: str, timeout_s: float) -> str:
        """Read a text resource. Raises `ChildError` like `call_tool`."""
        result = await self._ask(lambda link: link.read_resource(uri), timeout_s)
        return "\n".join(part.text for part in result.contents if isinstance(part, TextResourceContents))

    async def wait_ready(self, timeout_s: float) -> Connection:
        """Return the connection, waiting while the child starts or restarts.

        Raises:
            ChildError: it failed, was stopped, or was not ready in time.
        """
        try:
            async with asyncio.timeout(timeout_s):
                while self.state in ("starting", "restarting"):
                    await self._changed.wait()
        except TimeoutError:
            raise self._late(timeout_s) from None
        if self._connection is None or self.state != "ready":
            raise ChildError(self.name, self.last_error or f"it is {self.state}", self.remedy or "")
        return self._connection

    async def _ask(self, request: Any, timeout_s: float) -> Any:
        self.calls += 1
        started = time.monotonic()
        try:
            async with asyncio.timeout(timeout_s):
                result = await self._ask_twice(request, timeout_s)
        except ChildError:
            self.errors += 1
            raise
        except TimeoutError:
            self.errors += 1
            self._look_after_it()
            raise self._late(timeout_s) from None
        self.latencies_ms.append((time.monotonic() - started) * 1000)
        return result

    def _look_after_it(self) -> None:
        """After a call that was not answered: find out whether the call was slow or the child hangs."""
        if self.state == "ready" and self._connection is not None and self._probing is None:
            self._probing = asyncio.create_task(self._probe(self._connection), name=f"probe of {self.name}")

    async def _probe(self, connection: Connection) -> None:
        """End a child that does not even list its tools; its supervisor then starts another."""
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_S):
                await connection.session.list_tools()
        except TimeoutError:
            if connection is self._connection and not self._stop.is_set():
                logger.warning("%s: it hangs and is ended", self.name)
                self.kill()
                self._note_end()
        except Exception as error:  # noqa: BLE001  # an answer of whatever kind: it is alive, or its end is noticed anyway
            logger.debug("%s: probed: %s", self.name, describe(error))
        finally:
            self._probing = None

    def _late(self, timeout_s: float) -> ChildError:
        if self.state == "ready":
            return ChildError(self.name, f"no answer within {timeout_s:g} s", "see get_server_status")
        remedy = "call again in a moment, or see get_server_status"
        return ChildError(self.name, f"still {self.state} after {timeout_s:g} s", remedy)

    async def _ask_twice(self, request: Any, timeout_s: float) -> Any:
        for is_last in (False, True):
            connection = await self.wait_ready(timeout_s)
            try:
                return await request(connection)
            except Exception as error:  # the SDK raises UserError, MCPError, ExceptionGroup and httpx errors here
                reason = self._mask(describe(error))
                if is_last or not self._lost_connection(error, connection):
                    raise ChildError(self.name, reason, "see get_server_status") from error
        raise AssertionError("unreachable")

    def _lost_connection(self, error: Exception, connection: Connection) -> bool:
        """True when the child went away under the call, so that asking its successor makes sense."""
        is_unreachable = isinstance(self.launch, HttpLaunch) and not isinstance(error, MCPError)
        if connection is self._connection and (is_closed(error) or is_unreachable):
            self._note_end()
        return connection is not self._connection

    async def _live_once(self) -> float:
        """Start the child and wait for its end. Returns how many seconds it was ready."""
        self._gone, self._hopeless = asyncio.Event(), asyncio.Event()
        self._last_words, self._retry_s = "", None
        launch: Launch | None = None
        process: ChildProcess | None = None
        connection: Connection | None = None
        try:
            launch = self.launch = await self._decide()
            target: ChildProcess | HttpLaunch
            if self.state == "failed":
                self._enter("restarting")  # whoever calls now waits for it
            if isinstance(launch, StdioLaunch):  # started now, while the Agents SDK is being imported
                target = process = ChildProcess(launch, self._note_end, self._note_line)
            else:
                target = launch
            connection = await self._open(launch, target)
            self._connection = connection
            self._ready_at = time.monotonic()
            self.was_ready, self._failures = True, 0
            self.last_error = self.remedy = None
            self._enter("ready")
            await self._gone.wait()
        except LaunchError as error:
            self._retry_s = error.retry_s
            self._fail(error.why, error.remedy)
            return 0.0
        except Exception as error:  # noqa: BLE001  # the top of a child's task: whatever a child does, it is retried
            why = "it ended before it answered" if is_closed(error) else describe(error)
            self._fail(why, launch.remedy if launch else "")
            return 0.0
        finally:
            self._note_end()
            if connection is not None:
                await connection.cleanup()  # bounded by the SDK; cancelling it would leave a stubborn child alive
            if process is not None:
                await process.end()
            self.pid = None  # from now on the number may be somebody else's
            if isinstance(launch, StdioLaunch) and launch.clean_up is not None:
                await launch.clean_up(connection is not None or self._stop.is_set())
        lived_s = time.monotonic() - self._ready_at
        if not self._stop.is_set():
            self.last_error = self._with_last_words(f"it ended after {lived_s:.0f} s")
            self.remedy = "it is being restarted; what it said is in `stderr`"
        return lived_s

    async def _decide(self) -> Launch:
        try:
            return await unless(self._stop, work=self._launcher())
        except InterruptedWaitError as stopped:
            await abandon(stopped.args[0])
            raise LaunchError("it was stopped", "") from None

    async def _open(self, launch: Launch, target: ChildProcess | HttpLaunch) -> Connection:
        connecting, limit_s = self._connect(target), launch.connect_timeout_s
        try:
            return await unless(self._stop, self._hopeless, work=connecting, timeout_s=limit_s)
        except InterruptedWaitError as interrupted:
            self.kill()
            await abandon(interrupted.args[0])
            limit = "" if self._hopeless.is_set() else f" within {limit_s:.0f} s"
            raise LaunchError((launch.unanswered or "it did not answer") + limit, launch.remedy) from None

    async def _connect(self, target: ChildProcess | HttpLaunch) -> Connection:
        replies = Replies(self._mask.hide_known)
        connection = await asyncio.to_thread(_prepare_connection, self.name, target, replies)
        try:
            await connection.connect()
            self.tools, self.notes = tuple(await connection.list_tools()), tuple(map(self._mask, replies.notes))
        except BaseException:
            await connection.cleanup()
            raise
        self.protocol_version = connection.session.protocol_version
        info = connection.session.server_info
        named = (info.name, info.version) if info else ()
        self.server_name, self.server_version = map(plain_line, named) if named else (None, None)
        for note in self.notes:
            logger.warning("%s: %s", self.name, note)
        return connection

    def _note_end(self) -> None:
        self._connection = None
        if self.state == "ready" and not self._stop.is_set():
            self._enter("restarting")
        self._gone.set()

    def _note_line(self, line: str) -> None:
        if line.startswith(PID_LINE):
            self.pid = int(line.removeprefix(PID_LINE))
        elif line:
            self._last_words = self._mask(plain_line(line, _MAX_LINE_CHARS))
            self.stderr.append(self._last_words)
            if isinstance(self.launch, StdioLaunch) and self.launch.is_hopeless(line):
                self._hopeless.set()

    def _fail(self, why: str, remedy: str) -> None:
        if self._stop.is_set():
            return  # it was ended, which is no failure
        self.last_error = self._with_last_words(self._mask(why))
        self.remedy = remedy or "what it said is in `stderr`"
        logger.warning("%s: %s; %s", self.name, self.last_error, self.remedy)
        self._failures += 1
        # One that has worked may have been killed while it started again: the next try is not far.
        self._enter("restarting" if self.was_ready and self._failures < PATIENT_TRIES else "failed")

    def _with_last_words(self, why: str) -> str:
        return f"{why} (it last said: {self._last_words})" if self._last_words else why

    def _enter(self, state: State) -> None:
        self.state = "stopped" if self._stop.is_set() else state
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _prepare_connection(name: str, target: ChildProcess | HttpLaunch, replies: Replies) -> Connection:
    from code_assistant.children.connection import connect_to  # late: it imports the Agents SDK

    return connect_to(name, target, replies)
