"""Documentation of a library, down a ladder: fresh cache, Context7, stale cache, the installed package, none.

Nothing here raises: what cannot be had is a value with its reason and remedy.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from code_assistant.cache import Cache, Entry, Kind
from code_assistant.children import ChildError
from code_assistant.context7 import Context7, DocumentationError, Match, best_match
from code_assistant.libraries import Library, is_version, parse_library
from code_assistant.result import DocumentationSource
from code_assistant.single_flight import SingleFlight
from code_assistant.trim import words

TIMEOUT_S = 15.0
"""For Context7's part, a starting child included: a container takes 2 s to be ready, a cold `npx` up to 13 s."""
INSTALLED_TIMEOUT_S = 8.0
DAY_S = 86_400.0
MATCH_FRESH_S = 7 * DAY_S
FAILURE_FRESH_S = 60.0
"""A failure is believed for a minute: long enough to spare a quota, short enough to notice that it is over."""
_TOPIC_WORDS = 12
_EVERY_LIBRARY = "*"


@dataclass(frozen=True)
class Documentation:
    """What was found for one library; `text` is empty and `why` set when nothing was."""

    library: str
    source: DocumentationSource
    text: str = ""
    version: str | None = None
    library_id: str | None = None
    age_s: int | None = None
    note: str | None = None
    why: str = ""
    remedy: str = ""


Installed = Callable[[Library, str, str], Awaitable[Documentation | None]]
"""Reads the installed package: library, language and query."""


class Documents:
    """Finds documentation for libraries. Equal questions asked at once are asked once."""

    def __init__(
        self,
        context7: Context7 | None,
        cache: Cache | None = None,
        fresh_s: float = DAY_S,
        installed: Installed | None = None,
    ) -> None:
        self._context7 = context7
        self._cache = cache
        self._fresh_s = fresh_s
        self._installed = installed
        self._asking: SingleFlight[Documentation] = SingleFlight()

    async def find(self, asked: str, query: str, language: str = "python") -> Documentation:
        """Return the documentation of one library, asked for as in the request (`fastapi==0.115`)."""
        key = f"{language} {asked.lower()} {_topic(query)}"
        return await self._asking.run(key, lambda: self._descend(asked, query, language))

    async def _descend(self, asked: str, query: str, language: str) -> Documentation:
        """Take the rungs from the top; the first that holds is the answer."""
        library = parse_library(asked)
        key = f"{library.name.lower()} {library.wish or ''} {_topic(query)}"
        entry = await self._stored("text", key)
        if entry is not None and entry.age_s <= self._fresh_s:
            return _from_cache(asked, entry)
        fetched = await self._fetch(asked, library, query)
        if fetched.source == "context7":
            await self._store("text", key, json.dumps(dataclasses.asdict(fetched)))
            return fetched
        if entry is not None:
            stale = _from_cache(asked, entry)
            return dataclasses.replace(stale, note=_joined(stale.note, f"stale, since {fetched.why}"))
        return await self._from_package(library, language, query, fetched) or fetched

    async def _fetch(self, asked: str, library: Library, query: str) -> Documentation:
        if self._context7 is None:
            return _none(asked, "Context7 is switched off", "set CODE_ASSISTANT_CONTEXT7=auto")
        name = library.name.lower()
        for failed in (_EVERY_LIBRARY, name):
            known = await self._stored("failure", failed)
            if known is not None and time.time() < (failure := json.loads(known.value))["until"]:
                return _none(asked, failure["why"], failure["remedy"])
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._ask(self._context7, asked, library, query)
        except DocumentationError as error:
            concerned = _EVERY_LIBRARY if error.kind == "rate_limit" else name
            until = time.time() + max(FAILURE_FRESH_S, error.retry_after_s)
            failure = {"until": until, "why": error.why, "remedy": error.remedy}
            await self._store("failure", concerned, json.dumps(failure))
            return _none(asked, error.why, error.remedy)
        except ChildError as error:
            return _none(asked, f"Context7: {error.why}", error.remedy)
        except TimeoutError:
            return _none(asked, f"Context7 gave no answer within {TIMEOUT_S:.0f} s", "see get_server_status")

    async def _ask(self, context7: Context7, asked: str, library: Library, query: str) -> Documentation:
        match, is_weak = best_match(library.name, await self._matches(context7, library, query))
        version = _version(match, library)
        library_id = f"{match.id}/{version}" if version else match.id
        text = await context7.documentation(library_id, query, TIMEOUT_S)
        return Documentation(asked, "context7", text, version, library_id, 0, _note(match, library, version, is_weak))

    async def _matches(self, context7: Context7, library: Library, query: str) -> tuple[Match, ...]:
        name = library.name.lower()
        entry = await self._stored("match", name)
        if entry is not None and entry.age_s <= MATCH_FRESH_S:
            rows = json.loads(entry.value)
            return tuple(Match(**{**row, "versions": tuple(row["versions"])}) for row in rows)
        matches = await context7.resolve(library.name, query, TIMEOUT_S)
        await self._store("match", name, json.dumps([dataclasses.asdict(match) for match in matches[:20]]))
        return matches

    async def _from_package(
        self, library: Library, language: str, query: str, failed: Documentation
    ) -> Documentation | None:
        if self._installed is None:
            return None
        try:
            async with asyncio.timeout(INSTALLED_TIMEOUT_S):
                found = await self._installed(library, language, query)
        except TimeoutError:
            return None
        return dataclasses.replace(found, note=_joined(found.note, f"since {failed.why}")) if found else None

    async def _stored(self, kind: Kind, key: str) -> Entry | None:
        if self._cache is None:
            return None
        return await asyncio.to_thread(self._cache.get, kind, key)

    async def _store(self, kind: Kind, key: str, value: str) -> None:
        if self._cache is not None:
            await asyncio.to_thread(self._cache.put, kind, key, value)


def _topic(query: str) -> str:
    """The words of a request that carry meaning: requests in other words about the same share an entry."""
    return " ".join(sorted(words(query))[:_TOPIC_WORDS])


def _from_cache(asked: str, entry: Entry) -> Documentation:
    stored = Documentation(**json.loads(entry.value))
    return dataclasses.replace(stored, library=asked, source="cache", age_s=int(entry.age_s))


def _version(match: Match, library: Library) -> str | None:
    wanted = library.number
    if wanted is None:
        return None
    return next((version for version in match.versions if is_version(version, wanted)), None)


def _note(match: Match, library: Library, version: str | None, is_weak: bool) -> str | None:
    notes = []
    if is_weak:
        notes.append(f"weak match: Context7 knows no {library.name}, the nearest is {match.title} ({match.id})")
    if library.wish and version is None:
        known = ", ".join(match.versions[:5]) or "only the latest"
        notes.append(f"version {library.wish} was asked for, this is the latest; Context7 has {known}")
    return "; ".join(notes) or None


def _none(asked: str, why: str, remedy: str) -> Documentation:
    return Documentation(asked, "none", why=why, remedy=remedy)


def _joined(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None
