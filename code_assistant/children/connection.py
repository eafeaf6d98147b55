"""Connections of the Agents SDK over a process that already runs, or over HTTP. Loaded late: it imports `agents`.

Its one rule: a connection never restarts anything; the supervisor in `children.py` does.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from agents.mcp import MCPServerStdio, MCPServerStreamableHttp
from mcp.types import CallToolResult

from code_assistant.children.launch import HttpLaunch
from code_assistant.children.process import ChildProcess
from code_assistant.children.replies import Replies, order_replies

REQUEST_TIMEOUT_S = 60.0
"""For one request, handshake included; the SDK's default of 5 s is too short for a first `docker run`."""


def connect_to(
    name: str, target: ChildProcess | HttpLaunch, replies: Replies
) -> MCPServerStdio | MCPServerStreamableHttp:
    """Build the connection, not yet connected; what comes over it is put in order by `replies`."""
    if isinstance(target, ChildProcess):
        return _ProcessConnection(name, target, replies)
    return _HttpConnection(name, target, replies)


class _HttpConnection(MCPServerStreamableHttp):
    def __init__(self, name: str, target: HttpLaunch, replies: Replies) -> None:
        super().__init__(
            {"url": target.url, "headers": dict(target.headers), "timeout": 15.0},
            name=name,
            cache_tools_list=True,
            client_session_timeout_seconds=REQUEST_TIMEOUT_S,
        )
        self._replies = replies

    def create_streams(self) -> AbstractAsyncContextManager[Any]:
        """The SDK's own, put in order."""
        return order_replies(super().create_streams(), self._replies)


class _ProcessConnection(MCPServerStdio):
    def __init__(self, name: str, process: ChildProcess, replies: Replies) -> None:
        params: Any = process.parameters.model_dump(exclude_none=True)
        super().__init__(params, name=name, cache_tools_list=True, client_session_timeout_seconds=REQUEST_TIMEOUT_S)
        self._process = process
        self._replies = replies

    async def connect(self) -> None:
        """Connect. The SDK's check of each answer against its schema is left out: we validate what we read of it."""
        await super().connect()  # type: ignore[no-untyped-call]
        session: Any = self.session
        session.validate_tool_result = _take_as_it_is  # jsonschema was a fifth of the time of a generation

    def create_streams(self) -> AbstractAsyncContextManager[Any]:
        """The streams of the process, which was started before there was a connection."""
        return order_replies(self._process.streams(), self._replies)


async def _take_as_it_is(name: str, result: CallToolResult) -> None:
    """Stand in for the SDK's validation of a tool's answer."""
