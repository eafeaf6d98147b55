"""What a conversation leaves behind when its call is cancelled, over the real wire: nothing."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from code_assistant.agent import Conversation, Models
from code_assistant.settings import Settings
from tests.fakes.model_script import API, hang
from tests.fakes.openai_api import OpenAIFake

WAIT_S = 30
CALLS = 50


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
