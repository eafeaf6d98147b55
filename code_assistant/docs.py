"""Documentation of a library: from Context7, or a reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from code_assistant.children import ChildError
from code_assistant.context7 import Context7, DocumentationError, Match, best_match
from code_assistant.libraries import Library, is_version, parse_library
from code_assistant.result import DocumentationSource

TIMEOUT_S = 15.0
"""For one library, a starting child included: a container takes 2 s to be ready, a cold `npx` up to 13 s."""


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


class Documents:
    """Finds documentation. Never raises: what cannot be had is a value with its reason."""

    def __init__(self, context7: Context7 | None) -> None:
        self._context7 = context7

    async def find(self, asked: str, query: str) -> Documentation:
        """Return the documentation of one library, asked for as in the request (`fastapi==0.115`)."""
        library = parse_library(asked)
        if self._context7 is None:
            return _none(asked, "Context7 is switched off", "set CODE_ASSISTANT_CONTEXT7=auto")
        try:
            return await self._from_context7(self._context7, asked, library, query)
        except DocumentationError as error:
            return _none(asked, error.why, error.remedy)
        except ChildError as error:
            return _none(asked, f"Context7: {error.why}", error.remedy)

    async def _from_context7(self, context7: Context7, asked: str, library: Library, query: str) -> Documentation:
        matches = await context7.resolve(library.name, query, TIMEOUT_S)
        match, is_weak = best_match(library.name, matches)
        version = _version(match, library)
        library_id = f"{match.id}/{version}" if version else match.id
        text = await context7.documentation(library_id, query, TIMEOUT_S)
        note = _note(match, library, version, is_weak)
        return Documentation(asked, "context7", text, version, library_id, 0, note)


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
