"""What a conversation leaves behind when its call is cancelled, over the real wire: nothing."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from code_assistant.model.agent import Conversation
from code_assistant.model.provider import Models
from code_assistant.settings import Settings
from tests.fakes.model_script import API, ModelRequest, Turn, answer, fail, hang
from tests.fakes.openai_api import OpenAIFake

WAIT_S = 30
CALLS = 50
GOOD = answer({"files": [{"path": "a.py", "content": "x = 1\n"}], "explanation": "x"})


async def test_what_a_model_server_refuses_is_not_sent_again_and_is_told() -> None:
    def refuse_schemas(request: ModelRequest) -> Turn:
        return fail(400, said="response_format is not supported") if request.output_schema else GOOD

    with OpenAIFake(refuse_schemas) as api, anyio.fail_after(WAIT_S):
        settings = Settings(model="m", context7="off", environ={}, api_key="k", base_url=api.base_url, api="chat")
        models = Models(settings)
        for _ in range(2):
            conversation = Conversation(models.model(), [], settings, "python", print, models.refused)
            assert (await conversation.ask("hello")).files
        assert [turn.output_schema is None for turn in api.turns] == [False, True, True]
        models.refused["tools"] = "no tools here"
        conversation = Conversation(models.model(), [], settings, "python", print, models.refused)
        assert [gap.why for gap in conversation.missing] == ["the model server refuses tools: no tools here"]


@pytest.mark.parametrize("style", ["responses", "chat"])
@pytest.mark.parametrize("stream", [True, False])
async def test_fifty_cancelled_calls_end_with_their_requests_aborted(style: API, stream: bool) -> None:
    with OpenAIFake(hang("never said")) as api, anyio.fail_after(WAIT_S):
        settings = Settings(
            model="m", context7="off", environ={}, api_key="k", base_url=api.base_url, api=style, stream=stream
        )
        models = Models(settings)
        conversations = [Conversation(models.model(), [], settings, "python", print) for _ in range(CALLS)]
        calls = [asyncio.create_task(conversation.ask("hello")) for conversation in conversations]
        await api.received(CALLS)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert all(call.cancelled() for call in calls)
        assert asyncio.all_tasks() == {asyncio.current_task()}  # no run goes on behind the back of an ended call
        assert len(await api.disconnected(CALLS)) == CALLS
