"""Jobs: joined, bounded, collected once, cancelled. Events decide the order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import anyio
import pytest

from code_assistant import jobs as jobs_module
from code_assistant.jobs import Jobs, PendingError
from code_assistant.progress import Progress

NO_DEADLINE = 0.0
AT_ONCE = 0.01
WAIT_S = 30


class Gate:
    """Work that ends when told to, and counts how often it was begun and cancelled."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.begun = asyncio.Event()
        self.starts = 0
        self.cancelled = asyncio.Event()

    async def __call__(self, progress: Progress) -> int:
        self.starts += 1
        self.begun.set()
        progress.say("at work")
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return self.starts


def failing(error: Exception) -> Callable[[Progress], Awaitable[int]]:
    async def work(progress: Progress) -> int:
        raise error

    return work


async def test_fifty_equal_calls_cost_one_run() -> None:
    jobs: Jobs[int] = Jobs(8, NO_DEADLINE)
    gate = Gate()
    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(jobs.run("a", gate)) for _ in range(50)]
        await gate.begun.wait()
        gate.open.set()
    assert [call.result() for call in calls] == [1] * 50
    assert jobs.started == 1
    assert jobs.joined == 49


async def test_a_result_is_handed_out_once() -> None:
    jobs: Jobs[int] = Jobs(8, AT_ONCE)
    gate = Gate()
    with pytest.raises(PendingError) as pending:
        await jobs.run("a", gate)
    assert pending.value.progress.now == "at work"
    gate.open.set()
    assert await jobs.run("a", gate) == 1
    assert await jobs.run("a", gate) == 2  # a new run


async def test_a_finished_result_waits_for_the_caller_who_was_told_pending() -> None:
    jobs: Jobs[int] = Jobs(8, AT_ONCE)
    gate = Gate()
    with pytest.raises(PendingError):
        await jobs.run("a", gate)
    gate.open.set()
    with anyio.fail_after(WAIT_S):
        while not jobs.kept:
            await anyio.lowlevel.checkpoint()
    assert await jobs.run("a", gate) == 1
    assert jobs.kept == 0


async def test_an_error_is_collected_like_a_result() -> None:
    jobs: Jobs[int] = Jobs(8, NO_DEADLINE)
    with pytest.raises(KeyError):
        await jobs.run("a", failing(KeyError("gone")))
    assert jobs.running == 0


async def test_the_last_caller_to_cancel_ends_the_job() -> None:
    jobs: Jobs[int] = Jobs(8, NO_DEADLINE)
    gate = Gate()
    first = asyncio.create_task(jobs.run("a", gate))
    second = asyncio.create_task(jobs.run("a", gate))
    await gate.begun.wait()
    await anyio.lowlevel.checkpoint()
    first.cancel()
    await asyncio.wait((first,))
    assert not gate.cancelled.is_set()
    second.cancel()
    with anyio.fail_after(WAIT_S):
        await gate.cancelled.wait()
    await asyncio.wait((second,))
    assert jobs.running == 0


async def test_more_jobs_than_slots_wait_in_line_and_say_so() -> None:
    jobs: Jobs[int] = Jobs(2, NO_DEADLINE)
    gate = Gate()
    heard: list[str] = []

    async def listen(_number: float, message: str) -> None:
        heard.append(message)

    async with asyncio.TaskGroup() as group:
        for key in "abc":
            group.create_task(jobs.run(key, gate, listen))
        with anyio.fail_after(WAIT_S):
            while jobs.queued != 1 or not any("waiting in line" in message for message in heard):
                await anyio.lowlevel.checkpoint()
        assert jobs.running == 2
        gate.open.set()
    assert gate.starts == 3
    assert jobs.queued == 0


async def test_progress_rises_by_one_for_each_listener() -> None:
    jobs: Jobs[int] = Jobs(2, NO_DEADLINE)
    gate = Gate()
    numbers: list[float] = []

    async def listen(number: float, _message: str) -> None:
        numbers.append(number)
        if number == 3:
            gate.open.set()

    async def work(progress: Progress) -> int:
        for step in range(3):
            progress.say(f"step {step}")
            await anyio.lowlevel.checkpoint()
            while len(numbers) <= step:
                await anyio.lowlevel.checkpoint()
        return await gate(progress)

    with anyio.fail_after(WAIT_S):
        await jobs.run("a", work, listen)
    assert numbers == sorted(set(numbers))


async def test_stopping_cancels_everything() -> None:
    jobs: Jobs[int] = Jobs(2, AT_ONCE)
    gate = Gate()
    with pytest.raises(PendingError):
        await jobs.run("a", gate)
    await jobs.stop()
    assert gate.cancelled.is_set()
    assert jobs.running == 0


async def test_only_so_many_uncollected_results_are_kept() -> None:
    jobs: Jobs[int] = Jobs(64, AT_ONCE)
    gate = Gate()
    for key in range(jobs_module.MAX_KEPT + 5):
        with pytest.raises(PendingError):
            await jobs.run(str(key), gate)
    tasks = [job.task for job in jobs._jobs.values()]
    gate.open.set()
    with anyio.fail_after(WAIT_S):
        await asyncio.wait(tasks)
    assert jobs.kept == jobs_module.MAX_KEPT


async def test_all_who_were_told_pending_collect_the_one_result() -> None:
    jobs: Jobs[int] = Jobs(8, AT_ONCE)
    gate = Gate()
    told = await asyncio.gather(*(jobs.run("a", gate) for _ in range(50)), return_exceptions=True)
    assert all(isinstance(error, PendingError) for error in told)
    gate.open.set()
    with anyio.fail_after(WAIT_S):
        while not jobs.kept:
            await anyio.lowlevel.checkpoint()
    assert [await jobs.run("a", gate) for _ in range(50)] == [1] * 50
    assert jobs.kept == 0
    assert await jobs.run("a", gate) == 2


async def test_one_who_comes_back_and_cancels_does_not_end_it_for_the_others() -> None:
    jobs: Jobs[int] = Jobs(8, AT_ONCE)
    gate = Gate()
    await asyncio.gather(jobs.run("a", gate), jobs.run("a", gate), return_exceptions=True)
    again = asyncio.create_task(jobs.run("a", gate))
    await anyio.lowlevel.checkpoint()
    again.cancel()
    await asyncio.gather(again, return_exceptions=True)
    assert not gate.cancelled.is_set()
    gate.open.set()
    assert await jobs.run("a", gate) == 1


async def test_jobs_that_are_asked_for_together_begin_apart() -> None:
    jobs: Jobs[int] = Jobs(4, NO_DEADLINE)

    all_began = asyncio.Event()
    began: list[float] = []

    async def begin(_: Progress) -> int:
        began.append(time.monotonic())
        if len(began) == 4:
            all_began.set()
        await all_began.wait()
        return 0

    with anyio.fail_after(WAIT_S):
        await asyncio.gather(*(jobs.run(str(number), begin) for number in range(4)))
    assert began[-1] - began[0] >= 2 * jobs_module.START_APART_S
