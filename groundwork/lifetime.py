"""When this process and those it starts have to end, and that they do.

Its one rule: nothing that runs here, not even code that never yields, outlives a signal or the parent by two seconds.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

PARENT_POLL_S = 0.5
"""A parent that is gone is noticed this soon; end of input is noticed at once, but only when nothing blocks."""

_before_end: list[Callable[[], None]] = []


def before_end(action: Callable[[], None]) -> None:
    """Call `action` when this process ends by a signal, its parent's loss or `leave`; it must not wait for anything."""
    _before_end.append(action)


def leave(code: int) -> NoReturn:
    """End this process at once, with nothing left behind, whatever its threads wait for."""
    for action in _before_end:
        action()
    os._exit(code)


def end_with_parent() -> None:
    """Watch the parent in a thread of its own. On Windows the end of stdin has to do."""
    if sys.platform != "win32":
        threading.Thread(target=_watch, args=(os.getppid(),), name="parent watch", daemon=True).start()


def end_on_signals() -> None:
    """End at once on SIGINT and SIGTERM, also while a reader thread is blocked on stdin."""
    signal.signal(signal.SIGINT, _on_signal)
    signal.signal(signal.SIGTERM, _on_signal)


def is_alive(pid: int) -> bool:
    """Whether there is a process of this number; always on Windows, where asking would end it."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def process_space() -> str:
    """Where process ids mean the same: on this host, since it was started, in this namespace.

    Several hosts may share a Docker engine, and so may development containers, whose names and process ids repeat.
    """
    return "/".join((socket.gethostname(), *filter(None, (_boot(), _namespace()))))


def _boot() -> str:
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


def _namespace() -> str:
    with contextlib.suppress(OSError):
        return os.readlink("/proc/self/ns/pid").strip("pid:[]")
    return ""


def limit_cpu(pid: int, seconds: int) -> None:
    """Let the kernel end a process that has worked this long, where nobody may be left to do it; on Linux only."""
    if sys.platform == "linux":
        import resource  # not there on Windows

        with contextlib.suppress(OSError, ValueError):  # it has ended already, or a sandbox forbids it
            resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_POLL_S)
    leave(0)


def _on_signal(number: int, frame: FrameType | None) -> None:
    leave(128 + number)
