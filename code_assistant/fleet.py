"""The fleet: all children of one orchestrator, started together and ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from code_assistant.children import Child

GRACE_S = 1.0
"""For a child to end by itself at our exit; then it is killed, since hosts wait about 3 s for us."""


class Fleet:
    """All children of one orchestrator."""

    def __init__(self, children: Iterable[Child]) -> None:
        self.children = {child.name: child for child in children}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start every supervising task and return at once."""
        self._tasks = [asyncio.create_task(c.supervise(), name=f"child {c.name}") for c in self.children.values()]

    async def stop(self) -> None:
        """End every child: politely for `GRACE_S`, then by force. Never longer than about two seconds."""
        for child in self.children.values():
            child.stop()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=GRACE_S)
        if late:
            for child in self.children.values():
                child.kill()
            await asyncio.wait(late, timeout=GRACE_S)
