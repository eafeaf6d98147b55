"""One job per request: equal requests join it, a deadline lets callers go without losing it, a cancel ends it.

A result is kept until each caller that was told `pending` has collected it, and then handed out no more.

Generic over the result: nothing here knows what a generation is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from code_assistant.progress import Listener, Progress

KEEP_S = 600.0
"""A finished result waits this long for a caller who was told `pending`."""
MAX_KEPT = 32
START_APART_S = 0.04
"""Jobs that begin together stay together: all wait for the processor, then all for the model. A little apart they take
turns, which brings a fifth more of them through, and the status never waits behind all of them."""

T = TypeVar("T")
Work = Callable[[Progress], Awaitable[T]]


class PendingError(Exception):
    """The deadline passed before the job ended; the job goes on."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress.now)
        self.progress = progress


class Job(Generic[T]):
    """One running or finished piece of work."""

    def __init__(self, key: str, progress: Progress) -> None:
        self.key = key
        self.progress = progress
        self.waiting = 0
        """Callers that wait right now."""
        self.owed = 0
        """Callers that left with `pending` and will come back for the result."""
        self.ended_at: float | None = None
        self.task: asyncio.Task[T]


class Jobs(Generic[T]):
    """All jobs of one server."""

    def __init__(self, max_running: int, deadline_s: float) -> None:
        self.max_running = max_running
        self._deadline_s = deadline_s
        self._slots = asyncio.Semaphore(max_running)
        self._jobs: dict[str, Job[T]] = {}
        self._in_line: list[Job[T]] = []
        self._next_start = 0.0
        self.running = 0
        self.started = 0
        self.joined = 0

    @property
    def queued(self) -> int:
        """Jobs that wait for a slot."""
        return len(self._in_line)

    @property
    def kept(self) -> int:
        """Finished results that wait for their caller."""
        self._forget_old()
        return sum(job.ended_at is not None for job in self._jobs.values())

    async def run(self, key: str, work: Work[T], listener: Listener | None = None) -> T:
        """Run `work`, or join the job that already does, and return its result.

        Raises:
            PendingError: the deadline passed; the same call made again joins the job or collects its result.
            Exception: whatever the work raised.
        """
        self._forget_old()
        job = self._jobs.get(key)
        if job is None:
            job = self._start(key, work)
        else:
            self.joined += 1
            job.owed = max(0, job.owed - 1)  # whoever asks the same is taken for one who was told to come back
        job.waiting += 1
        telling = asyncio.create_task(job.progress.tell(listener)) if listener else None
        is_cancelled = True
        try:
            done, _ = await asyncio.wait((job.task,), timeout=self._deadline_s or None)
            is_cancelled = False
        finally:
            job.waiting -= 1
            if telling is not None:
                telling.cancel()
            if is_cancelled and not job.waiting and not job.owed:
                self._drop(job)
        if not done:
            job.owed += 1
            raise PendingError(job.progress)
        if not job.waiting and not job.owed:
            self._forget(job)
        return job.task.result()

    async def stop(self) -> None:
        """Cancel every job and wait for their ends."""
        tasks = [job.task for job in self._jobs.values()]
        for task in tasks:
            task.cancel()
        self._jobs.clear()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, key: str, work: Work[T]) -> Job[T]:
        job: Job[T] = Job(key, Progress())
        job.task = asyncio.create_task(self._work(job, work), name=f"job {key[:8]}")
        job.task.add_done_callback(lambda task: self._note_end(job, task))
        self._jobs[key] = job
        self.started += 1
        return job

    async def _work(self, job: Job[T], work: Work[T]) -> T:
        if self._slots.locked():
            self._in_line.append(job)
            job.progress.say(f"waiting in line: number {len(self._in_line)}, {self.max_running} at work")
        try:
            await self._slots.acquire()
        finally:
            with suppress(ValueError):
                self._in_line.remove(job)
        self.running += 1
        try:
            await self._keep_apart()
            return await work(job.progress)
        finally:
            self.running -= 1
            self._slots.release()

    async def _keep_apart(self) -> None:
        """Among others, wait until the one that began last has had `START_APART_S`."""
        now = time.monotonic()
        begin = max(now, self._next_start) if self.running > 1 else now
        self._next_start = begin + START_APART_S
        if begin > now:
            await asyncio.sleep(begin - now)

    def _note_end(self, job: Job[T], task: asyncio.Task[T]) -> None:
        job.ended_at = time.monotonic()
        if not task.cancelled():
            task.exception()  # looked at: an error that nobody collects is not a warning
        if not job.waiting and not job.owed:
            self._drop(job)
        self._forget_old()

    def _forget(self, job: Job[T]) -> None:
        """From now on the same request starts anew."""
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]

    def _drop(self, job: Job[T]) -> None:
        job.task.cancel()
        self._forget(job)

    def _forget_old(self) -> None:
        now = time.monotonic()
        ended = [job for job in self._jobs.values() if job.ended_at is not None and not job.waiting]
        ended.sort(key=lambda job: job.ended_at or 0.0)
        for index, job in enumerate(ended):
            if now - (job.ended_at or now) > KEEP_S or len(ended) - index > MAX_KEPT:
                self._forget(job)
