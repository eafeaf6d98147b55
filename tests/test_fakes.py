"""The fakes against the real clients: OpenAI's client and the agents SDK, Context7's own servers."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import anyio
import openai
import pytest
import pytest_asyncio
from agents import Agent, ModelBehaviorError, OpenAIProvider, RunConfig, Runner
from agents.mcp import MCPServerStdio

from tests.fakes.acting_model import CODE
from tests.fakes.loopback import Exchange, LoopbackServer
from tests.fakes.model_script import (
    API,
    Script,
    Turn,
    answer,
    call,
    cut,
    empty,
    end_early,
    fail,
    hang,
    huge,
    malformed,
    say,
    tool_call,
)
from tests.fakes.openai_api import OpenAIFake
from tests.support.clients import held

CHILDREN = Path(__file__).parent / "children"
ASK = [{"role": "user", "content": "hello"}]
BOTH: tuple[API, ...] = ("responses", "chat")
WAIT_S = 30


def client(api: OpenAIFake, retries: int = 0) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=api.base_url, api_key="sk-secret", max_retries=retries)


async def run_agent(api: OpenAIFake, style: API, *, streamed: bool, servers: Sequence[MCPServerStdio] = ()) -> str:
    agent = Agent(name="tester", instructions="Be brief.", mcp_servers=list(servers))
    async with client(api) as connection:
        provider = OpenAIProvider(openai_client=connection, use_responses=style == "responses")
        config = RunConfig(model="fake-model", model_provider=provider, tracing_disabled=True)
        if not streamed:
            return str((await Runner.run(agent, "hello", run_config=config)).final_output)
        result = Runner.run_streamed(agent, "hello", run_config=config)
        try:
            async for _event in result.stream_events():
                pass
        finally:
            result.cancel(mode="immediate")  # The SDK runs the model in a task of its own.
        return str(result.final_output)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def child() -> AsyncIterator[MCPServerStdio]:
    params = {"command": sys.executable, "args": [str(CHILDREN / "healthy.py")]}
    healthy = MCPServerStdio(params, cache_tools_list=True, client_session_timeout_seconds=60)  # type: ignore[arg-type]
    async with held(healthy):
        yield healthy


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("style", BOTH)
@pytest.mark.parametrize("streamed", [False, True])
async def test_an_agent_calls_a_tool_of_a_real_child_and_answers(
    child: MCPServerStdio, style: API, streamed: bool
) -> None:
    calls = Turn(calls=(tool_call("echo", text="from the model"), tool_call("add", a=2, b=3)))
    with OpenAIFake([calls, say("all is well")]) as api, anyio.fail_after(WAIT_S):
        assert await run_agent(api, style, streamed=streamed, servers=[child]) == "all is well"
        await api.received(2)
    assert [turn.api for turn in api.turns] == [style, style]
    assert {"echo", "add"} <= set(api.turns[0].tools)
    assert api.turns[1].tool_calls == ("echo", "add")
    assert "from the model" in api.turns[1].tool_outputs[0]
    assert "5" in api.turns[1].tool_outputs[1]
    assert api.turns[0].instructions == "Be brief."
    assert api.turns[0].text == "hello"
    assert api.disconnects == []


@pytest.mark.parametrize("style", BOTH)
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_two_megabyte_answer_arrives_whole(style: API, streamed: bool) -> None:
    with OpenAIFake(huge()) as api, anyio.fail_after(WAIT_S):
        text = await run_agent(api, style, streamed=streamed)
    assert text == huge().text
    assert len(text) > 1_900_000
    assert api.disconnects == []


async def test_the_key_is_noted_and_not_kept() -> None:
    with OpenAIFake(answer({"files": []})) as api, anyio.fail_after(WAIT_S):
        async with client(api) as connection:
            response = await connection.responses.create(model="m", input="hello")
        request = api.requests[0]
    assert json.loads(response.output_text) == {"files": []}
    assert response.usage is not None
    assert request.has_key
    assert "sk-secret" not in repr(request)
    assert request.path == "/v1/responses"
    assert request.body["input"] == "hello"
    assert request.answered_at is not None
    assert request.answered_at >= request.received_at


@pytest.mark.parametrize("style", BOTH)
@pytest.mark.parametrize(
    ("turn", "error"),
    [
        (fail(401), openai.AuthenticationError),
        (fail(429, retry_after_s=1), openai.RateLimitError),
        (fail(500), openai.InternalServerError),
        (cut(), openai.APIConnectionError),
    ],
)
async def test_a_refused_or_cut_answer_is_the_clients_own_error(
    style: API, turn: Turn, error: type[openai.APIError]
) -> None:
    with OpenAIFake(turn) as api, anyio.fail_after(WAIT_S), pytest.raises(error) as caught:
        await run_agent(api, style, streamed=False)
    if isinstance(caught.value, openai.RateLimitError):
        assert caught.value.response.headers["retry-after"] == "1"


@pytest.mark.parametrize("style", BOTH)
@pytest.mark.parametrize("turn", [cut(), malformed()])
async def test_a_broken_stream_raises(style: API, turn: Turn) -> None:
    with OpenAIFake(turn) as api, anyio.fail_after(WAIT_S), pytest.raises(Exception) as caught:  # noqa: PT011
        await run_agent(api, style, streamed=True)
    assert not isinstance(caught.value, TimeoutError)


async def test_a_chat_stream_without_its_end_is_taken_for_a_whole_one() -> None:
    with OpenAIFake(end_early("first second")) as api, anyio.fail_after(WAIT_S):
        text = await run_agent(api, "chat", streamed=True)
    assert "first second".startswith(text)


async def test_an_empty_answer_is_empty() -> None:
    with OpenAIFake(empty()) as api, anyio.fail_after(WAIT_S):
        async with client(api) as connection:
            completion = await connection.chat.completions.create(model="m", messages=ASK)  # type: ignore[arg-type]
    assert completion.choices[0].message.content == ""


async def test_a_client_that_retries_is_seen_to_do_so() -> None:
    with OpenAIFake([fail(429, retry_after_s=0.05), say("second time")]) as api, anyio.fail_after(WAIT_S):
        async with client(api, retries=1) as connection:
            response = await connection.responses.create(model="m", input="hello")
    assert response.output_text == "second time"
    assert len(api.requests) == 2


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_client_that_gives_up_on_a_hanging_model_is_seen_to_close(streamed: bool) -> None:
    with OpenAIFake(hang("never said")) as api, anyio.fail_after(WAIT_S):
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: run_agent(api, "responses", streamed=streamed))
            await api.received(1)
            assert api.disconnects == []
            group.cancel_scope.cancel()
        closed = await api.disconnected(1)
    assert closed[0].answered_at is None
    assert closed[0].disconnected_at is not None


async def test_a_client_whose_going_is_noticed_by_a_write_is_seen_to_close() -> None:
    class Writing(LoopbackServer):
        async def respond(self, exchange: Exchange) -> None:
            raise ConnectionResetError("the write came before the watch's turn")

    with Writing() as server, anyio.fail_after(WAIT_S):
        async with await anyio.connect_tcp("127.0.0.1", int(server.url.rpartition(":")[2])) as stream:
            await stream.send(b"GET / HTTP/1.1\r\n\r\n")
            assert len(await server.disconnected(1)) == 1


async def test_a_hanging_model_goes_on_when_it_is_released() -> None:
    with OpenAIFake(hang("said at last")) as api, anyio.fail_after(WAIT_S):
        async with anyio.create_task_group() as group:

            async def ask() -> None:
                assert await run_agent(api, "responses", streamed=False) == "said at last"

            group.start_soon(ask)
            await api.received(1)
            api.release()


async def test_a_script_that_is_over_refuses_and_remembers() -> None:
    with OpenAIFake([say("only once")]) as api, anyio.fail_after(WAIT_S):
        await run_agent(api, "chat", streamed=False)
        with pytest.raises(openai.BadRequestError):
            await run_agent(api, "chat", streamed=False)
    assert len(api.surplus) == 1


async def test_a_local_model_server_has_chat_completions_only() -> None:
    with OpenAIFake(say("hi"), apis=("chat",)) as api, anyio.fail_after(WAIT_S):
        with pytest.raises(openai.NotFoundError):
            await run_agent(api, "responses", streamed=False)
        assert await run_agent(api, "chat", streamed=False) == "hi"
        async with client(api) as connection:
            assert [model.id async for model in connection.models.list()] == ["fake-model"]


async def test_a_hundred_requests_at_once_are_answered() -> None:
    def parrot(request: object) -> Turn:
        return say("hello", delay_s=0.05)

    script: Script = parrot
    with OpenAIFake(script) as api, anyio.fail_after(WAIT_S):
        async with client(api) as connection, anyio.create_task_group() as group:

            async def ask() -> None:
                assert (await connection.responses.create(model="m", input="hi")).output_text == "hello"

            for _ in range(100):
                group.start_soon(ask)
    assert len(api.requests) == 100
    assert api.disconnects == []


async def test_an_unknown_tool_is_the_sdks_own_error() -> None:
    with OpenAIFake([call("no_such_tool")]) as api, anyio.fail_after(WAIT_S), pytest.raises(ModelBehaviorError):
        await run_agent(api, "responses", streamed=False)


async def test_the_acting_model_runs_as_a_program_and_looks_up_what_it_lacks() -> None:
    command = [sys.executable, "-m", "tests.fakes.openai_api", "--latency-ms", "20"]
    async with await anyio.open_process(command, cwd=CHILDREN.parent.parent, stderr=None) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        with anyio.fail_after(WAIT_S):
            base_url = (await process.stdout.receive()).decode().strip()
            async with openai.AsyncOpenAI(base_url=base_url, api_key="x") as connection:
                tool = {"type": "function", "name": "get_standards", "parameters": {}, "strict": False}
                first = await connection.responses.create(model="m", input="a login in Python", tools=[tool])  # type: ignore[list-item]
                second = await connection.responses.create(model="m", input="a login, see PY-001")
            await process.stdin.aclose()
            assert await process.wait() == 0
    assert [item.type for item in first.output] == ["function_call"]
    assert CODE in second.output_text
