"""Faults of a model server and of a model's answer, over both wires."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path

from code_assistant.project.paths import is_outside
from fault_kinds.scene import CODE, GOOD, Scene, Tally, require, stage
from tests.code_assistant.model.test_reply import GIVEN_UP, NO_ANSWERS, REFUSALS
from tests.code_assistant.project.test_paths import ODD, OUTSIDE, RUNS
from tests.fakes import model_script as script
from tests.fakes.model_script import Turn

WIRES = ("responses", "chat")
_AT_ONCE = 4
_BODY = '{"error": {"message": "slow down"}}'

STATUSES = {
    **{
        str(status): script.fail(status) for status in (400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503)
    },
    "429, late": script.fail(429, retry_after_s=3600),
    **{f"wait {told}": script.reply(_BODY, status=429, Retry_After=told) for told in ("-5", "inf", "nan", "soon")},
    "redirect": script.reply(status=307, Location="http://127.0.0.1:9/v1/x"),
    "redirect to a page": script.reply(status=302, Location="/login"),
}
TRANSPORT = {
    "hanging": script.hang(CODE),
    "cut": script.cut(CODE),
    "malformed": script.malformed(),
    "ended early": script.end_early(),
    "empty": script.empty(),
}
ANSWERS = {
    "unknown tool": (script.call("no_such_tool", a=1), GOOD),
    "tool arguments": (Turn(calls=(script.ToolCall("get_standards", '{"language": '),)), GOOD),
    "half a character": (script.answer({"files": [{"path": "a.py", "content": CODE + "# \ud800\n"}]}),),
    "prose": (script.say("I would rather talk about it."),),
    "huge": (script.huge(300_000),),
    "cut JSON": (script.say(json.dumps({"files": [{"path": "a.py", "content": CODE}]})[:-30]),),
    "deep JSON": (script.say('{"files": ' + "[" * 20_000),),
    "many files": (script.answer({"files": [{"path": f"f{n}.py", "content": CODE} for n in range(60)]}),),
    "orders": (script.answer({"files": [{"path": "a.py", "content": "# \x1b]8;;x\x07\x9b \u202e\n"}]}),),
}


def _replies(wire: str) -> Iterator[tuple[str, Turn]]:
    yield from ((name, turn) for name, (turn, _) in NO_ANSWERS.items())
    form = "streamed" if wire == "chat" else "plain"
    yield from ((name, turn) for name, (turn, _) in REFUSALS.items() if name == f"{wire}, {form}")
    yield from ((name, turn) for name, (api, turn, _) in GIVEN_UP.items() if api == wire and form in name)


async def inject_model_faults(tally: Tally, folder: Path, scale: float) -> None:
    """Statuses, connections and replies that are no answers."""
    for wire in WIRES:
        turns = [*STATUSES.items(), *TRANSPORT.items(), *_replies(wire)]
        async with stage(folder, wire=wire, CODE_ASSISTANT_MODEL_TIMEOUT_S="5") as scene:
            await _at_once(tally, scene, islice(cycle(turns), round(170 * scale)))


async def _at_once(tally: Tally, scene: Scene, turns: Iterable[tuple[str, Turn]]) -> None:
    waiting = iter(turns)

    async def work() -> None:
        for name, turn in waiting:
            await tally.count(name, _fail(scene, name, turn))

    await asyncio.gather(*(work() for _ in range(_AT_ONCE)))


async def _fail(scene: Scene, name: str, turn: Turn) -> None:
    result, _ = await scene.ask(turn)
    may_answer = ("ended early", "malformed", "cut")
    require(result.get("isError") or name in may_answer, "a fault passed for an answer")
    await scene.holds()


async def inject_answers(tally: Tally, folder: Path, scale: float) -> None:
    """Answers of a form or content that nobody expects; the paths among them are handed out harmless."""
    async with stage(folder, CODE_ASSISTANT_REPAIR_ROUNDS="0", CODE_ASSISTANT_MAX_TURNS="3") as scene:
        for name, turns in islice(cycle(ANSWERS.items()), round(70 * scale)):
            await tally.count(name, _answer(scene, turns))
        for path in islice(cycle([*OUTSIDE, *ODD, *RUNS]), round(90 * scale)):
            await tally.count(f"path {path[:40]!a}", _path(scene, path))


async def _answer(scene: Scene, turns: tuple[Turn, ...]) -> None:
    await scene.ask(*turns)
    await scene.holds()


async def _path(scene: Scene, path: str) -> None:
    result, _ = await scene.ask(script.answer({"files": [{"path": path, "content": CODE}], "explanation": "x"}))
    content = result["structuredContent"]
    require(not any(is_outside(file["path"]) for file in content["files"]), "a path that leads out was handed out")
    rules = {finding["rule"] for finding in content["checks"]["findings"]}
    require(any(rule.startswith("request-path") for rule in rules) or not path, f"no finding for its path: {rules}")
    await scene.holds()
