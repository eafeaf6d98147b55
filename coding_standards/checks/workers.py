"""The processes that check long code: started when they are needed, used again, killed when they take too long.

Its one rule: a request has a worker to itself for the whole limit, and what has to wait for one does so in line.
"""

from __future__ import annotations

import logging
import os
import pickle  # nosec - written to a pipe of our own, see worker.py
import subprocess
import sys
from pathlib import Path

import anyio
from anyio.abc import Process

from coding_standards.checks.worker import LIMIT_S, Request
from coding_standards.report import CheckReport

_MOST = 2
"""Workers at once, so that one hostile file holds up nobody; each takes a processor and a hundred megabytes."""
_A_MOMENT_S = 0.1
"""Who waited no longer in line did not wait."""
_PIPE_ERRORS = (OSError, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)

log = logging.getLogger(__name__)


class OverdueError(Exception):
    """A check had a worker to itself for the whole limit and did not end."""


class WorkerEndedError(Exception):
    """A worker ended before its report was there."""


class _GoneError(WorkerEndedError):
    """It ended before it answered anything: perhaps it had been gone for long."""


class Workers:
    """Has requests answered, each by a worker that does nothing else meanwhile."""

    def __init__(self, most: int = _MOST) -> None:
        self._places = anyio.Semaphore(most)
        self._idle: list[Process] = []
        self._all: list[Process] = []

    async def check(self, request: Request, deadline: float) -> CheckReport:
        """The report, once one of the workers is free; `deadline` is by `anyio.current_time`.

        Raises:
            OverdueError: it took longer than `LIMIT_S`, or too long although nobody was before it.
            TimeoutError: the wait for a worker took too much of the time.
            WorkerEndedError: the worker died of it.
        """
        came = anyio.current_time()
        with anyio.fail_after(max(0.0, deadline - came)):
            await self._places.acquire()
        taken = anyio.current_time()
        end = min(taken + LIMIT_S, deadline)
        try:
            return await self._check(request, end)
        except TimeoutError as error:
            if end < deadline or taken - came < _A_MOMENT_S:
                raise OverdueError from error
            raise
        finally:
            self._places.release()

    def kill(self) -> None:
        """End all workers at once; safe to call at any time."""
        for process in tuple(self._all):
            if process.returncode is None:
                process.kill()

    async def aclose(self) -> None:
        """End all workers and wait for their end."""
        for process in tuple(self._all):
            await self._end(process)

    async def _check(self, request: Request, end: float) -> CheckReport:
        with anyio.fail_after(max(0.0, end - anyio.current_time())):
            if self._idle:  # the one that was used last: the other may sleep on
                try:
                    return await self._ask(self._idle.pop(), request)
                except _GoneError as error:
                    log.info("a check process was gone, and a new one is started: %r", error.__cause__)
            return await self._ask(await self._start(), request)

    async def _ask(self, process: Process, request: Request) -> CheckReport:
        is_done = False
        try:
            report = await _report(process, request)
            is_done = True
            return report
        finally:
            if is_done:
                self._idle.append(process)
            else:
                # Its state is unknown: half a request written, or an answer to come that nobody waits for.
                await self._end(process)

    async def _start(self) -> Process:
        home = str(Path(__file__).parents[2])
        search = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
        process = await anyio.open_process(
            # `-P`: the folder in which the server was started may hold anything under a name of the standard library.
            [sys.executable, "-P", "-c", "from coding_standards.checks.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None,
            env={**os.environ, "PYTHONPATH": search},
        )
        self._all.append(process)
        return process

    async def _end(self, process: Process) -> None:
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                process.kill()
            await process.aclose()
        for processes in (self._all, self._idle):
            if process in processes:
                processes.remove(process)


async def _report(process: Process, request: Request) -> CheckReport:
    assert process.stdin is not None
    try:
        await process.stdin.send(pickle.dumps(request))
        first = await _receive(process, 1)
    except _PIPE_ERRORS as error:
        raise _GoneError from error
    try:
        size = int.from_bytes(first + await _receive(process, 3), "big")
        return CheckReport.model_validate_json(await _receive(process, size))
    except _PIPE_ERRORS as error:
        raise WorkerEndedError from error


async def _receive(process: Process, size: int) -> bytes:
    assert process.stdout is not None
    parts: list[bytes] = []
    while size > 0:
        parts.append(await process.stdout.receive(size))
        size -= len(parts[-1])
    return b"".join(parts)
