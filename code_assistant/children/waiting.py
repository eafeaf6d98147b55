"""Waiting for events within bounds.

The rule: what is started here to wait is ended here, whoever cancels.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


class InterruptedWaitError(Exception):
    """The event was set, or the time was over, before the work was done."""


async def is_set_within(event: asyncio.Event, timeout_s: float) -> bool:
    """Wait for the event, but no longer than this."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), timeout_s)
    return event.is_set()


async def unless(*events: asyncio.Event, work: Awaitable[T], timeout_s: float | None = None) -> T:
    """Do the work unless one of the events is set first or the time is over.

    The work is not cancelled here: who gets the error has something to end first, and then cancels it with `abandon`.

    Raises:
        InterruptedWaitError: it was not done; `args[0]` is the task that still works on it.
    """
    task = asyncio.ensure_future(work)
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait((task, *waits), timeout=timeout_s, return_when="FIRST_COMPLETED")
        if not task.done():
            raise InterruptedWaitError(task)
        return task.result()
    except asyncio.CancelledError:
        await abandon(task)
        raise
    finally:
        for wait in waits:
            wait.cancel()


async def abandon(task: asyncio.Future[T]) -> None:
    """Cancel a task and wait for its end, however it ends."""
    task.cancel()
    with suppress(BaseException):
        await task
