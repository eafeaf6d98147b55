"""Documentation of a library, down a ladder: fresh cache, Context7, stale cache, the installed package, none.

Nothing here raises: what cannot be had is a value with its reason and remedy.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import time
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from code_assistant.cache import Cache, Entry, Kind
from code_assistant.child_errors import ChildError
from code_assistant.context7 import GET, QUERY, Context7, DocumentationError, topic_of
from code_assistant.context7_match import Match, best_match
from code_assistant.libraries import Library, parse_library
from code_assistant.result import DocumentationSource
from code_assistant.single_flight import SingleFlight
from code_assistant.user_project import UserProject, Wanted
from code_assistant.versions_match import choose_version

TIMEOUT_S = 15.0
"""For Context7's part, a starting child included: a container takes 2 s to be ready, a cold `npx` up to 13 s."""
INSTALLED_TIMEOUT_S = 8.0
DAY_S = 86_400.0
MATCH_FRESH_S = 7 * DAY_S
FAILURE_FRESH_S = 60.0
"""A failure is believed for a minute: long enough to spare a quota, short enough to notice that it is over."""
_FILLERS = frozenset(["the", "an", "please"])
"""Words that never change what is asked for."""
_AFTER_WORDS = ".,;:\u3002\uff0c\u3001"
"""Punctuation that ends a word in any case; `int?`, `.env` and `!done` are other words than without."""
_EVERY_LIBRARY = "*"

T = TypeVar("T")


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


class _Unavailable(Exception):  # noqa: N818  # it never leaves this module
    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy


class Documents:
    """Finds documentation for libraries. Equal questions asked at once are asked once."""

    def __init__(
        self,
        context7: Context7 | None,
        cache: Cache | None = None,
        fresh_s: float = DAY_S,
        project: UserProject | None = None,
    ) -> None:
        self._context7 = context7
        self._cache = cache
        self._fresh_s = fresh_s
        self._project = project
        self._asking: SingleFlight[Documentation] = SingleFlight()
        self._resolving: SingleFlight[tuple[Match, ...]] = SingleFlight()

    async def find(self, asked: str, query: str, language: str = "python") -> Documentation:
        """Return the documentation of one library, asked for as in the request (`fastapi==0.115`)."""
        key = f"{language} {asked.lower()} {_topic(query)}"
        return await self._asking.run(key, lambda: self._descend(asked, query, language))

    async def answer_tool(self, tool: str, arguments: Mapping[str, Any], timeout_s: float) -> str | None:
        """Answer the model's own call of a documentation tool from the cache, or ask and remember.

        None when it is no such call. Raises `DocumentationError` and `ChildError`.
        """
        library_id = arguments.get("libraryId") or arguments.get("context7CompatibleLibraryID")
        query = arguments.get("query") or arguments.get("topic") or ""
        if tool not in (QUERY, GET) or self._context7 is None or not isinstance(library_id, str):
            return None
        entry = await self._stored("text", _text_key(library_id, str(query)))
        if entry is not None and entry.age_s <= self._fresh_s:
            return entry.value
        return await self._fetch_text(self._context7, library_id, str(query), timeout_s)

    async def _descend(self, asked: str, query: str, language: str) -> Documentation:
        """Take the rungs from the top; the first that holds is the answer."""
        wanted = await self._project.wanted(asked, language) if self._project else Wanted(parse_library(asked))
        library = wanted.library
        chosen, failed = await self._choose(asked, library, query, language)
        if chosen is not None:
            chosen = dataclasses.replace(chosen, note=_joined(wanted.note, chosen.note))
            entry = await self._stored("text", _text_key(chosen.library_id or "", query))
            if entry is not None and entry.age_s <= self._fresh_s:
                return _from_cache(chosen, entry)
            found = failed or await self._fetch(chosen, library, query)
            if found.source == "context7":
                return found
            if entry is not None:
                stale = _from_cache(chosen, entry)
                return dataclasses.replace(stale, note=_joined(stale.note, f"stale, since {found.why}"))
            failed = found
        failed = failed or _none(asked, "Context7 knows no such library", "check the library's name")
        return await self._from_package(library, language, query, failed) or failed

    async def _choose(
        self, asked: str, library: Library, query: str, language: str
    ) -> tuple[Documentation | None, Documentation | None]:
        """The library id to read, without its text; and why Context7 cannot be asked now, where that is known."""
        entry = await self._stored("match", library.name.lower())
        if entry is not None and entry.age_s <= MATCH_FRESH_S:
            return _chosen(asked, library, language, _matches(entry)), None
        try:
            matches = await self._resolving.run(library.name.lower(), lambda: self._resolve(library, query))
        except _Unavailable as reason:
            failed = _none(asked, reason.why, reason.remedy)
            return (_chosen(asked, library, language, _matches(entry)) if entry else None), failed
        return _chosen(asked, library, language, matches), None

    async def _resolve(self, library: Library, query: str) -> tuple[Match, ...]:
        matches = await self._guarded(library, lambda context7: context7.resolve(library.name, query, TIMEOUT_S))
        await self._store("match", library.name.lower(), json.dumps([dataclasses.asdict(m) for m in matches[:20]]))
        return matches

    async def _fetch(self, chosen: Documentation, library: Library, query: str) -> Documentation:
        library_id = chosen.library_id or ""
        try:
            text = await self._guarded(library, lambda c7: self._fetch_text(c7, library_id, query, TIMEOUT_S))
        except _Unavailable as reason:
            return _none(chosen.library, reason.why, reason.remedy)
        return dataclasses.replace(chosen, source="context7", text=text, age_s=0)

    async def _fetch_text(self, context7: Context7, library_id: str, query: str, timeout_s: float) -> str:
        text = await context7.documentation(library_id, query, timeout_s)
        await self._store("text", _text_key(library_id, query), text)
        return text

    async def _guarded(self, library: Library, ask: Callable[[Context7], Awaitable[T]]) -> T:
        """Ask Context7 unless it failed a moment ago. Raises `_Unavailable`, and remembers why."""
        if self._context7 is None:
            raise _Unavailable("Context7 is switched off", "set CODE_ASSISTANT_CONTEXT7=auto")
        name = library.name.lower()
        for concerned in (_EVERY_LIBRARY, name):
            known = await self._stored("failure", concerned)
            if known is not None and time.time() < (failure := json.loads(known.value))["until"]:
                raise _Unavailable(failure["why"], failure["remedy"])
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await ask(self._context7)
        except DocumentationError as error:
            concerned = _EVERY_LIBRARY if error.kind == "rate_limit" else name
            until = time.time() + max(FAILURE_FRESH_S, error.retry_after_s)
            await self._store(
                "failure", concerned, json.dumps({"until": until, "why": error.why, "remedy": error.remedy})
            )
            raise _Unavailable(error.why, error.remedy) from error
        except ChildError as error:
            raise _Unavailable(f"Context7: {error.why}", error.remedy) from error
        except TimeoutError as error:
            raise _Unavailable(f"Context7 gave no answer within {TIMEOUT_S:.0f} s", "see get_server_status") from error

    async def _from_package(
        self, library: Library, language: str, query: str, failed: Documentation
    ) -> Documentation | None:
        if self._project is None:
            return None
        try:
            async with asyncio.timeout(INSTALLED_TIMEOUT_S):
                found = await self._project.installed(library, language, query)
        except TimeoutError:
            return None
        if found is None:
            return None
        note = f"read from {found.source}, since {failed.why}"
        return Documentation(failed.library, "installed", found.text, found.version, found.name, note=note)

    async def _stored(self, kind: Kind, key: str) -> Entry | None:
        if self._cache is None:
            return None
        return await asyncio.to_thread(self._cache.get, kind, key)

    async def _store(self, kind: Kind, key: str, value: str) -> None:
        if self._cache is not None:
            await asyncio.to_thread(self._cache.put, kind, key, value)


def _topic(query: str) -> str:
    """What is asked, as a key: requests that differ only in capitals, punctuation or fillers share it.

    All other words count, and their order: `convert JSON to XML` is not `convert XML to JSON`. White space parts
    them, since no pattern for words fits every script; and it is a hash, so that the disk does not tell requests.
    """
    parts = (part.rstrip(_AFTER_WORDS) for part in unicodedata.normalize("NFC", query).casefold().split())
    said = " ".join(part for part in parts if part and part not in _FILLERS)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _text_key(library_id: str, query: str) -> str:
    return f"{library_id.lower()} {_topic(topic_of(query))}"


def _from_cache(chosen: Documentation, entry: Entry) -> Documentation:
    return dataclasses.replace(chosen, source="cache", text=entry.value, age_s=int(entry.age_s))


def _matches(entry: Entry) -> tuple[Match, ...]:
    return tuple(Match(**{**row, "versions": tuple(row["versions"])}) for row in json.loads(entry.value))


def _chosen(asked: str, library: Library, language: str, matches: tuple[Match, ...]) -> Documentation:
    """The best match as documentation that has no text yet."""
    match, is_weak = best_match(library, matches, language)
    choice = choose_version(library, match.versions)
    library_id = f"{match.id}/{choice.version}" if choice.version else match.id
    weak = (
        f"weak match: Context7 knows no {library.name}, the nearest is {match.title} ({match.id})" if is_weak else None
    )
    return Documentation(asked, "none", version=choice.version, library_id=library_id, note=_joined(weak, choice.note))


def _none(asked: str, why: str, remedy: str) -> Documentation:
    return Documentation(asked, "none", why=why, remedy=remedy)


def _joined(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None
