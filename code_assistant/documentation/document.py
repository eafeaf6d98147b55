"""What is found of a library's documentation, on whichever rung of the ladder, or why there is none."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from code_assistant.context7.match import Match, best_match
from code_assistant.documentation.cache import Entry
from code_assistant.project.libraries import LibraryName
from code_assistant.project.versions.match import choose_version


@dataclass(frozen=True)
class Document:
    """The documentation of one library."""

    library: str
    """As it was asked for."""
    source: Literal["context7", "cache", "installed"]
    text: str
    version: str | None
    library_id: str | None
    """Context7's, or the name of the installed package."""
    age_s: int | None
    """Since Context7 was asked; None for an installed package."""
    note: str | None
    """What a reader has to know: another version than was wanted, a stale text."""
    problems: tuple[str, ...] = ()
    """The project's files that could not be used when its version was looked for."""


@dataclass(frozen=True)
class NoDocument:
    """There is none to be had: the reason and what helps."""

    library: str
    why: str
    remedy: str
    problems: tuple[str, ...] = ()

    def also(self, why: str) -> NoDocument:
        """The same, with what went wrong after it."""
        return dataclasses.replace(self, why=f"{self.why}; {why}")


Documentation = Document | NoDocument


@dataclass(frozen=True)
class Choice:
    """Which of the libraries that Context7 knows is read for the one that was asked for."""

    library: str
    library_id: str
    version: str | None
    note: str | None

    def document(self, text: str) -> Document:
        """What Context7 said of it just now."""
        return Document(self.library, "context7", text, self.version, self.library_id, 0, self.note)

    def from_cache(self, entry: Entry, stale: str | None = None) -> Document:
        """What it said earlier; `stale` tells why it was not asked again."""
        note = join_notes(self.note, f"stale, since {stale}" if stale else None)
        return Document(self.library, "cache", entry.value, self.version, self.library_id, int(entry.age_s), note)


def merge(documents: Sequence[Document]) -> Document:
    """Answers to several questions about one library as one; as old as the oldest of them."""
    first = documents[0]
    texts = dict.fromkeys(document.text.strip() for document in documents)
    if len(texts) == 1:
        return first
    return dataclasses.replace(
        first,
        source="context7" if any(document.source == "context7" for document in documents) else first.source,
        text="\n\n".join(texts) + "\n",
        age_s=max(document.age_s or 0 for document in documents),
        note=join_notes(*dict.fromkeys(document.note for document in documents)),
    )


def choose(
    asked: str, library: LibraryName, language: str, matches: tuple[Match, ...], note: str | None = None
) -> Choice:
    """The best match; its note begins with `note`."""
    match, weakness = best_match(library, matches, language)
    version = choose_version(library, match.versions)
    library_id = f"{match.id}/{version.version}" if version.version else match.id
    return Choice(asked, library_id, version.version, join_notes(note, weakness, version.note))


def join_notes(*notes: str | None) -> str | None:
    """Several notes as one; None where there is none."""
    return "; ".join(note for note in notes if note) or None
