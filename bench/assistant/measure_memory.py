"""Memory and processor time of the server process itself, idle and after many generations. Reads /proc: Linux only."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

from assistant.figures import Part, Target
from assistant.session import Session
from assistant.subjects import Bench, Name, generate, until_ready

IDLE: tuple[Name, ...] = ("hello", "ours", "naive")
SETTLE_S = 3.0
"""The standards server compiles its rules and the last imports end in this time."""
IDLE_CPU_S = 5.0
AT_ONCE = 8
MAX_GROWTH_MB = 5.0


async def measure_memory(bench: Bench) -> Part:
    """Resident memory idle, after 100, 200 and all generations, and processor time while idle."""
    generations = bench.generations
    first, second = generations // 20, generations // 10
    part = Part(
        "Memory and idle processor time",
        [
            "Resident memory of the server process itself, without its children (which are the same for both).",
            f"Growth is ours from generation {second} to {generations:,}, {AT_ONCE} at once, no latency.",
        ],
    )
    if sys.platform != "linux":
        part.notes.append("Left out: this platform has no /proc.")
        return part
    async with AsyncExitStack() as stack:
        await bench.loopback.set()
        sessions: dict[Name, Session] = {}
        for name in IDLE:
            sessions[name] = await stack.enter_async_context(bench.session(name))
            await sessions[name].open()
        await until_ready(sessions["ours"])
        await asyncio.sleep(SETTLE_S)
        for name, session in sessions.items():
            part.add("idle", name, "MB", [resident_mb(session)])
        await _idle_cpu(part, sessions)
        for name in IDLE[1:]:
            await _many(sessions[name], 0, first)
            part.add(f"after {first} generations", name, "MB", [resident_mb(sessions[name])])
        ours = sessions["ours"]
        await _many(ours, first, second)
        before = part.add(f"after {second} generations", "ours", "MB", [resident_mb(ours)])
        started = time.perf_counter()
        await _many(ours, second, generations)
        rate = (generations - second) / (time.perf_counter() - started)
        after = part.add(f"after {generations} generations", "ours", "MB", [resident_mb(ours)])
        part.add(f"generations without latency, {AT_ONCE} at once", "ours", "a second", [rate])
    part.hold("idle", "ours", "naive", 1.15)
    growth = after.median - before.median
    part.targets.append(Target(f"growth from {second} to {generations} generations", growth, MAX_GROWTH_MB, "MB"))
    return part


def resident_mb(session: Session) -> float:
    """The resident memory of a process in millions of bytes."""
    pages = int(Path(f"/proc/{session.process.pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _idle_cpu(part: Part, sessions: dict[Name, Session]) -> None:
    before = {name: _cpu_ms(session) for name, session in sessions.items()}
    await asyncio.sleep(IDLE_CPU_S)
    for name, session in sessions.items():
        part.add("processor time in a second of idling", name, "ms", [(_cpu_ms(session) - before[name]) / IDLE_CPU_S])


def _cpu_ms(session: Session) -> float:
    """Processor time of a process so far, in ms; the kernel counts in hundredths of a second."""
    fields = Path(f"/proc/{session.process.pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


async def _many(session: Session, first: int, end: int) -> None:
    numbers = iter(range(first, end))

    async def work() -> None:
        for number in numbers:
            await generate(session, number)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
