"""Progress on a terminal: one live line with the elapsed time; plain lines where there is no terminal."""

from __future__ import annotations

import time
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from code_assistant.text.plain import show_controls


class Live:
    """Shows the progress messages of one call. Use it as a context manager."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream)
        self._started = time.monotonic()
        self._progress: Progress | None = None
        self._last = ""

    def __enter__(self) -> Live:
        if self._console.is_terminal:
            columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
            self._progress = Progress(*columns, console=self._console, transient=True)
            self._progress.add_task("starting the server")
            self._progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    async def report(self, progress: float, total: float | None, message: str | None) -> None:
        """Show one message; the shape is that of the MCP client's progress callback."""
        text = show_controls(message or "")
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], description=escape(text))
        elif text != self._last:
            self._console.print(f"{time.monotonic() - self._started:6.1f} s  {escape(text)}", soft_wrap=True)
        self._last = text
