"""What the operating system knows of processes, on Linux; elsewhere `need_proc()` skips the test.

One rule: a zombie is dead. It only waits for a parent that does not care.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

PROC = Path("/proc")
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
_LOOK_AGAIN_S = 0.02  # The kernel announces the end of a stranger to nobody: look again.


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    is_zombie: bool
    command: str


def need_proc() -> None:
    """Skip where there is no /proc: macOS and Windows."""
    if not PROC.joinpath("self", "stat").exists():
        pytest.skip("reads /proc, which only Linux has")


def adopt_orphans() -> None:
    """Make this process the parent of its descendants' orphans, so that a leaked one is still found below it."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(pid: int) -> list[Process]:
    """Everything below this process that is alive, zombies left out."""
    table = _all()
    found: list[Process] = []
    parents = {pid}
    while parents:
        layer = [process for process in table if process.parent in parents]
        found += layer
        parents = {process.pid for process in layer}
    return [process for process in found if not process.is_zombie]


def environment(pid: int) -> dict[str, str]:
    """The environment a process was started with."""
    pairs = PROC.joinpath(str(pid), "environ").read_bytes().split(b"\0")
    items = (pair.decode(errors="replace").partition("=") for pair in pairs if pair)
    return {name: value for name, _equals, value in items}


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    process = _read(PROC / str(pid))
    return process is not None and not process.is_zombie


async def all_dead(pids: Iterable[int]) -> None:
    """Wait for the end of these processes; bound it with `anyio.fail_after`."""
    await until(lambda: not any(is_alive(pid) for pid in pids))


async def until(is_true: Callable[[], bool]) -> None:
    """Wait for something only the operating system can tell; bound it with `anyio.fail_after`."""
    while not is_true():  # noqa: ASYNC110 - nobody sets an event for the end of a stranger
        await anyio.sleep(_LOOK_AGAIN_S)


def left_behind(deadline_s: float) -> list[Process]:
    """Our own descendants that are still alive after the deadline; empty as soon as there are none."""
    end = time.monotonic() + deadline_s
    while (found := descendants(os.getpid())) and time.monotonic() < end:
        time.sleep(_LOOK_AGAIN_S)
    return found


def kill(processes: Iterable[Process]) -> None:
    for process in processes:
        os.kill(process.pid, signal.SIGKILL)


def _all() -> list[Process]:
    if not PROC.is_dir():
        return []
    found = (_read(folder) for folder in PROC.iterdir() if folder.name.isdigit())
    return [process for process in found if process is not None]


def _read(folder: Path) -> Process | None:
    try:
        # pid (command) state parent ...; the command may hold spaces and brackets itself.
        _pid, _, rest = folder.joinpath("stat").read_text(errors="replace").partition(" (")
        _name, _, fields = rest.rpartition(") ")
        command = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None  # It ended while we looked, or is none of ours.
    state, parent = fields.split()[:2]
    return Process(int(folder.name), int(parent), state in "ZX", command)
