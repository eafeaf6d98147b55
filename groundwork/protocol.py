"""The protocol to the letter, for both servers: what the SDK leaves open or answers in a way of its own.

Its one rule: nothing is declared that is not there, and a wrong call of the protocol is an error of the protocol.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar

from mcp import MCPError
from mcp.server import MCPServer, ServerRequestContext
from mcp.server.caching import CacheHint
from mcp.server.context import CallNext, HandlerResult
from mcp.server.lowlevel import NotificationOptions
from mcp.server.stdio import stdio_server
from mcp_types import INVALID_PARAMS, METHOD_NOT_FOUND, DiscoverResult, Icon, RequestParams, ServerCapabilities, Tool
from mcp_types.methods import CacheableMethod
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS

from groundwork.arguments import cut, did_you_mean
from groundwork.version import __version__
from groundwork.wire import mend_messages

VERSIONS = (*reversed(MODERN_PROTOCOL_VERSIONS), *reversed(HANDSHAKE_PROTOCOL_VERSIONS))
"""Every version of the protocol that is served, the newest first."""

_FIXED = CacheHint(ttl_ms=3_600_000, scope="public")
"""For what is the same as long as the program is: an hour, for anybody."""
_FIXED_METHODS: tuple[CacheableMethod, ...] = (
    "server/discover",
    "tools/list",
    "prompts/list",
    "resources/templates/list",
)
"""Resources are not among them: a change on disk is seen by the next call."""

_MAX_METHOD_CHARS = 200
_Lifespan = TypeVar("_Lifespan")


class StdioServer(MCPServer[_Lifespan], Generic[_Lifespan]):
    """An MCP server for one client over stdio, of this program's version."""

    def __init__(self, name: str, *, offers: Collection[str], icon: str, **given: Any) -> None:
        """`offers` names what there is beside tools: `prompts`, `resources`; `icon` is the inside of an SVG."""
        super().__init__(
            name,
            version=__version__,
            icons=[_icon(icon)],
            cache_hints=dict.fromkeys(_FIXED_METHODS, _FIXED),
            subscriptions=False,  # who has something to announce serves them
            **given,
        )
        # The SDK serves, and so declares, everything; there is no other way to take a handler back.
        handlers = self._lowlevel_server._request_handlers
        for method in [method for method in handlers if method.partition("/")[0] in {"prompts", "resources"}]:
            if method.partition("/")[0] not in offers:
                del handlers[method]
        self._lowlevel_server.add_request_handler("server/discover", RequestParams, self._discover)
        self.middleware.extend((_refuse_long_methods, _refuse_cursors))

    async def list_tools(self) -> list[Tool]:
        """The tools; their arguments are those that are listed and no others."""
        return [
            tool.model_copy(update={"input_schema": {**tool.input_schema, "additionalProperties": False}})
            for tool in await super().list_tools()
        ]

    async def serve_stdio(self, notifications: NotificationOptions | None = None) -> None:
        """Serve one client until its input ends."""
        options = self._lowlevel_server.create_initialization_options(notifications)
        async with stdio_server() as streams, mend_messages(*streams) as (requests, answers):
            await self._lowlevel_server.run(requests, answers, options)

    async def _discover(self, ctx: ServerRequestContext[Any, Any], params: RequestParams | None) -> DiscoverResult:
        told = self._lowlevel_server.get_capabilities(protocol_version=ctx.protocol_version)
        return DiscoverResult(
            supported_versions=list(VERSIONS), capabilities=_without_changes(told), instructions=self.instructions
        )


def unknown_tool(name: str, known: Collection[str]) -> MCPError:
    """The error for a tool that there is not."""
    return MCPError(INVALID_PARAMS, f"Unknown tool {cut(name)!r}; {did_you_mean(name, known)}")


def _without_changes(told: ServerCapabilities) -> ServerCapabilities:
    """The SDK promises news of every list where subscriptions are served; those of tools and prompts never change."""
    update: dict[str, Any] = {}
    for name in ("tools", "prompts"):
        capability = getattr(told, name)
        if capability is not None:
            update[name] = capability.model_copy(update={"list_changed": False})
    return told.model_copy(update=update)


async def _refuse_long_methods(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """The SDK sends the name of a method that it does not know back, however long it is."""
    if len(ctx.method) > _MAX_METHOD_CHARS:
        raise MCPError(METHOD_NOT_FOUND, f"Method not found: {cut(ctx.method)!r}")
    return await call_next(ctx)


async def _refuse_cursors(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """No list here has a second page, so that no cursor is one of ours."""
    params = ctx.params
    if ctx.method.endswith("/list") and isinstance(params, Mapping) and params.get("cursor") is not None:
        raise MCPError(INVALID_PARAMS, f"cursor: {cut(str(params['cursor']))!r} is unknown; the list has one page")
    return await call_next(ctx)


def _icon(inside: str) -> Icon:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>{inside}</svg>"
    plain = svg.replace("%", "%25").replace("#", "%23").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    return Icon(src=f"data:image/svg+xml,{plain}", mime_type="image/svg+xml", sizes=["any"])
