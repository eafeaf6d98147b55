"""Context7, asked only when it did not fail a moment ago: each call counts against a quota and may take long.

The rule: whoever asks, the agent included, asks through here; every failure leaves as a `DocumentationError`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from code_assistant.children.errors import ChildError
from code_assistant.context7.client import Context7, DocumentationError
from code_assistant.documentation.cache import Cache
from code_assistant.text.plain import plain_line

FAILURE_FRESH_S = 60.0
"""A failure is believed for a minute: long enough to spare a quota, short enough to notice that it is over."""
_LONGEST_FAILURE_S = 86_400.0
"""Whatever an answer says of when to come again: one call a day costs nothing."""
_EVERYTHING = "*"
_GRACE_S = 0.5
"""The child's own limit is reached first, so that it is looked after when it hangs."""

_NEARLY = 0.9
"""Clocks differ in their grain."""

T = TypeVar("T")


@dataclass(frozen=True)
class _StoredFailure:
    """As it is stored."""

    until: float
    why: str
    remedy: str
    kind: str = "other"


_FAILURE = TypeAdapter(_StoredFailure)


class Guard:
    """Asks, and remembers failures in the cache, for all processes."""

    def __init__(self, context7: Context7 | None, cache: Cache | None) -> None:
        self._context7 = context7
        self._cache = cache
        self._answered_at = 0.0

    async def ask(self, about: str, question: Callable[[Context7], Awaitable[T]], timeout_s: float) -> T:
        """Ask Context7 about a library.

        Raises:
            DocumentationError: it failed, now or within the last minute, or is switched off.
        """
        if self._context7 is None:
            raise DocumentationError("off", "Context7 is switched off", "set CODE_ASSISTANT_CONTEXT7=auto")
        for concerned in (_EVERYTHING, about):
            await self._refuse_known(concerned)
        started = time.monotonic()
        try:
            async with asyncio.timeout(timeout_s + _GRACE_S):
                answer = await question(self._context7)
        except DocumentationError as error:
            if error.kind == "network":
                self._context7.note_unreachable(error)
            await self._remember(_EVERYTHING if error.kind == "rate_limit" else about, error)
            await self._count()
            raise
        except (ChildError, TimeoutError) as error:
            is_late = time.monotonic() - started >= timeout_s * _NEARLY
            failure = _explain_late(timeout_s, self._context7) if is_late else _explain_child(error)
            if self._context7.is_ready:  # one that starts, or is down, tells so at once and may be ready in a moment
                is_deaf = is_late and self._answered_at < started
                if is_deaf:
                    self._context7.note_unreachable(failure)
                await self._remember(_EVERYTHING if is_deaf else about, failure)
            raise failure from error
        self._context7.note_unreachable(None)
        self._answered_at = time.monotonic()
        await self._count()
        return answer

    async def _count(self) -> None:
        """One call more, of all processes of this user."""
        if self._cache is not None:
            await asyncio.to_thread(self._cache.count, "calls", _name_month())
            await asyncio.to_thread(load_usage, self._cache)

    async def _refuse_known(self, concerned: str) -> None:
        entry = await asyncio.to_thread(self._cache.get, "failure", concerned) if self._cache else None
        if entry is None:
            return
        try:
            known = _FAILURE.validate_json(entry.value)
        except ValidationError:
            return  # of another version of this program, or damaged
        if 0 < known.until - time.time() <= _LONGEST_FAILURE_S:
            raise DocumentationError(known.kind, known.why, known.remedy)

    async def _remember(self, concerned: str, error: DocumentationError) -> None:
        if self._cache is None:
            return
        for_s = min(max(FAILURE_FRESH_S, error.retry_after_s), _LONGEST_FAILURE_S)
        failure = _StoredFailure(time.time() + for_s, error.why, error.remedy, error.kind)
        await asyncio.to_thread(self._cache.put, "failure", concerned, _FAILURE.dump_json(failure).decode())


def load_usage(cache: Cache) -> None:
    """Note in the cache's status what is known of the quota; Context7's own server tells nothing until it is used up.

    Blocking: call it in a thread.
    """
    calls, refusal = cache.peek("calls", _name_month()), cache.peek("failure", _EVERYTHING)
    usage: dict[str, int | float | str] = {}
    if calls is not None and calls.value.isdecimal():
        usage["context7_calls_this_month"] = int(calls.value)
    try:
        known = _FAILURE.validate_json(refusal.value) if refusal else None
    except ValidationError:
        known = None
    if known is not None and known.kind == "rate_limit" and known.until > time.time():
        usage["context7_refuses"] = known.why
        usage["context7_refuses_until"] = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(known.until))
    cache.usage = usage


def _name_month() -> str:
    """Quotas are counted by it."""
    return time.strftime("%Y-%m", time.gmtime())


def _explain_late(timeout_s: float, context7: Context7) -> DocumentationError:
    if not context7.is_ready:
        return DocumentationError("late", f"Context7 was not ready within {timeout_s:g} s", "see get_server_status")
    remedy = "try again in a minute; check the network and the proxy (HTTPS_PROXY), or set CODE_ASSISTANT_CONTEXT7=off"
    return DocumentationError("late", f"Context7 gave no answer within {timeout_s:g} s", remedy)


def _explain_child(error: ChildError | TimeoutError) -> DocumentationError:
    why, remedy = (error.why, error.remedy) if isinstance(error, ChildError) else ("it took too long", "")
    return DocumentationError("child", f"Context7: {plain_line(why)}", remedy or "see get_server_status")
