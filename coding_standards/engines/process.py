"""A linter as a process that works while this one does something else; what ruff and oxlint share.

Its one rule: it never waits in a thread. One that did would stand in line for the interpreter's lock behind native
code that holds it for milliseconds at a time; that made a check of Python take twice as long.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from coding_standards.engines.run import EngineUnavailableError
from groundwork.lifetime import limit_cpu

TIMEOUT_S = 2.5
"""A linter takes 10 ms for code, but ruff 12 s for 200,000 backticks, and a caller waits five seconds at most."""
_LAST_WAIT_S = 0.2
"""What is waited for at the end even if the time is up: a process that has ended still has to be read."""
CPU_LIMIT_S = 4
"""Where this process is killed, nobody is left to end the linter; on Linux the kernel does it."""

# What a child needs to start at all, and above all not the keys that are in our environment.
_PASSED_ON = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
_STACK = {"RUST_MIN_STACK": str(64 * 1024 * 1024)}
"""Most are Rust, whose threads have 2 MB: a sum of some thousand parts ends the process."""


@dataclass(frozen=True)
class LinterAnswer:
    """What a linter left behind when it ended."""

    code: int
    output: bytes
    errors: str


class LinterProcess:
    """One run of a linter, begun when it is made. Use it in a `with`, which leaves no process behind."""

    def __init__(
        self,
        program: str,
        options: Sequence[str],
        text: str = "",
        directory: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Begin in `directory`, with `text` as standard input; `program` is a name, or the path of one.

        Raises:
            EngineUnavailableError: the program is not here, or it cannot be started.
        """
        self._program = program
        self._begun_at = time.monotonic()
        try:
            # A file, for a pipe takes 64 KB at once and somebody would have to stay and write the rest.
            with tempfile.TemporaryFile() as given:
                given.write(text.encode("utf-8"))
                given.seek(0)
                self._process = subprocess.Popen(
                    [*_command(program), *options],
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=make_environment() if environment is None else environment,
                    cwd=directory,
                )
        except OSError as error:
            why = f"cannot be started ({error.strerror}); {remedy(program)}"
            raise EngineUnavailableError(f"{program}: {why}") from error
        limit_cpu(self._process.pid, CPU_LIMIT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.__exit__(kind, error, trace)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_ended(self) -> bool:
        """Whether it is known to have ended."""
        return self._process.returncode is not None

    def answer(self) -> LinterAnswer:
        """Wait for the end, and return what it wrote.

        Raises:
            EngineUnavailableError: it took longer than `TIMEOUT_S` since it began, or it is not installed.
        """
        left_s = TIMEOUT_S - (time.monotonic() - self._begun_at)
        try:
            output, errors = self._process.communicate(timeout=max(left_s, _LAST_WAIT_S))
        except subprocess.TimeoutExpired as error:
            why = f"no answer within {TIMEOUT_S} s; its rules were not checked"
            raise EngineUnavailableError(f"{self._program}: {why}") from error
        told = errors.decode("utf-8", "replace")
        if not output and f"No module named {self._program}" in told:
            why = f"not installed, so its rules were not checked; {remedy(self._program)}"
            raise EngineUnavailableError(f"{self._program}: {why}")
        return LinterAnswer(self._process.returncode, output, told)


def make_environment(*more: str) -> dict[str, str]:
    """What a tool gets to know of ours; `more` are names beside those that every tool needs."""
    return {name: os.environ[name] for name in (*_PASSED_ON, *more) if name in os.environ} | _STACK


def remedy(program: str) -> str:
    """What helps where the program is missing or too old."""
    return f"install it with `pip install {program}`"


@functools.cache
def _command(program: str) -> tuple[str, ...]:
    """The program beside this interpreter; `python -m` would start an interpreter for every check."""
    beside = shutil.which(program, path=sysconfig.get_path("scripts"))
    return (beside,) if beside else (sys.executable, "-P", "-m", program)
