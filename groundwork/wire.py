"""Lines that the SDK cannot read or write: mended where that is possible, else answered with an error.

The SDK drops a line that it cannot read without a word, and the host that sent it would wait for ever; a message that
it cannot write ends the session. The one rule: only what the SDK refuses is touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Self

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, ErrorData, JSONRPCError, jsonrpc_message_adapter
from pydantic import BaseModel, ValidationError

_SURROGATE = re.compile("[\ud800-\udfff]")
_ID = re.compile(r'"id"\s*:\s*("[^"\\]{1,200}"|-?\d{1,18})\s*[,}]')
_METHOD = re.compile(r'"method"\s*:')
_LOOKED_AT = 2_000
"""Of a line's start and end each: where the id and the method of a request are, however long its arguments."""

Incoming = SessionMessage | Exception


class PassingStream:
    """A stream of messages that passes everything on; a kind of it says what it does beside that."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        return await self._stream.__anext__()

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> Any:
        return await self._stream.__aexit__(*error)


class Writable(PassingStream):
    """Passes messages on; lone surrogates, as in a file name that is no UTF-8, become U+FFFD."""

    async def send(self, item: SessionMessage, /) -> None:
        """Send one message, which can be written in any case."""
        await self._stream.send(_make_writable(item))


@asynccontextmanager
async def mend_messages(
    lines: anyio.abc.ObjectReceiveStream[Incoming], answers: anyio.abc.ObjectSendStream[SessionMessage]
) -> AsyncIterator[tuple[anyio.abc.ObjectReceiveStream[Incoming], Writable]]:
    """The same messages and a place for answers to them; what the SDK would refuse is mended on both ways.

    Lone surrogates become U+FFFD; a request that stays broken is answered with -32600.
    """
    send, receive = anyio.create_memory_object_stream[Incoming]()

    async def pump() -> None:
        async with send:
            async for item in lines:
                understood = mend(item) if isinstance(item, ValidationError) else item
                refusal = _refuse(understood) if isinstance(understood, ValidationError) else None
                if refusal is not None:
                    await answers.send(refusal)
                else:
                    await send.send(understood)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(pump)
        yield receive, Writable(answers)
        tasks.cancel_scope.cancel()


def _make_writable(item: SessionMessage) -> SessionMessage:
    if not _has_surrogate(item.message):
        return item
    text = json.dumps(item.message.model_dump(by_alias=True, exclude_unset=True), ensure_ascii=False)
    message = jsonrpc_message_adapter.validate_json(_SURROGATE.sub("\ufffd", text), by_name=False)
    return replace(item, message=message)


def _has_surrogate(value: object) -> bool:
    """Look into every text; ASCII, which is most of them, is known at a glance."""
    if isinstance(value, str):
        return not value.isascii() and _SURROGATE.search(value) is not None
    if isinstance(value, dict):
        return any(_has_surrogate(key) or _has_surrogate(part) for key, part in value.items())
    if isinstance(value, list | tuple):
        return any(map(_has_surrogate, value))
    return isinstance(value, BaseModel) and _has_surrogate(vars(value))


def mend(error: ValidationError) -> Incoming:
    """The message of a line that the SDK refused, where its only faults are a byte-order mark and lone surrogates."""
    line = line_of(error).removeprefix("\ufeff")
    try:
        text = _SURROGATE.sub("\ufffd", json.dumps(json.loads(line), ensure_ascii=False))
        return SessionMessage(jsonrpc_message_adapter.validate_json(text, by_name=False))
    except (ValueError, RecursionError):
        return error  # it was broken in another way


def find_ids(line: str) -> list[str | int]:
    """What stands as an id at the start or the end of a line that cannot be read as a whole."""
    return [json.loads(found) for found in _ID.findall(_cut_ends(line))]


def line_of(error: ValidationError) -> str:
    """The whole line: what was no JSON is in the error as text, what was no message as a dictionary."""
    for problem in error.errors(include_url=False, include_context=False):
        given = problem.get("input")
        if problem["type"] == "json_invalid" and isinstance(given, str):
            return given
        if problem["type"] == "missing" and isinstance(given, dict):
            return json.dumps(given, default=str)
    return ""


def _cut_ends(line: str) -> str:
    return line if len(line) <= 2 * _LOOKED_AT else f"{line[:_LOOKED_AT]}\n{line[-_LOOKED_AT:]}"


def _refuse(error: ValidationError) -> SessionMessage | None:
    """The error answer to a request that nobody can read, or None where no request can be made out."""
    line = line_of(error)
    ids = find_ids(line)
    if not ids or not _METHOD.search(_cut_ends(line)):
        return None
    why = f"the message is not valid JSON-RPC: {error.errors(include_url=False)[0]['msg'][:200]}"
    answer = JSONRPCError(jsonrpc="2.0", id=ids[0], error=ErrorData(code=INVALID_REQUEST, message=why))
    return SessionMessage(answer)
