"""What `check_code` costs in each language, against a call of a tool that does nothing."""

from __future__ import annotations

import sys
import time
from contextlib import AsyncExitStack

from assistant.figures import Part
from assistant.samples import SAMPLES
from assistant.session import Session
from assistant.subjects import ROOT, Bench

CALLS_A_REPETITION = 5
WARM_UP = 2


async def measure_checks(bench: Bench) -> Part:
    """Warm calls of `check_code` with a short file of each language."""
    part = Part(
        "`check_code` by language",
        [
            f"A file of {min(map(len, SAMPLES.values()))} to {max(map(len, SAMPLES.values()))} characters, warm, over "
            "MCP, every language in turn. `python bench/check_speed.py` measures files of 10 KB and first calls.",
        ],
    )
    samples: dict[str, list[float]] = {}
    async with AsyncExitStack() as stack:
        hello = await stack.enter_async_context(bench.session("hello"))
        command = [sys.executable, str(ROOT / "standards-server.py")]
        standards = await stack.enter_async_context(Session(command, bench.environment()))
        await hello.open()
        await standards.open()
        for index in range(bench.repetitions * CALLS_A_REPETITION + WARM_UP):
            calls = [("a tool that does nothing", await _timed(hello, "hello"))]
            for language, code in SAMPLES.items():
                calls.append((language, await _timed(standards, "check_code", code=code, language=language)))
            if index >= WARM_UP:
                for what, milliseconds in calls:
                    samples.setdefault(what, []).append(milliseconds)
    for what, values in samples.items():
        part.add(what, "hello" if what not in SAMPLES else "standards", "ms", values)
    return part


async def _timed(session: Session, tool: str, **arguments: str) -> float:
    started = time.perf_counter()
    await session.call(tool, **arguments)
    return (time.perf_counter() - started) * 1000
