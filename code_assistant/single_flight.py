"""Equal work asked for at once is done once; when the last who waits for it is cancelled, so is the work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Runs work by key."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[T]] = {}
        self._waiting: dict[str, int] = {}

    async def run(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do the work, or wait for the one who already does it. Raises what the work raises."""
        if key not in self._tasks:
            self._tasks[key] = asyncio.ensure_future(work())
            self._waiting[key] = 0
        task = self._tasks[key]
        self._waiting[key] += 1
        try:
            await asyncio.wait((task,))
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._tasks[key], self._waiting[key]
                task.cancel()  # does nothing to a task that has ended
        return task.result()
