"""What one generation costs beyond the model's own time, and what the whole request costs with three libraries."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from dataclasses import dataclass

from assistant.figures import Part
from assistant.session import Session
from assistant.subjects import LIBRARIES, Bench, Name, generate, until_ready

WARM_UP = 3
SAMPLES_A_REPETITION = 4
LIBRARY_REPETITIONS = 3
"""At most: they take five seconds each and differ by a few per cent."""
TURN_S, DOCS_S = 0.3, 0.2


@dataclass(frozen=True)
class Cost:
    """One generation, as seen by the host and by the model."""

    wall_ms: float
    model_ms: float
    turns: int
    tool_calls: int
    tokens: int

    @property
    def overhead_ms(self) -> float:
        """What is left of the time when the model's own is taken away."""
        return self.wall_ms - self.model_ms


async def cost_of(bench: Bench, session: Session, number: int, libraries: tuple[str, ...]) -> Cost:
    """Run one generation alone and return what it cost; the latencies stay as they are set."""
    before = len((await bench.loopback.record())["turns"])
    started = time.perf_counter()
    await generate(session, number, libraries)
    wall_ms = (time.perf_counter() - started) * 1000
    turns = (await bench.loopback.record())["turns"][before:]
    return Cost(
        wall_ms,
        sum(turn["seconds"] for turn in turns) * 1000,
        len(turns),
        int(max((turn["tools"] for turn in turns), default=0)),
        int(sum(turn["tokens"] for turn in turns)),
    )


async def measure_overhead(bench: Bench) -> Part:
    """Warm generations, with 0 and 3 libraries, cold and cached."""
    part = Part(
        "Overhead of a warm generation",
        [
            "Wall time as the host sees it, less the time the model took (0 ms of latency; the documentation answers "
            "at once). Ours also checks the code, repairs it and returns data; naive returns the model's text.",
            "Cold: the documentation cache is emptied before. Cached: the same libraries and task as before.",
        ],
    )
    samples: dict[tuple[str, Name], list[float]] = {}
    async with AsyncExitStack() as stack:
        ours, naive = await _both(bench, stack)
        await bench.loopback.set()
        for index in range(bench.repetitions * SAMPLES_A_REPETITION + WARM_UP):
            cases: list[tuple[str, Name, Session, tuple[str, ...], bool]] = [
                ("no libraries", "naive", naive, (), False),
                ("no libraries", "ours", ours, (), False),
            ]
            if bench.context7_script:
                cases += [
                    ("3 libraries", "naive", naive, LIBRARIES, False),
                    ("3 libraries, cold", "ours", ours, LIBRARIES, True),
                    ("3 libraries, cached", "ours", ours, LIBRARIES, False),
                ]
            for what, name, session, libraries, is_cold in cases:
                if is_cold:
                    bench.cache.clear()
                cost = await cost_of(bench, session, index, libraries)
                if index >= WARM_UP:
                    samples.setdefault((what, name), []).append(cost.overhead_ms)
    for (what, name), values in samples.items():
        part.add(what, name, "ms", values)
    part.hold("no libraries", "ours", "naive", 1.5)
    if bench.context7_script:
        part.hold("3 libraries, cached", "ours", "naive", 0.5, base_what="3 libraries")
    return part


async def measure_libraries(bench: Bench) -> Part:
    """The whole request with three libraries: wall time, model turns, tool calls and input tokens."""
    part = Part(
        f"3 libraries, {TURN_S * 1000:.0f} ms a turn, {DOCS_S * 1000:.0f} ms a documentation call",
        ["Tokens: all that is sent to the model, tool schemas and the answer's schema included, at 4 characters each."],
    )
    if not bench.context7_script:
        part.notes.append("Left out: Context7 is not installed (`python -m tests.support.external` installs it).")
        return part
    costs: dict[tuple[str, Name], list[Cost]] = {}
    async with AsyncExitStack() as stack:
        ours, naive = await _both(bench, stack)
        await bench.loopback.set(turn_s=TURN_S, docs_s=DOCS_S)
        for index in range(min(bench.repetitions, LIBRARY_REPETITIONS)):
            costs.setdefault(("not cached", "naive"), []).append(await cost_of(bench, naive, index, LIBRARIES))
            bench.cache.clear()
            costs.setdefault(("not cached", "ours"), []).append(await cost_of(bench, ours, index, LIBRARIES))
            costs.setdefault(("cached", "ours"), []).append(await cost_of(bench, ours, index, LIBRARIES))
    for (what, name), found in costs.items():
        part.add(f"wall time, {what}", name, "ms", [cost.wall_ms for cost in found])
        part.add(f"model turns, {what}", name, "", [cost.turns for cost in found])
        part.add(f"tool calls of the model, {what}", name, "", [cost.tool_calls for cost in found])
        part.add(f"input tokens, {what}", name, "", [cost.tokens for cost in found])
    part.hold("wall time, not cached", "ours", "naive", 0.30)
    part.hold("wall time, cached", "ours", "naive", 0.15, base_what="wall time, not cached")
    part.hold("input tokens, not cached", "ours", "naive", 0.6)
    return part


async def _both(bench: Bench, stack: AsyncExitStack) -> tuple[Session, Session]:
    """Both servers, with both children ready and one generation behind them."""
    with_context7 = bench.context7_script is not None
    await bench.loopback.set()
    sessions = []
    for name in ("ours", "naive"):
        session = await stack.enter_async_context(bench.session(name, with_context7=with_context7))
        await session.open()
        sessions.append(session)
    await until_ready(sessions[0])
    for session in sessions:
        await generate(session, -1)
    return sessions[0], sessions[1]
