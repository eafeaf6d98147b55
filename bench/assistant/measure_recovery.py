"""How long it takes until everything is ready again after a child was killed, and after the start."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Any

from assistant.figures import Part
from assistant.session import Session
from assistant.subjects import STATUS, Bench, children_of, generate, until_ready

LOOK_AGAIN_S = 0.01
KILLS = 3
"""At most: each kill within a minute doubles the pause before the next start."""


async def measure_recovery(bench: Bench) -> Part:
    """Kill the standards server, wait until the status says ready, and generate."""
    part = Part(
        "After a kill of the standards server",
        [
            "Naive never recovers: its connection stays dead until the host restarts it.",
            "The pause before a new start is 0.5 s and doubles with each kill within a minute.",
        ],
    )
    ready: list[float] = []
    answered: list[float] = []
    started_ms: list[float] = []
    await bench.loopback.set()
    async with bench.session("ours") as session:
        await session.open()
        await until_ready(session)
        started_ms.append(session.age_s * 1000)
        for index in range(min(bench.repetitions, KILLS)):
            pid = (await _standards(session))["pid"]
            started = time.perf_counter()
            os.kill(pid, signal.SIGKILL)
            await _until_replaced(session, pid)
            ready.append((time.perf_counter() - started) * 1000)
            await generate(session, index)
            answered.append((time.perf_counter() - started) * 1000)
    part.add("spawn to children ready", "ours", "ms", started_ms)
    part.add("kill to ready", "ours", "ms", ready)
    part.add("kill to the next finished generation", "ours", "ms", answered)
    return part


async def _standards(session: Session) -> dict[str, Any]:
    status = (await session.call(STATUS))["structuredContent"]
    return next(child for child in children_of(status) if child["name"] == "standards")


async def _until_replaced(session: Session, pid: int) -> None:
    while True:
        child = await _standards(session)
        if child["state"] == "ready" and child["pid"] != pid:
            return
        await asyncio.sleep(LOOK_AGAIN_S)
