"""One run of a tool, within limits: time, output, and every process that it starts.

Its one rule: whatever a tool does, there is an answer in time, and nothing of it runs on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio.abc import ByteReceiveStream, Process

from groundwork.lifetime import limit_cpu

MAX_OUTPUT = 8_000_000
"""Bytes of each stream. Ten thousand findings are less; whoever writes more says nothing that is read to its end."""
_CPU_LIMIT_S = 300
"""Where this process is killed together with its guards, the kernel ends what is left."""
_END_S = 3.0


class ToolFailedError(Exception):
    """A tool that gave no answer that can be believed; the text says why."""


@dataclass(frozen=True)
class Ran:
    """What came of a run."""

    exit_code: int
    output: bytes
    errors: bytes

    @property
    def text(self) -> str:
        """Both streams."""
        return f"{self.output.decode('utf-8', 'replace')}\n{self.errors.decode('utf-8', 'replace')}"


_alive: set[Process] = set()


def kill_tools() -> None:
    """End every tool that runs, at once; safe to call at any time."""
    for process in tuple(_alive):
        kill_tool(process)


async def run_tool(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], limit_s: float, given: bytes = b""
) -> Ran:
    """Run a command to its end with `given` as standard input.

    Raises:
        ToolFailedError: it cannot be started, takes too long, or writes without end.
    """
    try:
        process = await start_tool(command, folder, environment)
    except OSError as error:
        raise ToolFailedError(f"cannot be started ({error.strerror or type(error).__name__})") from error
    output, errors = bytearray(), bytearray()
    try:
        with anyio.fail_after(limit_s):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_write, process, given)
                tasks.start_soon(_read, process, process.stdout, output)
                tasks.start_soon(_read, process, process.stderr, errors)
            exit_code = await process.wait()
    except TimeoutError as error:
        raise ToolFailedError(f"took longer than {limit_s:.2g} s") from error
    finally:
        await end_tool(process)
    if len(output) > MAX_OUTPUT or len(errors) > MAX_OUTPUT:
        raise ToolFailedError(f"wrote more than {MAX_OUTPUT // 1_000_000} MB")
    return Ran(exit_code, bytes(output), bytes(errors))


async def start_tool(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Process:
    """Start a process in a group of its own.

    Raises:
        OSError: it cannot be started.
    """
    process = await anyio.open_process(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=dict(environment),
        start_new_session=os.name == "posix",
    )
    _alive.add(process)
    limit_cpu(process.pid, _CPU_LIMIT_S)
    return process


async def end_tool(process: Process) -> None:
    """End the whole group, also what the process left behind when it ended by itself."""
    _alive.discard(process)
    kill_tool(process)
    with anyio.CancelScope(shield=True), contextlib.suppress(TimeoutError, OSError):
        with anyio.fail_after(_END_S):  # a process that the kernel does not let go must not hold up the answer
            await process.aclose()


def kill_tool(process: Process) -> None:
    """End the group at once, without waiting; safe to call at any time."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.returncode is None:
        process.kill()


async def _write(process: Process, given: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
        if given:
            await process.stdin.send(given)
        await process.stdin.aclose()


async def _read(process: Process, stream: ByteReceiveStream | None, into: bytearray) -> None:
    assert stream is not None
    with contextlib.suppress(anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
        while True:
            into += await stream.receive()
            if len(into) > MAX_OUTPUT:
                kill_tool(process)
                return
