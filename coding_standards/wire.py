"""Lines that the SDK cannot read: mended where that is possible, answered with an error where an id can be made out.

The SDK drops such a line without a word, and the host that sent it would wait for ever. The one rule: only lines
that the SDK has refused are touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, ErrorData, JSONRPCError, jsonrpc_message_adapter
from pydantic import ValidationError

_SURROGATE = re.compile("[\ud800-\udfff]")
_ID = re.compile(r'"id"\s*:\s*("[^"\\]{1,200}"|-?\d{1,18})\s*[,}]')
_METHOD = re.compile(r'"method"\s*:\s*"')
_LOOKED_AT = 2_000
"""Of a line's start and end each: where the id and the method of a request are, however long its arguments."""

Incoming = SessionMessage | Exception


@asynccontextmanager
async def mended(
    lines: anyio.abc.ObjectReceiveStream[Incoming], answers: anyio.abc.ObjectSendStream[SessionMessage]
) -> AsyncIterator[anyio.abc.ObjectReceiveStream[Incoming]]:
    """The same messages; what the SDK refused is mended (lone surrogates become U+FFFD), else answered with -32600."""
    send, receive = anyio.create_memory_object_stream[Incoming]()

    async def pump() -> None:
        async with send:
            async for item in lines:
                understood = _mend(item) if isinstance(item, ValidationError) else item
                refusal = _refusal(understood) if isinstance(understood, ValidationError) else None
                if refusal is not None:
                    await answers.send(refusal)
                else:
                    await send.send(understood)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(pump)
        yield receive
        tasks.cancel_scope.cancel()


def _mend(error: ValidationError) -> Incoming:
    line = _line(error)
    try:
        text = _SURROGATE.sub("\ufffd", json.dumps(json.loads(line), ensure_ascii=False))
        return SessionMessage(jsonrpc_message_adapter.validate_json(text, by_name=False))
    except (ValueError, RecursionError):
        return error  # it was broken in another way


def _refusal(error: ValidationError) -> SessionMessage | None:
    """The error answer to a request that nobody can read, or None where no request can be made out."""
    line = _line(error)
    looked_at = line if len(line) <= 2 * _LOOKED_AT else f"{line[:_LOOKED_AT]}\n{line[-_LOOKED_AT:]}"
    found = _ID.search(looked_at)
    if found is None or not _METHOD.search(looked_at):
        return None
    why = f"the message is not valid JSON-RPC: {error.errors(include_url=False)[0]['msg'][:200]}"
    answer = JSONRPCError(jsonrpc="2.0", id=json.loads(found[1]), error=ErrorData(code=INVALID_REQUEST, message=why))
    return SessionMessage(answer)


def _line(error: ValidationError) -> str:
    """The whole line: what was no JSON is in the error as text, what was no message as a dictionary."""
    for problem in error.errors(include_url=False, include_context=False):
        given = problem.get("input")
        if problem["type"] == "json_invalid" and isinstance(given, str):
            return given
        if problem["type"] == "missing" and isinstance(given, dict):
            return json.dumps(given, default=str)
    return ""
