"""OpenAI's two wire formats: a turn as a whole answer, and as the events of a stream.

One rule: written from OpenAI's API reference, without the client's own types, so that the client is tested too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.fakes.model_script import API, ModelRequest, Turn

CREATED = 1_767_225_600  # A fixed date: answers are the same on every run.
CHUNK = 4_096  # Characters a delta; real deltas are single words, which would make a 2 MB answer slow.

JSON = dict[str, Any]


def whole(request: ModelRequest, turn: Turn, number: int) -> JSON:
    """The answer to a request without `stream`."""
    return _response(request, turn, number) if request.api == "responses" else _completion(request, turn, number)


def events(request: ModelRequest, turn: Turn, number: int) -> list[bytes]:
    """The server-sent events of a streamed answer, the last of them being the one that completes it."""
    if request.api == "chat":
        chunks = [f"data: {json.dumps(chunk)}\n\n" for chunk in _chat_chunks(request, turn, number)]
        return [chunk.encode() for chunk in chunks] + [b"data: [DONE]\n\n"]
    numbered = enumerate(_response_events(request, turn, number))
    return [
        f"event: {event['type']}\ndata: {json.dumps({**event, 'sequence_number': n})}\n\n".encode()
        for n, event in numbered
    ]


def malformed_event(api: API) -> bytes:
    head = b"event: response.output_text.delta\n" if api == "responses" else b""
    return head + b'data: {"type": "response.output_text.delta", "delta": \n\n'


def error(status: int, said: str = "") -> JSON:
    """OpenAI's error body."""
    kinds = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
    code = kinds.get(status, "server_error")
    return {"error": {"message": said or f"fake: {status} {code}", "type": code, "param": None, "code": code}}


def models() -> JSON:
    entry = {"id": "fake-model", "object": "model", "created": CREATED, "owned_by": "tests"}
    return {"object": "list", "data": [entry]}


def _tokens(request: ModelRequest, turn: Turn) -> tuple[int, int]:
    heard = len(request.instructions) + len(request.text) + sum(map(len, request.tool_outputs))
    said = len(turn.text) + sum(len(call.name) + len(call.arguments) for call in turn.calls)
    return heard // 4, said // 4


def _items(turn: Turn, number: int, status: str = "completed") -> Iterator[JSON]:
    if turn.text or not turn.calls:
        part = {"type": "output_text", "text": turn.text, "annotations": [], "logprobs": []}
        message = {"type": "message", "role": "assistant", "status": status, "content": [part]}
        yield {"id": f"msg_{number}", **message}
    for index, call in enumerate(turn.calls):
        if call.is_text:  # as Codex' own tools take it
            head = {"type": "custom_tool_call", "id": f"ctc_{number}_{index}", "call_id": f"call_{number}_{index}"}
            yield {**head, "name": call.name, "input": call.arguments, "status": status}
            continue
        head = {"type": "function_call", "id": f"fc_{number}_{index}", "call_id": f"call_{number}_{index}"}
        namespace, _, name = call.name.rpartition("/")
        named = {"name": name, "namespace": namespace} if namespace else {"name": name}
        yield {**head, **named, "arguments": call.arguments, "status": status}


def _response(request: ModelRequest, turn: Turn, number: int, *, is_done: bool = True) -> JSON:
    heard, said = _tokens(request, turn)
    usage = {
        "input_tokens": heard,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": said,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": heard + said,
    }
    return {
        "id": f"resp_{number}",
        "object": "response",
        "created_at": CREATED,
        "status": "completed" if is_done else "in_progress",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": request.model,
        "output": list(_items(turn, number)) if is_done else [],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": request.body.get("tools") or [],
        "top_p": 1.0,
        "usage": usage if is_done else None,
    }


def _response_events(request: ModelRequest, turn: Turn, number: int) -> Iterator[JSON]:
    started = _response(request, turn, number, is_done=False)
    yield {"type": "response.created", "response": started}
    yield {"type": "response.in_progress", "response": started}
    for index, item in enumerate(_items(turn, number)):
        yield from _item_events(index, item)
    yield {"type": "response.completed", "response": _response(request, turn, number)}


def _item_events(index: int, item: JSON) -> Iterator[JSON]:
    where: JSON = {"item_id": item["id"], "output_index": index}
    is_message = item["type"] == "message"
    given, event = ("input", "custom_tool_call_input") if "input" in item else ("arguments", "function_call_arguments")
    nothing: JSON = {"content": []} if is_message else {given: ""}
    begun = {**item, "status": "in_progress", **nothing}
    yield {"type": "response.output_item.added", "output_index": index, "item": begun}
    if is_message:
        part = item["content"][0]
        at: JSON = {**where, "content_index": 0}
        yield {"type": "response.content_part.added", **at, "part": {**part, "text": ""}}
        for piece in _pieces(part["text"]):
            yield {"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []}
        yield {"type": "response.output_text.done", **at, "text": part["text"], "logprobs": []}
        yield {"type": "response.content_part.done", **at, "part": part}
    else:
        for piece in _pieces(item[given]):
            yield {"type": f"response.{event}.delta", **where, "delta": piece}
        yield {"type": f"response.{event}.done", **where, "name": item["name"], given: item[given]}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _pieces(text: str) -> Iterator[str]:
    """At least two pieces of any text that has two characters, so that a reader must put them together."""
    size = max(1, min(CHUNK, (len(text) + 1) // 2))
    for start in range(0, len(text), size):
        yield text[start : start + size]


def _chat_calls(turn: Turn, number: int) -> list[JSON]:
    calls = enumerate(turn.calls)
    return [
        {"id": f"call_{number}_{i}", "type": "function", "function": {"name": c.name, "arguments": c.arguments}}
        for i, c in calls
    ]


def _chat_usage(request: ModelRequest, turn: Turn) -> JSON:
    heard, said = _tokens(request, turn)
    return {"prompt_tokens": heard, "completion_tokens": said, "total_tokens": heard + said}


def _completion(request: ModelRequest, turn: Turn, number: int) -> JSON:
    calls = _chat_calls(turn, number)
    message: JSON = {"role": "assistant", "content": turn.text if turn.text or not calls else None, "refusal": None}
    if calls:
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if calls else "stop"}
    head = {"id": f"chatcmpl-{number}", "object": "chat.completion", "created": CREATED, "model": request.model}
    return {**head, "choices": [choice], "usage": _chat_usage(request, turn)}


def _chat_chunks(request: ModelRequest, turn: Turn, number: int) -> Iterator[JSON]:
    head = {"id": f"chatcmpl-{number}", "object": "chat.completion.chunk", "created": CREATED, "model": request.model}

    def chunk(delta: JSON, finish: str | None = None) -> JSON:
        return {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    for piece in _pieces(turn.text):
        yield chunk({"content": piece})
    for index, made in enumerate(_chat_calls(turn, number)):
        function = made["function"]
        yield chunk({"tool_calls": [{**made, "index": index, "function": {**function, "arguments": ""}}]})
        for piece in _pieces(function["arguments"]):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield chunk({}, "tool_calls" if turn.calls else "stop")
    if (request.body.get("stream_options") or {}).get("include_usage"):
        yield {**head, "choices": [], "usage": _chat_usage(request, turn)}
