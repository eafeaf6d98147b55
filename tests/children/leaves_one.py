"""A child that starts a process which heeds no SIGTERM, in its own group, and leaves it behind when it ends itself."""

from __future__ import annotations

import subprocess
import sys

from mcp.server import MCPServer

STUBBORN = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "signal.signal(signal.SIGHUP, signal.SIG_IGN); print('up', flush=True); time.sleep(120)"
)

server = MCPServer("leaves-one", version="1.0.0")
left = subprocess.Popen(
    [sys.executable, "-c", STUBBORN], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
)
assert left.stdout is not None
left.stdout.readline()


@server.tool()
async def pid_of_it() -> int:
    """Tell the process id of the one that is left."""
    return left.pid


if __name__ == "__main__":
    server.run()
