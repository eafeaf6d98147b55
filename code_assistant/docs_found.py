"""What is found of a library's documentation, on whichever rung, and what is said of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from code_assistant.cache import Entry
from code_assistant.context7_match import Match, best_match
from code_assistant.libraries import Library
from code_assistant.result import DocumentationSource
from code_assistant.versions_match import choose_version


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
    problems: tuple[str, ...] = ()
    """The project's files that could not be used when its version was looked for."""


def from_cache(chosen: Documentation, entry: Entry) -> Documentation:
    """The chosen documentation with the text and the age of what is stored."""
    return dataclasses.replace(chosen, source="cache", text=entry.value, age_s=int(entry.age_s))


def chosen_of(asked: str, library: Library, language: str, matches: tuple[Match, ...]) -> Documentation:
    """The best match as documentation that has no text yet."""
    match, weakness = best_match(library, matches, language)
    choice = choose_version(library, match.versions)
    library_id = f"{match.id}/{choice.version}" if choice.version else match.id
    note = joined(weakness, choice.note)
    return Documentation(asked, "none", version=choice.version, library_id=library_id, note=note)


def none_of(asked: str, why: str, remedy: str) -> Documentation:
    """No documentation, with the reason and what helps."""
    return Documentation(asked, "none", why=why, remedy=remedy)


def also_failed(failed: Documentation, why: str) -> Documentation:
    """The same, with what went wrong after it."""
    return dataclasses.replace(failed, why=f"{failed.why}; {why}")


def joined(*notes: str | None) -> str | None:
    """Several notes as one; None where there is none."""
    return "; ".join(note for note in notes if note) or None
