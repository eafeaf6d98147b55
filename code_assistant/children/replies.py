"""What a child replies, put in order before the SDK reads it: one fault in it costs no more than what is wrong.

Its one rule: what is right stays as it is; what is left out, or cannot be read, is said.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from itertools import groupby
from typing import Any

from mcp.shared.message import SessionMessage
from mcp_types import PARSE_ERROR, ErrorData, JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse
from mcp_types.methods import validate_server_result
from pydantic import ValidationError

from code_assistant.text.plain import plain_line
from groundwork.wire import Incoming, PassingStream, find_ids, line_of, mend

MAX_PAGES = 100
"""Of a list of tools; whoever has more is asked no further."""
MAX_BLOCKS = 200
"""Of one answer; the SDK spends 14 microseconds on each, on the event loop."""
_LIST = "tools/list"
_FIRST_VERSION = "2026-07-28"
"""What is spoken without a handshake."""
_MAX_NOTES, _MAX_ASKED = 20, 1_000
_IS_MESSAGE = re.compile(r'^\s*\{.*"jsonrpc"', re.DOTALL)
_IS_ASKED = re.compile(r'"method"\s*:\s*"')

Words = Callable[[str], str]


class Replies:
    """The replies of one connection. `words` is applied to every text in them: it masks what is secret."""

    def __init__(self, words: Words | None = None) -> None:
        self.notes: list[str] = []
        """What of the list of tools was left out, and why."""
        self._words = words
        self._asked: dict[str | int, JSONRPCRequest] = {}
        self._version = _FIRST_VERSION
        self._cursors: set[str] = set()
        self._names: set[str] = set()

    def note_request(self, item: SessionMessage) -> None:
        """Remember what the child is asked, until it has answered."""
        request = item.message
        if isinstance(request, JSONRPCRequest):
            self._asked[request.id] = request
            if len(self._asked) > _MAX_ASKED:
                del self._asked[next(iter(self._asked))]
            if request.method == _LIST and not (request.params or {}).get("cursor"):
                self._cursors, self._names, self.notes = set(), set(), []

    def note_end(self, request_id: str | int) -> None:
        """Forget a request that nobody waits for any more."""
        self._asked.pop(request_id, None)

    def read(self, item: Incoming) -> Incoming:
        """The same reply, mended; one that cannot be is an error for the request that it answers."""
        if isinstance(item, ValidationError):
            item = mend(item)
        if isinstance(item, ValidationError):
            return self._refuse(item)
        if isinstance(item, SessionMessage) and isinstance(item.message, JSONRPCResponse | JSONRPCError):
            request = self._asked.pop(item.message.id or 0, None)
            if isinstance(item.message, JSONRPCResponse) and request is not None:
                return replace(item, message=self._put_in_order(item.message, request))
        return item

    def _refuse(self, error: ValidationError) -> Incoming:
        """An unreadable line is the answer to the request that it names, or to the only one there is."""
        line = line_of(error)
        if not _IS_MESSAGE.match(line[:1_000]) or _IS_ASKED.search(line[:200]):
            return error  # a greeting, or something that is no answer
        named = [one for one in find_ids(line) if one in self._asked]
        waiting = named or (list(self._asked) if len(self._asked) == 1 else [])
        if not waiting:
            return error
        self._asked.pop(waiting[0])
        why = f"its answer is no valid JSON-RPC: {error.errors(include_url=False)[0]['msg'][:200]}"
        return SessionMessage(
            JSONRPCError(jsonrpc="2.0", id=waiting[0], error=ErrorData(code=PARSE_ERROR, message=why))
        )

    def _put_in_order(self, answer: JSONRPCResponse, request: JSONRPCRequest) -> JSONRPCResponse:
        result = answer.result
        if request.method == "initialize":
            self._version = str(result.get("protocolVersion", self._version))
        if request.method == _LIST and isinstance(result.get("tools"), list):
            result = self._list(result)
        if isinstance(blocks := result.get("content"), list) and len(blocks) > MAX_BLOCKS:
            result = {**result, "content": _join_texts(blocks)}
        if self._words is not None:
            result = _reword(result, self._words)
        return answer if result is answer.result else answer.model_copy(update={"result": result})

    def _list(self, page: dict[str, Any]) -> dict[str, Any]:
        kept = [tool for tool in page["tools"] if self._is_usable(tool, page)]
        cursor = page.get("nextCursor")
        is_end = cursor is None or (isinstance(cursor, str) and self._is_known(cursor))
        others = {key: value for key, value in page.items() if not (key == "nextCursor" and is_end)}
        return {**others, "tools": kept}

    def _is_known(self, cursor: str) -> bool:
        """Whether to go on there would be no progress; the tools so far are what there is then."""
        if not cursor or cursor in self._cursors:
            self._note("its list of tools names a next page that is none; what came until there is used")
            return True
        self._cursors.add(cursor)
        if len(self._cursors) >= MAX_PAGES:
            self._note(f"its list of tools has more than {MAX_PAGES} pages; the rest is left out")
            return True
        return False

    def _is_usable(self, tool: Any, page: dict[str, Any]) -> bool:
        name = tool.get("name") if isinstance(tool, dict) else None
        shown = plain_line(str(name), 60)
        if isinstance(name, str) and name in self._names:
            return False  # a page that comes again
        try:
            validate_server_result(_LIST, self._version, {**page, "tools": [tool], "nextCursor": None})
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in problem["loc"] if part not in ("tools", 0))
            self._note(f"its tool {shown} is left out: {plain_line(where, 60)}: {plain_line(problem['msg'], 100)}")
            return False
        except (KeyError, ValueError):
            return True  # of a protocol that the SDK does not check
        self._names.add(str(name))
        return True

    def _note(self, text: str) -> None:
        if text not in self.notes and len(self.notes) < _MAX_NOTES:
            self.notes.append(text)


@asynccontextmanager
async def order_replies(streams: AbstractAsyncContextManager[Any], replies: Replies) -> AsyncIterator[Any]:
    """The streams of a transport with the replies put in order."""
    async with streams as (read, write, *more):
        yield (_ReadStream(read, replies), _WriteStream(write, replies), *more)


def _join_texts(blocks: list[Any]) -> list[Any]:
    """Neighbouring texts as one: whoever reads them puts a line break between them anyway."""
    joined: list[Any] = []
    for is_text, group in groupby(blocks, _is_text):
        members = list(group)
        joined += [{"type": "text", "text": "\n".join(block["text"] for block in members)}] if is_text else members
    return joined


def _is_text(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") == "text" and isinstance(block.get("text"), str)


def _reword(value: Any, words: Words) -> Any:
    if isinstance(value, str):
        return words(value)
    if isinstance(value, dict):
        return {key: _reword(part, words) for key, part in value.items()}
    return [_reword(part, words) for part in value] if isinstance(value, list) else value


class _ReadStream(PassingStream):
    """A read stream whose messages are put in order."""

    def __init__(self, stream: Any, replies: Replies) -> None:
        super().__init__(stream)
        self._replies = replies

    async def __anext__(self) -> Any:
        return self._replies.read(await super().__anext__())

    async def receive(self) -> Any:
        return self._replies.read(await self._stream.receive())


class _WriteStream(PassingStream):
    """A write stream that lets it be known what is asked."""

    def __init__(self, stream: Any, replies: Replies) -> None:
        super().__init__(stream)
        self._replies = replies

    async def send(self, item: SessionMessage) -> None:
        message = item.message
        if isinstance(message, JSONRPCNotification) and message.method == "notifications/cancelled":
            self._replies.note_end((message.params or {}).get("requestId", ""))
        self._replies.note_request(item)
        await self._stream.send(item)
