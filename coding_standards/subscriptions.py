"""Who wants to know about changes, and telling them, in both protocol eras.

2025-11-25: `resources/subscribe`, then bare notifications on the connection. 2026-07-28: `subscriptions/listen`, fed by
the SDK's bus. Its one rule: an announcement says only what really reads differently now.
"""

from __future__ import annotations

from typing import Any

import anyio
from mcp.server import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ResourcesListChanged, ResourceUpdated
from mcp_types import (
    EmptyResult,
    NotificationParams,
    SubscribeRequestParams,
    SubscriptionsListenRequestParams,
    SubscriptionsListenResult,
    UnsubscribeRequestParams,
)

from coding_standards.library import Library
from coding_standards.texts import pages

_Context = ServerRequestContext[Any, Any]


class Announcer:
    """Compares snapshots and tells the client what changed. One process serves one client over stdio."""

    def __init__(self) -> None:
        self.bus = InMemorySubscriptionBus()
        self._client: ServerSession | None = None
        self._subscribed: set[str] = set()
        self._told: Library | None = None
        self._turn = anyio.Lock()
        self._has_baseline = anyio.Event()
        self._listen_handler = ListenHandler(self.bus)

    def serve(self, server: Server[Any]) -> None:
        """Answer the subscription requests of both eras, once there is something to compare with."""
        server.add_request_handler("subscriptions/listen", SubscriptionsListenRequestParams, self._listen)
        server.add_request_handler("resources/subscribe", SubscribeRequestParams, self._subscribe)
        server.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, self._unsubscribe)
        server.add_notification_handler("notifications/initialized", NotificationParams, self._greet)

    def is_news(self, library: Library) -> bool:
        """Whether `announce` would have something to say, or to compare with from then on."""
        return self._told is None or library.version > self._told.version

    async def announce(self, library: Library) -> None:
        """Tell what differs from the last snapshot told about; the first one is no news."""
        async with self._turn:
            before, self._told = self._told, library
            if before is None:
                self._has_baseline.set()
                return
            if library.version <= before.version:
                self._told = before
                return
            gone_or_new, changed = await anyio.to_thread.run_sync(differences, before, library)
            if gone_or_new:
                await self._list_changed()
            for uri in changed:
                await self._updated(uri)

    async def _list_changed(self) -> None:
        await self.bus.publish(ResourcesListChanged())
        if self._client is not None:
            await self._client.send_resource_list_changed()

    async def _updated(self, uri: str) -> None:
        await self.bus.publish(ResourceUpdated(uri=uri))
        if self._client is not None and uri in self._subscribed:
            await self._client.send_resource_updated(uri)

    async def _listen(self, ctx: _Context, params: SubscriptionsListenRequestParams) -> SubscriptionsListenResult:
        await self._has_baseline.wait()
        return await self._listen_handler(ctx, params)

    async def _subscribe(self, ctx: _Context, params: SubscribeRequestParams) -> EmptyResult:
        await self._has_baseline.wait()
        self._client = ctx.session
        self._subscribed.add(str(params.uri))
        return EmptyResult()

    async def _unsubscribe(self, ctx: _Context, params: UnsubscribeRequestParams) -> EmptyResult:
        self._subscribed.discard(str(params.uri))
        return EmptyResult()

    async def _greet(self, ctx: _Context, params: NotificationParams) -> None:
        # The session belongs to one message, its channel to the connection: it stays good for later notifications.
        self._client = ctx.session


def differences(before: Library, after: Library) -> tuple[bool, tuple[str, ...]]:
    """Whether the list of resources differs, and the URIs whose text does, gone ones included."""
    old, new = pages(before), pages(after)
    changed = tuple(uri for uri in {**old, **new} if uri not in old or uri not in new or old[uri]() != new[uri]())
    return old.keys() != new.keys(), changed
