"""How an answer of the Responses API ends before its end, and a repair that has no room, over the real client."""

from __future__ import annotations

import json
from typing import Any

import anyio
import pytest

from code_assistant.model.agent import Conversation
from code_assistant.model.error import ModelError
from code_assistant.model.prompt import repair_message
from code_assistant.model.provider import Models
from code_assistant.result import AnswerFinding, GeneratedFile
from code_assistant.settings import Settings
from tests.fakes.model_script import ModelRequest, Script, Turn, answer, fail, reply
from tests.fakes.openai_api import OpenAIFake

WAIT_S = 30
GOOD = answer({"files": [{"path": "a.py", "content": "x = 1\n"}], "explanation": "x"})
BEGUN = '{"files": [{"path": "a.py", "content": "x = 1\\n"}, {"path": "b.py", "content": "y ='
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": []}
TOO_LONG = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9,000 tokens."
FINDING = AnswerFinding(rule="PY-1", severity="error", file="a.py", line=1, message="Name it in words")
FILE = GeneratedFile(path="a.py", language="python", role="source", content="x = 1\n")

Json = dict[str, Any]


def ended_early(reason: str, text: str, stream: bool) -> Turn:
    """An answer that has so much text, behind a thought, and was then ended by the server."""
    part = {"type": "output_text", "text": text, "annotations": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "incomplete", "content": [part]}
    output: list[Json] = [THOUGHT, message] if text else [THOUGHT]
    head: Json = {"id": "1", "object": "response", "created_at": 1, "model": "m", "tools": [], "tool_choice": "auto"}
    done = {"status": "incomplete", "incomplete_details": {"reason": reason}, "output": output}
    whole: Json = {**head, "parallel_tool_calls": True, **done}
    if not stream:
        return reply(json.dumps(whole))
    at = {"item_id": "msg_1", "output_index": 1, "content_index": 0}
    delta = {"type": "response.output_text.delta", **at, "delta": text, "logprobs": []}
    begun = {"type": "response.created", "response": {**whole, "status": "in_progress", "output": []}}
    events: list[Json] = [begun, *([delta] if text else []), {"type": "response.incomplete", "response": whole}]
    sent = [f"event: {e['type']}\ndata: {json.dumps({**e, 'sequence_number': n})}\n\n" for n, e in enumerate(events)]
    return reply("".join(sent), Content_Type="text/event-stream")


def converse(fake: OpenAIFake, stream: bool = False) -> Conversation:
    settings = Settings(
        model="m", context7="off", environ={}, api_key="k", base_url=fake.base_url, api="responses", stream=stream
    )
    return Conversation(Models(settings).model(), [], settings, "python", print)


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_cut_off_at_the_servers_limit_keeps_its_files_and_names_the_limit(stream: bool) -> None:
    with OpenAIFake(ended_early("max_output_tokens", BEGUN, stream)) as fake, anyio.fail_after(WAIT_S):
        got = await converse(fake, stream).ask("hello")
    assert [file.path for file in got.files] == ["a.py"]
    assert "cut off at the model server's limit" in got.problems[0]
    assert "CODE_ASSISTANT_ANSWER_TOKENS=16384" in got.problems[0]
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("reason", "text", "why"),
    [
        ("max_output_tokens", "", "m used up its tokens before it wrote anything"),
        ("content_filter", BEGUN, "stopped the answer by its content filter"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_ended_before_it_is_one_is_an_error_with_its_cause(
    reason: str, text: str, why: str, stream: bool
) -> None:
    with OpenAIFake(ended_early(reason, text, stream)) as fake, pytest.raises(ModelError) as caught:
        await converse(fake, stream).ask("hello")
    assert why in caught.value.why
    assert len(fake.requests) == 1


def refuse_history(request: ModelRequest) -> Turn:
    """Take the first question, and a repair only without what was said before it."""
    is_long = "findings" in request.text and "hello" in request.text
    return fail(400, said=TOO_LONG) if is_long else GOOD


async def repair(script: Script) -> tuple[OpenAIFake, str]:
    """What becomes of a repair after a good answer: its file, or why there is none."""
    with OpenAIFake(script) as fake, anyio.fail_after(WAIT_S):
        conversation = converse(fake)
        await conversation.ask("hello")
        try:
            mended = await conversation.ask(repair_message((FINDING,), (FILE,)))
        except ModelError as error:
            return fake, error.why
        return fake, mended.files[0].path


async def test_a_repair_without_room_is_sent_again_with_the_files_instead_of_the_conversation() -> None:
    fake, path = await repair(refuse_history)
    assert path == "a.py"
    *_, refused, last = fake.turns
    assert "hello" in refused.text
    assert "hello" not in last.text
    assert '<existing_code path="a.py">\nx = 1\n</existing_code>' in last.text
    assert "Name it in words" in last.text
    assert "Answer in JSON" in last.text


async def test_a_repair_that_has_no_room_alone_either_is_given_up_with_the_numbers() -> None:
    fake, why = await repair([GOOD, fail(400, said=TOO_LONG), fail(400, said=TOO_LONG)])
    assert "9,000 tokens do not fit the model's context of 8,192 tokens" in why
    assert len(fake.requests) == 3
    assert not fake.surplus
