"""Documentation of a library, down a ladder: fresh cache, Context7, stale cache, the installed package, none.

Nothing here raises: what cannot be had is a value with its reason and remedy.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import logging
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from code_assistant.context7.client import (
    RESOLVE,
    TOOLS,
    Context7,
    DocumentationError,
    choose_topic,
    is_documentation,
    show_matches,
    without_notice,
)
from code_assistant.context7.guard import Guard
from code_assistant.context7.match import Match
from code_assistant.documentation.cache import Cache, Entry, Kind
from code_assistant.documentation.concepts import split_concepts
from code_assistant.documentation.document import Choice, Document, Documentation, NoDocument, choose, join_notes, merge
from code_assistant.project.libraries import LibraryName, parse_library
from code_assistant.project.user_project import UserProject, Wanted
from code_assistant.project.versions.match import satisfies
from code_assistant.single_flight import SingleFlight
from code_assistant.text.plain import age, plain_line

logger = logging.getLogger(__name__)

TIMEOUT_S = 15.0
"""For Context7's part, a starting child included: a container takes 2 s to be ready, a cold `npx` up to 13 s."""
INSTALLED_TIMEOUT_S = 8.0
PROJECT_TIMEOUT_S = 5.0
"""For the files that name the project's versions: they are read in milliseconds unless somebody means ill."""
DAY_S = 86_400.0
MATCH_FRESH_S = 7 * DAY_S
_FILLERS = frozenset(["the", "an", "please"])
"""Words that never change what is asked for."""
_AFTER_WORDS = ".,;:\u3002\uff0c\u3001"
"""Punctuation that ends a word in any case; `int?`, `.env` and `!done` are other words than without."""
_MATCHES = TypeAdapter(tuple[Match, ...])


class Documents:
    """Finds documentation for libraries. Equal questions asked at once are asked once."""

    def __init__(
        self,
        context7: Context7 | None,
        cache: Cache | None = None,
        fresh_s: float = DAY_S,
        project: UserProject | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._guard = Guard(context7, cache)
        self._is_on = context7 is not None
        self._timeout_s = timeout_s
        self._cache = cache
        self._fresh_s = fresh_s
        self._project = project
        self._asking: SingleFlight[Documentation] = SingleFlight()
        self._resolving: SingleFlight[tuple[Match, ...]] = SingleFlight()
        self._fetching: SingleFlight[str] = SingleFlight()

    async def find(self, asked: str, query: str, language: str = "python", others: Sequence[str] = ()) -> Documentation:
        """Return the documentation of one library, asked for as in the request (`fastapi==0.115`).

        `others` are the libraries that the request is about besides it.
        """
        concepts = split_concepts(query, asked, others)
        key = f"{language} {asked.lower()} {_hash_topic(query)} {_hash_topic(' '.join(concepts))}"
        return await self._asking.run(key, lambda: self._descend(asked, query, language, concepts))

    async def answer_tool(self, tool: str, arguments: Mapping[str, Any], timeout_s: float) -> str | None:
        """Answer the model's own call of a documentation tool from the cache, or ask and remember.

        None when it is no such call. Raises `DocumentationError`.
        """
        if tool not in TOOLS or not self._is_on:
            return None
        query = str(arguments.get("query") or arguments.get("topic") or "")
        named = arguments.get("libraryName") if tool == RESOLVE else _find_library_id(arguments)
        if not isinstance(named, str) or not named:
            return None
        if tool == RESOLVE:
            return show_matches(await self._libraries(named.strip(), query, timeout_s))
        entry = await self._find_stored_text(_make_text_key(named, query))
        if entry is not None and entry.is_fresh(self._fresh_s):
            return entry.value
        try:
            return await self._fetch_text(named, named, query, timeout_s)
        except DocumentationError as error:
            if entry is None:
                raise
            return f"({age(int(entry.age_s))} old, since {error.why})\n\n{entry.value}"

    async def _libraries(self, name: str, query: str, timeout_s: float) -> tuple[Match, ...]:
        """What Context7 knows by a name, stale where it cannot be asked. Raises `DocumentationError`."""
        entry = await self._find_stored("match", name.lower())
        known = _read_matches(entry)
        if entry is not None and known and entry.is_fresh(MATCH_FRESH_S):
            return known
        try:
            return await self._resolve(name, query, timeout_s)
        except DocumentationError:
            if not known:
                raise
            return known

    async def _descend(self, asked: str, query: str, language: str, concepts: Sequence[str]) -> Documentation:
        wanted = await self._find_wanted(asked, query, language)
        found = await self._climb_down(asked, wanted, query, language, concepts)
        return dataclasses.replace(found, problems=wanted.problems)

    async def _climb_down(
        self, asked: str, wanted: Wanted, query: str, language: str, concepts: Sequence[str]
    ) -> Documentation:
        """Take the rungs from the top; the first that holds is the answer."""
        choice, failed = await self._choose(asked, wanted, query, language)
        if choice is not None:
            answers = [self._read(choice, wanted.library, concept, failed) for concept in concepts]
            found = await asyncio.gather(*answers)
            documents = [one for one in found if isinstance(one, Document)]
            if documents:
                return merge(documents)
            failed = next(one for one in found if isinstance(one, NoDocument))
        failed = failed or NoDocument(asked, "Context7 knows no such library", "check the library's name")
        return await self._from_package(wanted, language, query, failed)

    async def _read(
        self, choice: Choice, library: LibraryName, concept: str, failed: NoDocument | None
    ) -> Documentation:
        """One question: from the cache, from Context7, else from the cache however old."""
        entry = await self._find_stored_text(_make_text_key(choice.library_id, concept))
        if entry is not None and entry.is_fresh(self._fresh_s):
            return choice.from_cache(entry)
        found = failed or await self._fetch(choice, library, concept)
        if isinstance(found, NoDocument) and entry is not None:
            return choice.from_cache(entry, stale=found.why)
        return found

    async def _find_wanted(self, asked: str, query: str, language: str) -> Wanted:
        """What is asked for, with the project's version; no fault of the project's files costs the documentation."""
        unread = Wanted(parse_library(asked, language))
        if self._project is None:
            return unread
        try:
            async with asyncio.timeout(PROJECT_TIMEOUT_S):
                return await self._project.wanted(asked, language, query)
        except TimeoutError:
            problem = f"the project's files took longer than {PROJECT_TIMEOUT_S:g} s to read"
        except Exception as error:
            logger.warning("the project's versions could not be read", exc_info=True)
            problem = f"the project's files could not be read ({type(error).__name__})"
        return dataclasses.replace(unread, problems=(problem,))

    async def _choose(
        self, asked: str, wanted: Wanted, query: str, language: str
    ) -> tuple[Choice | None, NoDocument | None]:
        """The library to read; and why Context7 cannot be asked now, where that is known."""
        library = wanted.library
        entry = await self._find_stored("match", library.name.lower())
        known = _read_matches(entry)
        if entry is not None and known and entry.is_fresh(MATCH_FRESH_S):
            return choose(asked, library, language, known, wanted.note), None
        try:
            found = await self._resolve(library.name, query, self._timeout_s)
        except DocumentationError as error:
            failed = NoDocument(asked, error.why, error.remedy)
            return (choose(asked, library, language, known, wanted.note) if known else None), failed
        return choose(asked, library, language, found, wanted.note), None

    async def _resolve(self, name: str, query: str, timeout_s: float) -> tuple[Match, ...]:
        async def search() -> tuple[Match, ...]:
            matches = await self._guard.ask(name.lower(), lambda c7: c7.resolve(name, query, timeout_s), timeout_s)
            await self._store("match", name.lower(), _MATCHES.dump_json(matches).decode())
            return matches

        return await self._resolving.run(name.lower(), search)

    async def _fetch(self, choice: Choice, library: LibraryName, query: str) -> Documentation:
        try:
            text = await self._fetch_text(library.name.lower(), choice.library_id, query, self._timeout_s)
        except DocumentationError as error:
            return NoDocument(choice.library, error.why, error.remedy)
        return choice.document(text)

    async def _fetch_text(self, about: str, library_id: str, query: str, timeout_s: float) -> str:
        key = _make_text_key(library_id, query)

        async def read() -> str:
            text = await self._guard.ask(about, lambda c7: c7.documentation(library_id, query, timeout_s), timeout_s)
            await self._store("text", key, text)
            return text

        return await self._fetching.run(key, read)

    async def _from_package(self, wanted: Wanted, language: str, query: str, failed: NoDocument) -> Documentation:
        """The last rung; where it does not hold either, what failed before, with the reason of both."""
        if self._project is None:
            return failed
        try:
            async with asyncio.timeout(INSTALLED_TIMEOUT_S):
                found = await self._project.installed(wanted.library, language, query)
        except TimeoutError:
            return failed.also(f"the installed package took longer than {INSTALLED_TIMEOUT_S:g} s to read")
        except Exception as error:
            # Whatever is wrong with somebody's package, and with our reading of it, the request goes on.
            logger.warning("the installed package %s could not be read", wanted.library.name, exc_info=True)
            return failed.also(f"the installed package could not be read ({type(error).__name__})")
        if found is None:
            return failed
        name, wish = wanted.library.name, wanted.library.wish
        is_other = wish is not None and found.version and not satisfies(found.version, wish)
        differs = f"{name} {wish} is wanted, {plain_line(found.version)} is installed" if is_other else None
        note = join_notes(wanted.note, differs, f"read from {plain_line(found.source)}, since {failed.why}")
        return Document(failed.library, "installed", found.text, found.version, found.name, None, note)

    async def _find_stored_text(self, key: str) -> Entry | None:
        """Stored documentation; what an earlier version of this program took for some is left where it is."""
        entry = await self._find_stored("text", key)
        if entry is None or not is_documentation(entry.value):
            return None
        return dataclasses.replace(entry, value=without_notice(entry.value))

    async def _find_stored(self, kind: Kind, key: str) -> Entry | None:
        if self._cache is None:
            return None
        return await asyncio.to_thread(self._cache.get, kind, key)

    async def _store(self, kind: Kind, key: str, value: str) -> None:
        if self._cache is not None:
            await asyncio.to_thread(self._cache.put, kind, key, value)


def _hash_topic(query: str) -> str:
    """What is asked, as a key: requests that differ only in capitals, punctuation or fillers share it.

    All other words count, and their order: `convert JSON to XML` is not `convert XML to JSON`. White space parts
    them, since no pattern for words fits every script; and it is a hash, so that the disk does not tell requests.
    """
    parts = (part.rstrip(_AFTER_WORDS) for part in unicodedata.normalize("NFC", query).casefold().split())
    said = " ".join(part for part in parts if part and part not in _FILLERS)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _make_text_key(library_id: str, query: str) -> str:
    return f"{library_id.lower()} {_hash_topic(choose_topic(query))}"


def _read_matches(entry: Entry | None) -> tuple[Match, ...]:
    """What is stored of a search; nothing when it is damaged or of another version of this program."""
    try:
        return _MATCHES.validate_json(entry.value) if entry else ()
    except ValidationError:
        return ()


def _find_library_id(arguments: Mapping[str, Any]) -> object:
    return arguments.get("libraryId") or arguments.get("context7CompatibleLibraryID")
