"""A process of its own for long code, so that a parser that takes its time, or dies, takes nothing with it.

The parsers are native code that holds the interpreter's lock and cannot be interrupted: in the server's own process
a single hostile file would silence it. Its one rule: one request in, one report out, until stdin ends.

A request is a pickle, a report is JSON after its length in 4 bytes. Both ends are this program and share a pipe.
"""

from __future__ import annotations

import pickle  # nosec - see above
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from coding_standards.languages import Language

if TYPE_CHECKING:
    from coding_standards.checks.checker import Ruleset

LIMIT_S = 4.0
"""How long a check may take: the answer has to be there within 5 s."""


@dataclass(frozen=True)
class Request:
    """One check."""

    code: str
    language: Language
    ruleset: Ruleset
    path: str | None
    dialect: str | None
    existing: str | None = None
    beside: Mapping[str, str] | None = None
    """The other files that are mended with it, by path; None where nothing is mended."""


def serve(requests: BinaryIO, reports: BinaryIO) -> None:
    """Answer requests until the pipe ends."""
    from coding_standards.checks.mending import judge  # late: the server reads this module too, and needs no parser

    while True:
        try:
            request: Request = pickle.load(requests)  # noqa: S301 - the other end is this program
        except (EOFError, pickle.UnpicklingError):  # the server has ended, perhaps in the middle of a request
            return
        _set_alarm(LIMIT_S + 0.5)
        report = judge(request)
        _set_alarm(0)
        data = report.model_dump_json().encode("utf-8", errors="replace")
        reports.write(len(data).to_bytes(4, "big") + data)
        reports.flush()


def _set_alarm(seconds: float) -> None:
    # The kernel ends this process even inside a parser and without a parent: SIGALRM's default needs no interpreter.
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def main() -> None:
    """Be the worker."""
    # A terminal's Ctrl-C goes to the whole group; the server ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
