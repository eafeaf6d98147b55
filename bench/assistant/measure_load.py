"""Many requests at once: different ones, equal ones, and the status meanwhile."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

from assistant.figures import Part, Target, percentile
from assistant.session import Session
from assistant.subjects import STATUS, Bench, generate, until_ready

TURN_S = 0.3
JOBS = 8
"""The default of CODE_ASSISTANT_MAX_JOBS."""
COUNTS = (1, 8, 32, 100)
EQUAL = 50
STATUS_EVERY_S = 0.02
MAX_STATUS_P99_MS = 100.0
MIN_SHARE_OF_LIMIT = 0.75


async def measure_load(bench: Bench) -> Part:
    """1, 8, 32 and 100 different requests, 50 equal ones, and `get_server_status` while 32 and 100 run."""
    part = Part(
        f"Many at once, {TURN_S * 1000:.0f} ms a turn, no libraries",
        [
            f"Ours runs {JOBS} generations at once (`CODE_ASSISTANT_MAX_JOBS`), so its limit is {JOBS / TURN_S:.1f} a "
            "second; naive has no limit. An error would end the run: none came.",
            f"The status is asked for every {STATUS_EVERY_S * 1000:.0f} ms while the requests run.",
        ],
    )
    async with AsyncExitStack() as stack:
        ours = await stack.enter_async_context(bench.session("ours"))
        naive = await stack.enter_async_context(bench.session("naive"))
        await bench.loopback.set(turn_s=TURN_S)
        await ours.open()
        await naive.open()
        await until_ready(ours)
        await asyncio.gather(generate(ours, -1), generate(naive, -1))
        for count in COUNTS:
            await _different(part, ours, naive, count, bench.repetitions if count < 100 else min(bench.repetitions, 2))
        await _equal(part, bench, ours)
    return part


async def _different(part: Part, ours: Session, naive: Session, count: int, repetitions: int) -> None:
    rates: dict[str, list[float]] = {"ours": [], "naive": []}
    status_ms: list[float] = []
    for repetition in range(repetitions):
        first = (repetition + 1) * 1000 + count
        asking = asyncio.create_task(_ask_status(ours, status_ms))
        rates["ours"].append(count / await _run(ours, first, count))
        asking.cancel()
        rates["naive"].append(count / await _run(naive, first, count))
    for subject, samples in rates.items():
        part.add(f"{count} different requests", subject, "a second", samples)
    if count == COUNTS[-1]:
        share = part.of(f"{count} different requests", "ours").median / (JOBS / TURN_S)
        part.targets.append(
            Target(
                f"{count} requests: throughput / ({JOBS} jobs / turn time)", share, MIN_SHARE_OF_LIMIT, at_least=True
            )
        )
    if count in COUNTS[-2:]:
        part.add(f"get_server_status, {count} running, p50", "ours", "ms", [percentile(status_ms, 0.5)])
        p99 = percentile(status_ms, 0.99)
        part.add(f"get_server_status, {count} running, p99", "ours", "ms", [p99])
        part.targets.append(Target(f"get_server_status, {count} running, p99", p99, MAX_STATUS_P99_MS, "ms"))


async def _run(session: Session, first: int, count: int) -> float:
    started = time.perf_counter()
    await asyncio.gather(*(generate(session, first + index) for index in range(count)))
    return time.perf_counter() - started


async def _ask_status(session: Session, milliseconds: list[float]) -> None:
    while True:
        started = time.perf_counter()
        await session.call(STATUS)
        milliseconds.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(STATUS_EVERY_S)


async def _equal(part: Part, bench: Bench, ours: Session) -> None:
    await bench.loopback.set(turn_s=TURN_S)
    started = time.perf_counter()
    await asyncio.gather(*(generate(ours, -2) for _ in range(EQUAL)))
    part.add(f"{EQUAL} equal requests, until all are answered", "ours", "ms", [(time.perf_counter() - started) * 1000])
    turns = len((await bench.loopback.record())["turns"])
    part.add(f"{EQUAL} equal requests, model turns", "ours", "", [turns])
    part.targets.append(Target(f"{EQUAL} equal requests: model turns", turns, 1, ""))
