"""Faults of internal servers: replies that cannot be read, kills, hangs, tokens that come back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import anyio

from fault_kinds.scene import BOUND_S, GOOD, STATUS, TOKEN, Json, Scene, Tally, python, require, stage
from tests.fakes import model_script as script

Fault = Callable[[Scene], Awaitable[None]]
REPLIES = ("surrogate", "bytes", "half", "half, id last", "half, no id", "nesting", "mark", "noise", "many", "right")
LISTS = ("same_cursor", "empty_cursor", "endless", "pages", "no_type", "no_schema", "mark")
_CALLED_S = 18.0
"""An unreadable answer fails at once; a call that nobody answers takes 20 s."""
_SIDE_BY_SIDE = 2
"""Servers that a kind has injected into; each waits most of its time."""


async def statuses(scene: Scene) -> dict[str, Json]:
    status = await scene.server.call(STATUS)
    return {child["name"]: child for child in status["structuredContent"]["children"]}


async def comes_to(scene: Scene, name: str, *states: str) -> Json:
    """Ask for the status until it says this of the internal server."""
    with anyio.fail_after(60):
        while (child := (await statuses(scene))[name])["state"] not in states:  # noqa: ASYNC110 - only the status tells
            await anyio.sleep(0.05)
    return child


async def inject_replies(tally: Tally, folder: Path, scale: float) -> None:
    """Lines of a child that are no JSON-RPC, or carry what they should not."""
    odd = python("odd_replies.py", "right", env={"ODD_TOKEN": TOKEN})
    faults: Iterator[tuple[str, Fault]] = iter(
        [(how, partial(_reply, how=how)) for how in islice(cycle(REPLIES), round(180 * scale))]
        + [("token echoed", _echo)] * round(20 * scale)
    )

    async def work(place: Path) -> None:
        async with stage(place, {"odd": odd}) as scene:
            await comes_to(scene, "odd", "ready")
            for what, inject in faults:
                await tally.count(what, inject(scene))

    await _side_by_side(folder, work)


async def _side_by_side(folder: Path, work: Callable[[Path], Awaitable[None]]) -> None:
    places = [folder / str(number) for number in range(_SIDE_BY_SIDE)]
    for place in places:
        place.mkdir()
    await asyncio.gather(*map(work, places))


async def _reply(scene: Scene, how: str) -> None:
    is_lost = how.startswith("half") or how == "nesting"
    with anyio.fail_after(_CALLED_S if is_lost else BOUND_S):
        result, turns = await scene.ask(script.call("say", how=how), GOOD)
    require(not result.get("isError"), "an unreadable reply cost the answer")
    said = turns[-1].tool_outputs[0]
    require(("no valid JSON-RPC" in said) == is_lost, f"the model was told: {said[:200]}")
    await scene.holds()


async def _echo(scene: Scene) -> None:
    result, turns = await scene.ask(script.call("say", how=f"here is {TOKEN}"), GOOD)
    require(not result.get("isError"), "no answer")
    require(TOKEN not in turns[-1].tool_outputs[0], "the model was told a token")


async def inject_lists(tally: Tally, folder: Path, scale: float) -> None:
    """Lists of tools with one thing wrong in them: what is right stays usable."""
    for _ in range(max(1, round(2 * scale))):
        servers = {mode: python("odd_replies.py", mode) for mode in LISTS}
        async with stage(folder, servers) as scene:
            for mode in LISTS:
                await tally.count(mode, _list(scene, mode))


async def _list(scene: Scene, mode: str) -> None:
    child = await comes_to(scene, mode, "ready", "failed")
    require(child["state"] == "ready" and child["tools"], f"{mode}: {child['last_error']}")
    require(bool(child["notes"]) == (mode not in ("pages", "mark")), f"{mode}: notes {child['notes']}")
    await scene.holds()


async def inject_kills(tally: Tally, folder: Path, scale: float) -> None:
    """Kills and stops of internal servers between requests; few at each server, whose pauses grow."""
    servers = {"well": python("healthy.py"), "hangs": python("hangs.py", timeout_s=0.5, tools=["hang", "block"])}
    plan = [(name, signal.SIGKILL) for name in ("standards", "well", "hangs")] + [("well", signal.SIGTERM)]
    rounds = iter(range(max(1, round(15 * scale))))

    async def work(place: Path) -> None:
        for _ in rounds:
            async with stage(place, servers) as scene:
                for name, number in plan:
                    await tally.count(f"{name} {number.name}", _kill(scene, name, number))
                for tool in ("hang", "block"):
                    await tally.count(f"child {tool}s", _hang(scene, tool))

    await _side_by_side(folder, work)


async def _kill(scene: Scene, name: str, number: signal.Signals) -> None:
    child = await comes_to(scene, name, "ready")
    os.kill(child["pid"], number)
    await scene.holds()
    await comes_to(scene, name, "ready")


async def _hang(scene: Scene, tool: str) -> None:
    await comes_to(scene, "hangs", "ready")
    result, turns = await scene.ask(script.call(tool), GOOD)
    require(not result.get("isError"), "a child that hangs cost the answer")
    require("no answer within 0.5 s" in turns[-1].tool_outputs[0], turns[-1].tool_outputs[0][:200])
    await scene.holds()
