"""Starts a child so that nothing of it outlives us: `python -I -S launcher.py PARENT_PID COMMAND [ARG...]`.

Run as a script in a process of its own, so it uses the standard library alone. It becomes the child (same pid, leader
of its own process group) and leaves a watcher beside it, in no group of ours, which ends the group when the child or
our own process is gone: a wrapper such as `sh` or `npx` passes no signal on, and its children need not heed one. On
Linux the kernel is asked to kill the child, too, in case somebody ends the watcher first. Windows needs neither: the
MCP SDK puts children into a job object there. The first line written to stderr, `PID_LINE`, tells the process id.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable

PID_LINE = "code-assistant child pid "
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LOOK_AGAIN_S = 0.5
"""Where the kernel tells nobody of the end of a stranger."""
_LAST_WORDS_S = 1.0
"""For what a child that has ended by itself leaves running."""


def main(arguments: list[str]) -> int:
    """Become the command; returns only when it cannot be run."""
    parent_pid, command = int(arguments[0]), arguments[1:]
    sys.stderr.write(f"{PID_LINE}{os.getpid()}\n")
    sys.stderr.flush()
    try:
        if os.getpgid(0) != os.getpid():
            os.setpgid(0, 0)
        _leave_watcher(parent_pid)
        if sys.platform == "linux":
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent_pid:  # it died before anybody knew of our wish
            return 1
        os.execvp(command[0], command)
    except OSError as error:
        sys.stderr.write(f"cannot run {command[0]}: {error.strerror or error}\n")
        return 127


def _leave_watcher(parent_pid: int) -> None:
    """Fork twice, so that the watcher is nobody's child: the command would not expect one."""
    group = os.getpid()
    parent, child = _End(parent_pid), _End(group)
    first = os.fork()
    if first:
        os.waitpid(first, 0)
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # the child's pipes end with the child
        os.dup2(null, stream)
    try:
        _watch(parent, child, group)
    finally:
        os._exit(0)


class _End:
    """The end of a process, to be waited for; held by a descriptor where the kernel has such a thing."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.fd: int | None = None
        if sys.platform == "linux":
            try:
                self.fd = os.pidfd_open(pid)
            except OSError:  # an old kernel, or a sandbox
                self.fd = None

    def is_over(self) -> bool:
        if self.fd is not None:
            return bool(select.select([self.fd], [], [], 0)[0])
        return not _is_there(os.kill, self.pid)


def _watch(parent: _End, child: _End, group: int) -> None:
    while not (parent.is_over() or child.is_over()):
        fds = [end.fd for end in (parent, child) if end.fd is not None]
        select.select(fds, [], [], None if len(fds) == 2 else _LOOK_AGAIN_S)
    if not parent.is_over() and _is_there(os.killpg, group, signal.SIGTERM):
        give_up_at = time.monotonic() + _LAST_WORDS_S
        while _is_there(os.killpg, group) and time.monotonic() < give_up_at and not parent.is_over():
            time.sleep(_LAST_WORDS_S / 20)
    _is_there(os.killpg, group, signal.SIGKILL)


def _is_there(send: Callable[[int, int], None], pid: int, number: int = 0) -> bool:
    """Send a signal; false when nobody is left to get it."""
    try:
        send(pid, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # it has become somebody else's
        return True
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
