"""Ruff as a process that works while this one does something else.

Its one rule: it never waits in a thread. One that did would stand in line for the interpreter's lock behind native
code that holds it for milliseconds at a time; that made a check of Python take twice as long.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from coding_standards.engines.run import EngineUnavailableError

TIMEOUT_S = 2.5
"""Ruff takes 10 ms for code, but 12 s for 200,000 backticks, and a caller waits five seconds at most."""
_LAST_WAIT_S = 0.2
"""What is waited for at the end even if the time is up: a process that has ended still has to be read."""
_CPU_LIMIT_S = 4
"""Where this process is killed, nobody is left to end ruff; on Linux the kernel does it."""

# What a child needs to start at all, and above all not the keys that are in our environment.
_PASSED_ON = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
REMEDY = "install it with `pip install ruff`"
_IS_QUOTED = re.compile(r"\s*\d*\s*\|")
_IS_HEADING = re.compile(r"ruff failed|\s*Cause: Failed to (?:load|parse) ")


class RefusedConfigError(EngineUnavailableError):
    """A configuration that ruff does not take."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"ruff: refuses {name}; correct that file: {reason}")
        self.reason = reason


class RuffProcess:
    """One run of ruff, begun when it is made. Use it in a `with`, which leaves no process behind."""

    def __init__(self, options: Sequence[str], text: str, config: Path | None = None) -> None:
        """Begin with `text` as standard input.

        Raises:
            EngineUnavailableError: there is no ruff here, or it cannot be started.
        """
        self._config = config
        self._begun_at = time.monotonic()
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        try:
            # A file, for a pipe takes 64 KB at once and somebody would have to stay and write the rest.
            with tempfile.TemporaryFile() as given:
                given.write(text.encode("utf-8"))
                given.seek(0)
                self._process = subprocess.Popen(
                    [*_command(), *options],
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=environment,
                    cwd=config.parent if config else None,
                )
        except OSError as error:
            raise EngineUnavailableError(f"ruff: cannot be started ({error.strerror}); {REMEDY}") from error
        _limit(self._process.pid)

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

    def output(self) -> bytes:
        """Wait for the end, and return what it wrote to standard output.

        Raises:
            EngineUnavailableError: it took longer than `TIMEOUT_S` since it began, or it failed.
        """
        left_s = TIMEOUT_S - (time.monotonic() - self._begun_at)
        try:
            output, errors = self._process.communicate(timeout=max(left_s, _LAST_WAIT_S))
        except subprocess.TimeoutExpired as error:
            raise EngineUnavailableError(f"ruff: no answer within {TIMEOUT_S} s; its rules were not checked") from error
        if self._process.returncode not in (0, 1):
            raise _failure(errors.decode("utf-8", "replace"), self._config)
        return output


def _limit(pid: int) -> None:
    if sys.platform == "linux":
        import resource  # not there on Windows

        try:
            resource.prlimit(pid, resource.RLIMIT_CPU, (_CPU_LIMIT_S, _CPU_LIMIT_S))
        except OSError:
            return  # it has ended already, or a sandbox forbids it


def _failure(stderr: str, config: Path | None) -> EngineUnavailableError:
    if "No module named" in stderr:
        return EngineUnavailableError(f"ruff: not installed, so its rules were not checked; {REMEDY}")
    # The lines that ruff quotes may be those of any file that a configuration names.
    told = [line for line in stderr.splitlines() if not _IS_QUOTED.match(line) and not _IS_HEADING.match(line)]
    reason = " ".join(" ".join(told).replace("Cause: ", "").split())[:300]
    if config is None:
        return EngineUnavailableError(f"ruff: failed: {reason}")
    return RefusedConfigError(config.name, reason)


@functools.cache
def _command() -> tuple[str, ...]:
    """The program beside this interpreter; `python -m ruff` would start an interpreter for every check."""
    beside = shutil.which("ruff", path=sysconfig.get_path("scripts"))
    return (beside,) if beside else (sys.executable, "-m", "ruff")
