"""Whatever a model server does, over its real wire: a truthful answer or error within its bound, and the next is fine.

One server process for each of the two wires answers all of these; the fake chooses its fault by the request's words.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes import model_script as script
from tests.fakes.model_script import ModelRequest, Turn
from tests.fakes.openai_api import OpenAIFake
from tests.support.raw_server import RawServer, clean_environment

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVER = Path(__file__).parents[3] / "code-assistant-server.py"
GENERATE, STATUS = "generate_code_with_context", "get_server_status"
KEY = "sk-a-key-that-must-not-be-seen-0123456789"
ANSWER_S = 60.0
CODE = '"""Add."""\n\n\ndef add(left: int, right: int) -> int:\n    """Return the sum."""\n    return left + right\n'
GOOD = script.answer({"files": [{"path": "add.py", "content": CODE}], "explanation": "Adds."})
MODEL_TIMEOUT_S = "3"


@dataclass
class Scene:
    """A server and its model, which plays the turns planned for the marker that it finds in a request."""

    server: RawServer
    api: OpenAIFake
    plans: dict[str, list[Turn]]
    tries: Counter[str]
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def ask(self, *turns: Turn) -> tuple[dict[str, Any], int]:
        """Ask for code and play these turns, the last one for ever; returns the result and the number of tries."""
        marker = f"marker-{next(self.numbers)}-end"
        self.plans[marker] = list(turns)
        return await self.server.call(GENERATE, ANSWER_S, request=f"Add {marker}"), self.tries[marker]

    async def is_well(self) -> bool:
        """Whether a model that is well again is asked and answers."""
        result, tries = await self.ask(GOOD)
        return not result.get("isError") and result["structuredContent"]["status"] == "generated" and tries == 1


def player(plans: dict[str, list[Turn]], tries: Counter[str]) -> Callable[[ModelRequest], Turn]:
    def play(request: ModelRequest) -> Turn:
        marker = next(marker for marker in plans if marker in request.text)
        tries[marker] += 1
        return plans[marker][min(tries[marker], len(plans[marker])) - 1]

    return play


def environment(base_url: str, **variables: str) -> dict[str, str]:
    model = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": KEY, "CODE_ASSISTANT_MODEL": "scripted"}
    variables = {"CODE_ASSISTANT_PROFILE": "full", "CODE_ASSISTANT_MODEL_REQUESTS": "64"} | variables
    return clean_environment(**model, CODE_ASSISTANT_MODEL_TIMEOUT_S=MODEL_TIMEOUT_S, **variables)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["responses, plain", "chat, streamed"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    api_name, _, form = request.param.partition(", ")
    wire = {"CODE_ASSISTANT_API": api_name, "CODE_ASSISTANT_STREAM": "on" if form == "streamed" else "off"}
    plans: dict[str, list[Turn]] = {}
    tries: Counter[str] = Counter()
    with OpenAIFake(player(plans, tries)) as api:
        async with RawServer([sys.executable, SERVER], env=environment(api.base_url, **wire)) as server:
            await server.initialize()
            yield Scene(server, api, plans, tries)
            assert KEY not in json.dumps(server.messages) + server.stderr


FAULTS = {
    "401": (script.fail(401), "refused the key (401)", "set a valid OPENAI_API_KEY", 1),
    "404": (script.fail(404), "knows no model 'scripted'", "check CODE_ASSISTANT_MODEL", 1),
    "429": (script.fail(429), "limits the rate (429)", "wait a little and call again", 3),
    "429, soon": (script.fail(429, retry_after_s=1), "limits the rate (429)", "wait 1 s and call again", 3),
    "429, late": (script.fail(429, retry_after_s=3600), "limits the rate (429)", "wait 3600 s and call again", 1),
    "500": (script.fail(500), "is in trouble (500)", "try again later", 3),
    "hanging": (script.hang(CODE), "gave no answer within 3 s", "raise CODE_ASSISTANT_MODEL_TIMEOUT_S", None),
    "cut": (script.cut(CODE), "closed the connection in the middle of its answer", "try again", None),
    "malformed": (script.malformed(), "sent a broken answer", "try again", None),
    "empty": (script.empty(), "scripted gave an empty answer", "set another CODE_ASSISTANT_MODEL", 1),
}


Ends = dict[str, tuple[dict[str, Any], int]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ends(scene: Scene) -> Ends:
    """What comes of each fault: all at once, since most of their time is waiting."""
    return dict(zip(FAULTS, await asyncio.gather(*(scene.ask(turn) for turn, *_ in FAULTS.values())), strict=True))


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_of_the_model_is_an_error_with_cause_and_remedy(scene: Scene, ends: Ends, name: str) -> None:
    _, why, remedy, expected_tries = FAULTS[name]
    result, tries = ends[name]
    text = result["content"][0]["text"]
    assert result["isError"], text
    assert text.startswith("The generation failed: ")
    assert why in text
    assert remedy in text.partition("Remedy: ")[2]
    assert expected_tries in (None, tries)
    assert await scene.is_well()


async def test_a_fault_that_passes_is_not_noticed(scene: Scene) -> None:
    result, tries = await scene.ask(script.fail(500), script.fail(429, retry_after_s=0), GOOD)
    assert result["structuredContent"]["files"][0]["content"] == CODE
    assert tries == 3


@pytest.mark.parametrize("status", [400, 429])
async def test_what_a_model_server_says_during_a_repair_tells_no_key(scene: Scene, status: int) -> None:
    bad = script.answer({"files": [{"path": "add.py", "content": CODE + "\n\neval(input())\n"}], "explanation": "x"})
    said = f"upstream failed, key={KEY} at https://user:word1234@host/x"
    result, _ = await scene.ask(bad, script.fail(status, retry_after_s=3600, said=said))
    shown = json.dumps(result)
    assert "upstream failed" in result["structuredContent"]["missing"][0]["why"]
    assert KEY not in shown
    assert "word1234" not in shown


async def test_a_model_that_only_ever_calls_tools_is_told_to_have_used_its_turns(scene: Scene) -> None:
    result, tries = await scene.ask(script.call("search_standards", query="names"))
    assert result["isError"]
    assert "used all 10 turns" in result["content"][0]["text"]
    assert tries == 10


async def test_a_tool_that_does_not_exist_is_told_to_the_model(scene: Scene) -> None:
    result, tries = await scene.ask(script.call("no_such_tool", a=1), GOOD)
    assert result["structuredContent"]["files"][0]["content"] == CODE
    assert tries == 2
    assert "no_such_tool" in scene.api.turns[-1].tool_outputs[0]


async def test_wrong_arguments_of_a_tool_are_told_to_the_model(scene: Scene) -> None:
    wrong = Turn(calls=(script.ToolCall("get_standards", '{"language": '), script.tool_call("check_code", x=1)))
    result, tries = await scene.ask(wrong, GOOD)
    assert result["structuredContent"]["files"][0]["content"] == CODE
    assert tries == 2
    assert len(scene.api.turns[-1].tool_outputs) == 2


async def test_an_answer_whose_end_is_missing_is_not_taken_for_a_good_one(scene: Scene) -> None:
    lines = "".join(f"    {number},\n" for number in range(4_000))
    whole = {
        "files": [{"path": "big.py", "content": f'"""Numbers."""\n\nNUMBERS = [\n{lines}]\n'}],
        "explanation": "Big.",
    }
    result, _ = await scene.ask(script.end_early(json.dumps(whole)))
    if not result.get("isError"):  # a chat stream may end like that: then the checks have to tell
        assert result["structuredContent"]["checks"]["findings"]
    assert await scene.is_well()


async def test_an_answer_that_was_cut_keeps_its_files_and_says_what_is_lost(scene: Scene) -> None:
    files = [{"path": f"{name}.py", "content": CODE} for name in ("first", "second", "third")]
    text = json.dumps({"files": files, "explanation": "Adds."})
    result, tries = await scene.ask(script.say(text[: text.index("third.py") + 30]))
    content = result["structuredContent"]
    assert [file["path"] for file in content["files"]] == ["first.py", "second.py"]
    assert [finding["rule"] for finding in content["checks"]["findings"]] == ["request-broken-answer"]
    assert "after second.py" in result["content"][0]["text"]
    assert tries == 2


async def test_an_answer_that_was_cut_is_asked_for_again(scene: Scene) -> None:
    cut = json.dumps({"files": [{"path": "add.py", "content": CODE}]})[:-20]
    result, tries = await scene.ask(script.say(cut), GOOD)
    assert result["structuredContent"]["files"][0]["content"] == CODE
    assert result["structuredContent"]["checks"]["findings"] == []
    assert tries == 2
    assert "Answer again in full" in scene.api.turns[-1].text


@pytest.mark.parametrize("form", ["json", "fence", "tool"])
async def test_half_a_character_costs_neither_the_answer_nor_the_repair(scene: Scene, form: str) -> None:
    code = CODE.replace("sum.", "sum \ud83d") + "\n\neval(input())\n"
    broken = {
        "json": script.answer({"files": [{"path": "add.py", "content": code}], "explanation": "\ud83d"}),
        "fence": script.say(f"Half \ud83d.\n\n```python add.py\n{code}```\n"),
        "tool": script.call("search_standards", query="\ud83d errors", language="python"),
    }
    result, tries = await scene.ask(broken[form], GOOD)
    assert result["structuredContent"]["files"][0]["content"] == CODE, result
    assert tries == 2
    assert form != "tool" or "tool failed" not in scene.api.turns[-1].tool_outputs[0]
    alone, _ = await scene.ask(broken[form]) if form != "tool" else (result, 1)
    assert form == "tool" or "sum \ufffd" in alone["structuredContent"]["files"][0]["content"]


async def test_a_model_server_that_is_not_there_is_named() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
        async with RawServer([sys.executable, SERVER], env=environment(address)) as server:
            await server.initialize()
            for _ in range(2):
                result = await server.call(GENERATE, ANSWER_S, request="Add")
                assert result["isError"]
                text = result["content"][0]["text"]
                assert f"({address}) is not reachable. Remedy: check OPENAI_BASE_URL" in text
            assert not (await server.call(STATUS)).get("isError")
