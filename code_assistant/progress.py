"""Progress of one job, told to everyone who waits for it.

Each listener sees its own number rise by one with each message, at least every `HEARTBEAT_S`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from mcp import MCPError

from code_assistant.children.waiting import is_set_within

if TYPE_CHECKING:
    from code_assistant.context import Context

logger = logging.getLogger(__name__)

HEARTBEAT_S = 8.0
"""Hosts that extend their time-out on progress want it every 10 s."""
_HISTORY = 50

Listener = Callable[[float, str], Awaitable[None]]


class Progress:
    """What a job has done so far, and what it is doing now."""

    def __init__(self) -> None:
        self.history: list[str] = []
        self.context: Context | None = None
        """What was gathered, as soon as it is: a pending answer shows it."""
        self._started = time.monotonic()
        self._changed = asyncio.Event()

    @property
    def seconds(self) -> float:
        """Since the job was asked for."""
        return time.monotonic() - self._started

    @property
    def now(self) -> str:
        """The latest message."""
        return self.history[-1] if self.history else "starting"

    def say(self, message: str) -> None:
        """Tell all listeners; never waits for them."""
        logger.info("%s", message)
        del self.history[: max(0, len(self.history) - _HISTORY)]
        self.history.append(message)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def tell(self, listener: Listener) -> None:
        """Pass every message on to one listener until cancelled; repeat the last while nothing happens."""
        number = 0.0
        sent: str | None = None
        while True:
            changed = self._changed
            message = self.now if self.now != sent else f"{self.now} ({self.seconds:.0f} s so far)"
            sent = self.now
            number += 1
            try:
                await listener(number, message)
            except MCPError as error:
                logger.debug("progress could not be sent: %s", error)
            await is_set_within(changed, HEARTBEAT_S)  # returns at once when something was said meanwhile
