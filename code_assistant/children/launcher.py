"""Starts a child so that it cannot outlive us: `python -I -S launcher.py PARENT_PID COMMAND [ARG...]`.

Run as a script in a process of its own, so it uses the standard library alone. On Linux it asks the kernel
to kill the child when its parent dies and becomes the child (same pid, nothing left running). Elsewhere on
POSIX it stays as a small watcher. Windows needs neither: the MCP SDK puts children into a job object there.
The first line it writes to stderr, `PID_LINE`, tells the process id.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

PID_LINE = "code-assistant child pid "
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_WATCH_INTERVAL_S = 0.5


def main(arguments: list[str]) -> int:
    """Start the command; returns only where it had to stay as a watcher, or when the command cannot be run."""
    parent_pid, command = int(arguments[0]), arguments[1:]
    sys.stderr.write(f"{PID_LINE}{os.getpid()}\n")
    sys.stderr.flush()
    try:
        if sys.platform == "linux":
            _die_with_parent(parent_pid)
            os.execvp(command[0], command)
        return _watch(parent_pid, command)
    except OSError as error:
        sys.stderr.write(f"cannot run {command[0]}: {error.strerror or error}\n")
        return 127


def _die_with_parent(parent_pid: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it died before the kernel knew of our wish
        os._exit(1)


def _watch(parent_pid: int, command: list[str]) -> int:
    child = subprocess.Popen(command)

    def end_with_parent() -> None:
        while os.getppid() == parent_pid:
            time.sleep(_WATCH_INTERVAL_S)
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=end_with_parent, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
