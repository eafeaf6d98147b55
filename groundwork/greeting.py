"""What a person reads who starts a server by hand: it would wait in silence for a host that is not there."""

from __future__ import annotations

import sys

from groundwork.version import __version__


def greet_person(name: str) -> None:
    """Write one line to stderr where stdin is a terminal."""
    if sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty():
        line = f"{name} {__version__} waits for MCP messages on stdin: a host starts it. Ctrl-C ends it; see --help."
        print(line, file=sys.stderr, flush=True)
