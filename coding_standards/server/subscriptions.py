"""Who wants to know about changes, and telling them, in both protocol eras.

2025-11-25: `resources/subscribe`, then bare notifications on the connection. 2026-07-28: `subscriptions/listen`, fed by
the SDK's bus. Its one rule: an announcement says only what really reads, or is judged, differently now.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import unquote

import anyio
from mcp import MCPError
from mcp.server import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.session import ServerSession
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ResourcesListChanged, ResourceUpdated
from mcp_types import (
    INVALID_PARAMS,
    EmptyResult,
    NotificationParams,
    SubscribeRequestParams,
    SubscriptionsListenRequestParams,
    SubscriptionsListenResult,
    UnsubscribeRequestParams,
)

from coding_standards.languages import LANGUAGES, Language, UnknownLanguageError, find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.texts import pages

_Context = ServerRequestContext[Any, Any]
_MAX_URIS, _MAX_URI_CHARS = 1_000, 1_000
"""A client has no use for more, and they are kept and compared at each change."""
_OF_A_LANGUAGE = ("standards://language", "standards://checklist")


class Announcer:
    """Compares snapshots and tells the client what changed. One process serves one client over stdio."""

    def __init__(self) -> None:
        self.bus = InMemorySubscriptionBus()
        self._client: ServerSession | None = None
        self._subscribed: set[str] = set()
        self._listening: list[frozenset[str]] = []
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
                await self._notify_updated(uri)

    async def _list_changed(self) -> None:
        await self.bus.publish(ResourcesListChanged())
        if self._client is not None:
            await self._client.send_resource_list_changed()

    async def _notify_updated(self, uri: str) -> None:
        # Under the spelling that was asked for: a client knows no other.
        listened = {given for asked in self._listening for given in asked if canonical(given) == uri}
        for given in sorted(listened):
            await self.bus.publish(ResourceUpdated(uri=given))
        for given in sorted(self._subscribed):
            if self._client is not None and canonical(given) == uri:
                await self._client.send_resource_updated(given)

    async def _listen(self, ctx: _Context, params: SubscriptionsListenRequestParams) -> SubscriptionsListenResult:
        await self._has_baseline.wait()
        asked = frozenset(str(uri) for uri in params.notifications.resource_subscriptions or ())
        _refuse_too_much(asked)
        self._listening.append(asked)
        try:
            return await self._listen_handler(ctx, params)
        finally:
            self._listening.remove(asked)

    async def _subscribe(self, ctx: _Context, params: SubscribeRequestParams) -> EmptyResult:
        await self._has_baseline.wait()
        _refuse_too_much(self._subscribed | {str(params.uri)})
        self._client = ctx.session
        self._subscribed.add(str(params.uri))
        return EmptyResult()

    async def _unsubscribe(self, ctx: _Context, params: UnsubscribeRequestParams) -> EmptyResult:
        self._subscribed.discard(str(params.uri))
        return EmptyResult()

    async def _greet(self, ctx: _Context, params: NotificationParams) -> None:
        # The session belongs to one message, its channel to the connection: it stays good for later notifications.
        self._client = ctx.session


def _refuse_too_much(uris: Collection[str]) -> None:
    longest = max(map(len, uris), default=0)
    if longest > _MAX_URI_CHARS or len(uris) > _MAX_URIS:
        told = f"{len(uris):,} resources, the longest URI of {longest:,} characters"
        raise MCPError(INVALID_PARAMS, f"{told}; at most {_MAX_URIS:,} of {_MAX_URI_CHARS:,} can be subscribed to")


def canonical(uri: str) -> str:
    """The spelling under which a resource is listed: `standards://language/py` is read as well, for one."""
    start, _, name = uri.rpartition("/")
    name = unquote(name).strip().lower()
    if start in _OF_A_LANGUAGE:
        try:
            return f"{start}/{find_language(name).name}"
        except UnknownLanguageError:
            return uri
    return f"{start}/{name}" if start == "standards://topic" else uri


def differences(before: Library, after: Library) -> tuple[bool, tuple[str, ...]]:
    """Whether the list of resources differs, and the URIs whose text or rules do, gone ones included."""
    old, new = pages(before), pages(after)
    judged = {
        f"{start}/{language.name}"
        for language in LANGUAGES
        if _judging(before, language) != _judging(after, language)
        for start in _OF_A_LANGUAGE
    }
    changed = tuple(
        uri for uri in {**old, **new} if uri not in old or uri not in new or uri in judged or old[uri]() != new[uri]()
    )
    return old.keys() != new.keys(), changed


def _judging(library: Library, language: Language) -> dict[str, tuple[object, ...]]:
    """What the rules of a language do, by id; their examples, and where they stand, change no report."""
    return {
        rule.id: (rule.engine, rule.items, rule.severity, rule.message, rule.note, rule.body)
        for rule in library.rules_for(language)
    }
