"""Ruff as a process: the configuration that it is given, and what it says against it.

Its one rule: a configuration that ruff refuses is told with its name and reason, and with no line of any file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from coding_standards.engines.process import LinterProcess, remedy
from coding_standards.engines.run import EngineUnavailableError

REMEDY = remedy("ruff")
_IS_QUOTED = re.compile(r"\s*\d*\s*\|")
_IS_HEADING = re.compile(r"ruff failed|\s*Cause: Failed to (?:load|parse) ")


class RefusedConfigError(EngineUnavailableError):
    """A configuration that ruff does not take."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"ruff: refuses {name}; correct that file: {reason}")
        self.reason = reason


class RuffProcess(LinterProcess):
    """One run of ruff, begun when it is made. Use it in a `with`, which leaves no process behind."""

    def __init__(self, options: Sequence[str], text: str, config: Path | None = None) -> None:
        """Begin with `text` as standard input.

        Raises:
            EngineUnavailableError: there is no ruff here, or it cannot be started.
        """
        self._config = config
        super().__init__("ruff", options, text, config.parent if config else None)

    def output(self) -> bytes:
        """Wait for the end, and return what it wrote to standard output.

        Raises:
            EngineUnavailableError: it took too long, or it failed.
        """
        answer = self.answer()
        if answer.code not in (0, 1):
            raise _failure(answer.errors, self._config)
        return answer.output


def _failure(stderr: str, config: Path | None) -> EngineUnavailableError:
    # The lines that ruff quotes may be those of any file that a configuration names.
    told = [line for line in stderr.splitlines() if not _IS_QUOTED.match(line) and not _IS_HEADING.match(line)]
    reason = " ".join(" ".join(told).replace("Cause: ", "").split())[:300]
    if config is None:
        return EngineUnavailableError(f"ruff: failed: {reason}")
    return RefusedConfigError(config.name, reason)
