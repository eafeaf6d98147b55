"""Whether Context7's service can be reached. Its server starts and lists its tools without it, so no start tells.

The rule: one bounded look when it starts and, while that was in vain, when somebody asks how it is; what calls meet
is told by the guard and outlives a look, since a service that takes connections may still not answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from code_assistant.children.child import Child, Hindrance
from code_assistant.settings import Settings

CONNECT_S = 2.0
_AGAIN_AFTER_S = 15.0
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
_API = "https://context7.com/api"


class Reach:
    """Looks whether the service answers, and tells its child what it found."""

    def __init__(self, settings: Settings, child: Child) -> None:
        self._settings = settings
        self._child = child
        self._found: Hindrance | None = None
        self._looked_at = 0.0
        child.is_doubted = True

    @property
    def is_due(self) -> bool:
        """True when the last look was in vain and is some time ago."""
        return self._found is not None and time.monotonic() - self._looked_at >= _AGAIN_AFTER_S

    async def look(self) -> None:
        """Connect once. Never longer than two seconds."""
        self._looked_at = time.monotonic()
        host, port = find_endpoint(self._settings)
        remedy = "check the network and the proxy (HTTPS_PROXY), or set CODE_ASSISTANT_CONTEXT7=off"
        is_there = await connects(host, port, CONNECT_S)
        found = None if is_there else Hindrance(f"{host}, which it asks, is not reachable from here", remedy)
        if self._child.hindrance is self._found:  # else a call has met something since, and knows better
            self._child.hindrance = found
        self._found = found
        self._child.is_doubted = False


def find_endpoint(settings: Settings) -> tuple[str, int]:
    """The host and port that Context7 must reach: its service, or the proxy in between."""
    if settings.context7 == "remote":
        return split_endpoint(settings.context7_url)
    if settings.context7_api_url:
        return split_endpoint(settings.context7_api_url)
    return split_endpoint(_proxy(settings.environ) or _API)


def split_endpoint(url: str) -> tuple[str, int]:
    """The host and port of a URL."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


async def connects(host: str, port: int, timeout_s: float) -> bool:
    """True when something takes a connection there in time."""
    try:
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _proxy(environ: Mapping[str, str]) -> str | None:
    named = next((environ[name] for name in _PROXIES if environ.get(name)), None)
    return named if named is None or "://" in named else f"http://{named}"
