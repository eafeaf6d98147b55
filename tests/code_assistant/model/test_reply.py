"""What a model server may reply instead of an answer: each is named as what it is, over the real wire of both APIs."""

from __future__ import annotations

import gzip
import json
from typing import Any

import anyio
import pytest

from code_assistant.model.agent import Conversation
from code_assistant.model.error import ModelError
from code_assistant.model.provider import Models
from code_assistant.settings import Settings
from tests.fakes.model_script import API, Turn, answer, fail, reply
from tests.fakes.openai_api import OpenAIFake

WAIT_S = 30
GOOD = answer({"files": [{"path": "a.py", "content": "x = 1\n"}], "explanation": "x"})
WIRES = [(api, stream) for api in ("responses", "chat") for stream in (False, True)]
PAGE = "<!DOCTYPE html><html><title>Log in</title></html>"

Json = dict[str, Any]


def completion(message: Json, finish: str = "stop") -> str:
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": finish}
    return json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})


def response(status: str, output: list[Json], **more: object) -> Json:
    head = {"id": "1", "object": "response", "created_at": 1, "model": "m", "tools": [], "tool_choice": "auto"}
    return {**head, "parallel_tool_calls": True, "status": status, "output": output, **more}


def as_event(kind: str, value: Json) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, 'sequence_number': 0, 'response': value})}\n\n".encode()


def as_chunk(delta: Json, finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(head)}\n\ndata: [DONE]\n\n".encode()


async def asked(turn: Turn | list[Turn], api: API, stream: bool) -> tuple[str, int]:
    """The error that this turn leads to, and how often the model was asked."""
    with OpenAIFake(turn) as fake, anyio.fail_after(WAIT_S):
        settings = Settings(
            model="m", context7="off", environ={}, api_key="k", base_url=fake.base_url, api=api, stream=stream
        )
        conversation = Conversation(Models(settings).model(), [], settings, "python", print)
        with pytest.raises(ModelError) as caught:
            await conversation.ask("hello")
        return str(caught.value.why) + " | " + str(caught.value.remedy), len(fake.requests)


NO_ANSWERS = {
    "a web page": (reply(PAGE, Content_Type="text/html; charset=utf-8"), "a web page instead of an answer"),
    "a page called JSON": (reply(PAGE), "a web page instead of an answer"),
    "null": (reply("null"), "answered `null`, which is no answer of the API"),
    "a list": (reply("[]"), "answered `[]`, which is no answer of the API"),
    "another object": (reply('{"hello": 1}'), "answered with JSON that has no"),
    "an error with status 200": (reply('{"error": {"message": "no such route"}}'), "reported an error: no such route"),
    "broken gzip": (
        reply(gzip.compress(b'{"a": 1}')[:-9] + b"rubbish..", Content_Encoding="gzip"),
        "an answer whose compression is broken",
    ),
    "no money": (fail(402, said="top up"), "asks for payment (402): "),
    "too large": (fail(413), "refuses a request of this size (413)"),
}


@pytest.mark.parametrize(("api", "stream"), WIRES)
@pytest.mark.parametrize("name", NO_ANSWERS)
async def test_what_is_no_answer_is_named_as_what_it_is_and_not_asked_for_again(
    name: str, api: API, stream: bool
) -> None:
    turn, expected = NO_ANSWERS[name]
    said, tries = await asked(turn, api, stream)
    assert expected in said
    assert name == "broken gzip" or tries == 1


@pytest.mark.parametrize("status", [408, 409])
async def test_a_status_that_passes_has_a_remedy_of_its_own(status: int) -> None:
    said, tries = await asked(fail(status, retry_after_s=0), "chat", False)
    assert "refused the request" not in said
    assert "try again" in said
    assert tries == 3


REFUSALS = {
    "responses, plain": (
        reply(
            json.dumps(
                response(
                    "completed",
                    [
                        {
                            "type": "message",
                            "id": "m",
                            "role": "assistant",
                            "status": "completed",
                            "content": [{"type": "refusal", "refusal": "I will not."}],
                        }
                    ],
                )
            )
        ),
        "m refused the request: I will not.",
    ),
    "chat, plain": (reply(completion({"refusal": "I will not."})), "m refused the request: I will not."),
    "chat, streamed": (
        reply(as_chunk({"role": "assistant", "refusal": "I will not."}, "stop"), Content_Type="text/event-stream"),
        "m refused the request: I will not.",
    ),
}


@pytest.mark.parametrize("wire", REFUSALS)
async def test_a_refusal_is_told_in_the_models_own_words(wire: str) -> None:
    turn, expected = REFUSALS[wire]
    api, _, form = wire.partition(", ")
    said, tries = await asked(turn, "chat" if api == "chat" else "responses", form == "streamed")
    assert expected in said
    assert tries == 1


FAILED = response("failed", [], error={"code": "server_error", "message": "the model broke"})
FILTERED = response("incomplete", [], incomplete_details={"reason": "content_filter"})
GIVEN_UP = {
    "failed, plain": ("responses", reply(json.dumps(FAILED)), "status failed, server_error): the model broke"),
    "failed, streamed": (
        "responses",
        reply(as_event("response.failed", FAILED), Content_Type="text/event-stream"),
        "status failed, server_error): the model broke",
    ),
    "filtered, plain": ("responses", reply(json.dumps(FILTERED)), "content filter"),
    "filtered, streamed": (
        "responses",
        reply(as_event("response.incomplete", FILTERED), Content_Type="text/event-stream"),
        "content filter",
    ),
    "filtered chat, plain": ("chat", reply(completion({}, "content_filter")), "content filter"),
    "filtered chat, streamed": (
        "chat",
        reply(as_chunk({}, "content_filter"), Content_Type="text/event-stream"),
        "content filter",
    ),
}


@pytest.mark.parametrize("name", GIVEN_UP)
async def test_an_answer_that_was_given_up_on_purpose_says_by_what(name: str) -> None:
    api, turn, expected = GIVEN_UP[name]
    said, tries = await asked(turn, "chat" if api == "chat" else "responses", "streamed" in name)
    assert expected in said
    assert "empty answer" not in said
    assert tries == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_a_redirect_to_another_origin_gets_no_prompt_and_is_named(status: int, api: API) -> None:
    with OpenAIFake(GOOD) as other:
        there = f"{other.base_url}/{'responses' if api == 'responses' else 'chat/completions'}"
        said, tries = await asked(reply(status=status, Location=there), api, False)
        assert f"redirects ({status}) to {there}" in said
        assert "OPENAI_BASE_URL" in said
        assert tries == 1
        assert other.requests == []


async def test_a_redirect_within_the_server_that_keeps_the_request_is_followed() -> None:
    with OpenAIFake([reply(status=307, Location="/v1/chat/completions"), GOOD]) as fake, anyio.fail_after(WAIT_S):
        settings = Settings(model="m", context7="off", environ={}, api_key="k", base_url=fake.base_url, api="chat")
        conversation = Conversation(Models(settings).model(), [], settings, "python", print)
        assert (await conversation.ask("hello")).files


@pytest.mark.parametrize("told", ["-5", "inf", "nan", "1e999", "soon"])
async def test_a_wait_that_is_no_time_is_neither_waited_for_nor_repeated_to_the_user(told: str) -> None:
    said, _ = await asked(reply('{"error": {"message": "slow down"}}', status=429, Retry_After=told), "chat", False)
    assert "limits the rate (429): " in said
    assert "wait a little and call again" in said
    assert told not in said.split("(429)")[1]
