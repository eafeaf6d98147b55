"""From the spawn to the first answers, to the first generation, and from the end of input to the exit."""

from __future__ import annotations

from assistant.figures import Part
from assistant.session import LEGACY, MODERN
from assistant.subjects import Bench, Name, generate

STARTED: tuple[Name, ...] = ("hello", "ours")
"""Naive takes four times as long; its start is taken where its first generation is measured."""
MORE_STARTS = 2
"""They vary more than what runs in a process that is there."""
FIRST_REPETITIONS = 3
"""At most: a first generation of both servers takes eight seconds."""
TURN_S = 0.3
SUBJECTS: tuple[Name, ...] = ("ours", "naive")


async def measure_start(bench: Bench) -> Part:
    """Spawn to `initialize`, `server/discover` and `tools/list`."""
    part = Part("Start", ["Every sample is a process of its own. Ours has both children."])
    times: dict[tuple[str, Name], list[float]] = {}
    with_context7 = bench.context7_script is not None
    for _ in range(bench.repetitions + MORE_STARTS):
        for version, opened in ((LEGACY, "spawn to initialize"), (MODERN, "spawn to server/discover")):
            for name in STARTED:
                async with bench.session(name, with_context7=with_context7 and name != "hello") as session:
                    await session.open(version)
                    times.setdefault((opened, name), []).append(session.age_s * 1000)
                    await session.request("tools/list")
                    times.setdefault(("spawn to first tools/list", name), []).append(session.age_s * 1000)
    for (what, name), samples in times.items():
        part.add(what, name, "ms", samples)
    part.hold("spawn to initialize", "ours", "hello", 1.10)
    part.hold("spawn to server/discover", "ours", "hello", 1.10)
    return part


async def measure_first(bench: Bench) -> Part:
    """Spawn to the first finished generation, then the exit with children that are connected."""
    part = Part(
        "First generation",
        [
            "The request is sent as soon as `initialize` is answered; no libraries; both servers have both children.",
            "`stdin EOF to exit` is taken afterwards, with both children connected.",
        ],
    )
    times: dict[tuple[str, Name], list[float]] = {}
    with_context7 = bench.context7_script is not None
    for index in range(min(bench.repetitions, FIRST_REPETITIONS)):
        for turn_s in (0.0, TURN_S):
            await bench.loopback.set(turn_s=turn_s)
            for name in SUBJECTS:
                async with bench.session(name, with_context7=with_context7) as session:
                    await session.open()
                    times.setdefault(("spawn to initialize", name), []).append(session.age_s * 1000)
                    await generate(session, index)
                    what = f"spawn to first generation, {turn_s * 1000:.0f} ms a turn"
                    times.setdefault((what, name), []).append(session.age_s * 1000)
                    times.setdefault(("stdin EOF to exit", name), []).append(await session.end() * 1000)
        async with bench.session("hello") as session:
            await session.open()
            times.setdefault(("stdin EOF to exit", "hello"), []).append(await session.end() * 1000)
    for (what, name), samples in times.items():
        part.add(what, name, "ms", samples)
    for milliseconds in (0, 300):
        part.hold(f"spawn to first generation, {milliseconds} ms a turn", "ours", "naive", 0.75)
    part.hold("stdin EOF to exit", "ours", "naive", 1.0)
    return part
