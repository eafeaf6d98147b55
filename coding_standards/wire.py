"""Mending requests that JavaScript can write and the SDK cannot read.

A string with half of a surrogate pair is legal JSON and reaches us as `\\ud800`; the SDK's parser refuses the whole
line and answers nothing, so that the host would wait for ever. Its one rule: only such lines are touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter
from pydantic import ValidationError

_SURROGATE = re.compile("[\ud800-\udfff]")

Incoming = SessionMessage | Exception


@asynccontextmanager
async def mended(
    lines: anyio.abc.ObjectReceiveStream[Incoming],
) -> AsyncIterator[anyio.abc.ObjectReceiveStream[Incoming]]:
    """The same messages, with lone surrogates replaced by U+FFFD where they broke a line."""
    send, receive = anyio.create_memory_object_stream[Incoming]()

    async def pump() -> None:
        async with send:
            async for item in lines:
                await send.send(_mend(item) if isinstance(item, ValidationError) else item)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(pump)
        yield receive
        tasks.cancel_scope.cancel()


def _mend(error: ValidationError) -> Incoming:
    first = error.errors(include_url=False, include_context=False)[0]
    line = first.get("input")
    if first["type"] != "json_invalid" or not isinstance(line, str):
        return error
    try:
        text = _SURROGATE.sub("\ufffd", json.dumps(json.loads(line), ensure_ascii=False))
        return SessionMessage(jsonrpc_message_adapter.validate_json(text, by_name=False))
    except (ValueError, RecursionError):
        return error  # it was broken in another way
