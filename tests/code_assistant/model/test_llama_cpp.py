"""A real llama.cpp server with a real, very small model, over the wire: a truthful end each, whatever the model writes.

Nothing here asks for good code, which a model of this size does not write.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
import pytest_asyncio

from code_assistant.model.agent import Conversation
from code_assistant.model.error import ModelError
from code_assistant.model.provider import Models
from code_assistant.settings import Settings
from tests.support.llama import NAME, Llama, need_llama_server, need_weights
from tests.support.raw_server import RawServer, clean_environment

SERVER = Path(__file__).parents[3] / "code-assistant-server.py"
Make = Callable[[Settings], Models]

WAIT_S = 120
CONTEXT, SMALL_CONTEXT = 2_048, 512
LONG = "Write a long story about a ship, a whale and the sea. " * 3


@pytest.fixture(scope="module")
def llama() -> Iterator[Llama]:
    """One slot with room for a prompt and an answer."""
    with Llama(need_weights(), context=CONTEXT, packages=need_llama_server()) as server:
        yield server


def settings(llama: Llama, **more: Any) -> Settings:
    given: dict[str, Any] = {"profile": "lean", "stream": True, "answer_tokens": 24, "model_requests": 1} | more
    return Settings(model=NAME, context7="off", environ={}, base_url=llama.base_url, api="chat", **given)


@pytest_asyncio.fixture
async def made() -> AsyncIterator[Make]:
    """Makes clients of the model server and closes them."""
    all_made: list[Models] = []

    def make(chosen: Settings) -> Models:
        all_made.append(Models(chosen))
        return all_made[-1]

    yield make
    for models in all_made:
        if models.client is not None:
            await models.client.close()


def converse(chosen: Settings, models: Models) -> Conversation:
    return Conversation(models.model(), [], chosen, "python", print, models.refused, line=models.line)


@pytest.mark.parametrize("stream", [True, False])
async def test_an_answer_in_the_schema_is_written_and_one_that_is_cut_is_known_as_such(
    llama: Llama, made: Make, stream: bool
) -> None:
    with anyio.fail_after(WAIT_S):
        models = made(chosen := settings(llama, profile="full", stream=stream))
        answer = await converse(chosen, models).ask("Write a function that adds two numbers.")
        assert "schema" not in models.refused
        assert "cut off at the model server's limit" in answer.problems[0]
        assert "CODE_ASSISTANT_ANSWER_TOKENS=24" in answer.problems[0]


async def test_an_answer_without_a_schema_is_read_as_well(llama: Llama, made: Make) -> None:
    with anyio.fail_after(WAIT_S):
        models = made(chosen := settings(llama, profile="full"))
        models.refused["schema"] = "response_format is not supported"
        conversation = converse(chosen, models)
        answer = await conversation.ask("Write a function that adds two numbers.")
        assert answer.explanation or answer.files
        assert 0 < conversation.meter.output_tokens <= 24  # where it ends by itself differs between processors


async def test_after_two_answers_that_were_cut_no_third_is_asked_for(llama: Llama, made: Make) -> None:
    with anyio.fail_after(WAIT_S):
        chosen = settings(llama, answer_tokens=8)
        conversation = converse(chosen, made(chosen))
        for _ in range(2):
            assert "cut off" in (await conversation.ask(LONG)).problems[0]
        with pytest.raises(ModelError, match="cut off again"):
            await conversation.ask(LONG)


async def test_the_server_tells_its_window(llama: Llama, made: Make) -> None:
    models = made(settings(llama))
    models.model()
    with anyio.fail_after(WAIT_S):
        window = await models.window()
    assert (window.tokens, window.server) == (CONTEXT, "llama.cpp")
    assert "`-c`" in window.switch


async def test_a_cancelled_request_frees_the_slot_and_two_at_once_both_have_an_answer(llama: Llama, made: Make) -> None:
    with anyio.fail_after(WAIT_S):
        models = made(chosen := settings(llama, answer_tokens=1_000))
        writing = asyncio.Event()
        conversation = Conversation(
            models.model(), [], chosen, "python", lambda step: writing.set(), models.refused, line=models.line
        )
        endless = asyncio.create_task(conversation.ask(LONG))
        await writing.wait()
        endless.cancel()
        await asyncio.gather(endless, return_exceptions=True)
        assert endless.cancelled()
        models = made(chosen := settings(llama, answer_tokens=8))
        said: list[str] = []
        both = [
            Conversation(models.model(), [], chosen, "python", said.append, line=models.line).ask(LONG)
            for _ in range(2)
        ]
        assert len(await asyncio.gather(*both)) == 2
        assert any("one request after the other" in line for line in said)


def environment(llama: Llama, **more: str) -> dict[str, str]:
    variables = {"OPENAI_BASE_URL": llama.base_url, "CODE_ASSISTANT_MODEL": NAME, "CODE_ASSISTANT_DEADLINE_S": "0"}
    return clean_environment(**variables, **more)


async def test_a_context_that_is_too_small_is_told_with_its_number_and_its_switch() -> None:
    with Llama(need_weights(), context=SMALL_CONTEXT, packages=need_llama_server()) as llama:
        async with RawServer([sys.executable, SERVER], env=environment(llama)) as server:
            await server.initialize()
            code = "\n".join(f"value_{number} = {number}" for number in range(200))
            result = await server.call("generate_code_with_context", WAIT_S, request="Sort it", existing_code=code)
            assert result["isError"], result
            text = result["content"][0]["text"]
            assert "not fit the model's context of 512 tokens" in text
            assert "`-c` of llama-server" in text
            assert "CODE_ASSISTANT_CONTEXT_CHARS" in text


async def test_a_server_that_still_loads_its_model_is_waited_for_and_its_answer_comes_to_a_truthful_end() -> None:
    with Llama(need_weights(), context=CONTEXT, packages=need_llama_server(), is_awaited=False) as llama:
        short = {"CODE_ASSISTANT_ANSWER_TOKENS": "48", "CODE_ASSISTANT_REPAIR_ROUNDS": "0"}
        async with RawServer([sys.executable, SERVER], env=environment(llama, **short)) as server:
            await server.initialize()
            result = await server.call("generate_code_with_context", WAIT_S, request="Add two numbers")
            data = result["structuredContent"]
            assert data["status"] in ("generated", "failed")
            assert data["usage"]["profile"] == "lean"
            assert data["status"] == "generated" or data["explanation"]
            assert data["status"] == "generated" or data["next_step"]
