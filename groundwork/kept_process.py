"""A process that stays and is asked over its pipes, by one thread at a time.

Its one rule: every wait has an end. A process that gives no answer in time is ended, and with it the wait. Its input
ends when this process does, killed or not, and then it ends, too.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


class KeptProcess:
    """Started when it is made; what it says to people is dropped."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None) -> None:
        """Start it in a folder.

        Raises:
            OSError: it cannot be started.
        """
        self._process = process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        self.given, self.told = process.stdin, process.stdout

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_ended(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """What is asked inside ends within some seconds, by the end of the process if need be."""
        timer = threading.Timer(max(0.0, seconds), self._stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """End it and leave nothing open."""
        self._stop()
        self.told.close()
        with suppress(OSError):  # what was written last may still be in its buffer
            self.given.close()
