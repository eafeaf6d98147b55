"""What an installed npm package offers: the paths that may be imported from it, and the names that it declares.

The rule: a name is missing only when no declaration that the package's entry leads to so much as mentions it.
"""

from __future__ import annotations

import re
from itertools import islice, takewhile
from pathlib import Path

from code_assistant.project.packages.npm import MAX_BYTES, MAX_FILES, NpmPackage
from groundwork.reading.plain_text import read_text

_KINDS = r"function\*?|const|let|var|class|interface|type|enum|namespace"
_MODIFIERS = "export|declare|default|abstract|async"
_NOTE = r"/\*\*(?:(?!\*/)[\s\S])*@deprecated\b((?:(?!\*/)[\s\S])*)\*/"
_OPEN = re.compile(r"\bexport\s*=\s*\w+\s*\.")
"""What is exported is a part of something else, whose names are not followed."""
_MAX_NOTE_CHARS = 200
_SUFFIXES = ("", ".js", ".cjs", ".mjs", ".json", ".node", ".ts", ".tsx", ".d.ts", ".d.mts", ".d.cts")


class InstalledPackage(NpmPackage):
    """One package, and what is surely not in it."""

    @property
    def is_known(self) -> bool:
        """False for a workspace's own, which may be half built, and for one that is not there."""
        return self.folder is not None and "node_modules" in self.folder.parts

    def lacks_path(self, subpath: str) -> bool:
        """True when nothing may be imported under `/subpath`, by `exports` or, without them, by the files.

        https://nodejs.org/api/packages.html#exports
        """
        exported = self.manifest.get("exports")
        if exported is None:
            places = [folder / subpath for folder in (self.folder, self.types) if folder is not None]
            return not any(_is_there(place) for place in places)
        keys = [key for key in exported if key.startswith(".")] if isinstance(exported, dict) else []
        return not any(_fits(key, f"./{subpath}") for key in keys)

    def lacks_name(self, name: str, subpath: str = "", *, is_typed: bool = True) -> bool:
        """True when the declarations of an entry are all there and none mentions the name.

        Without types, as in JavaScript, a name is there as well when the package's code mentions it.

        Raises:
            DeadlineError: there is no time left.
        """
        word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
        entry = self.find_entry(subpath)
        if entry is None:
            return False
        for text in self.read_declarations(entry):
            if text is None or word.search(text) or _OPEN.search(text):
                return False
        return is_typed or not self._is_in_code(word)

    def find_deprecation(self, name: str, subpath: str = "") -> str | None:
        """Why a name is not to be used any more, where each of its declarations has `@deprecated`; else None.

        Raises:
            DeadlineError: there is no time left.
        """
        entry = self.find_entry(subpath)
        declared = re.compile(rf"\b(?:{_KINDS}) {re.escape(name)}(?![\w$])")
        noted = re.compile(rf"{_NOTE}\s*(?:(?:{_MODIFIERS}) )*(?:{_KINDS}) {re.escape(name)}(?![\w$])")
        for text in self.read_declarations(entry) if entry is not None else ():
            count = len(declared.findall(text or ""))
            if text is None or count:
                notes = noted.findall(text or "") if text and "@deprecated" in text else []
                return _plain_note(notes[0]) if count and len(notes) == count else None
        return None

    def _is_in_code(self, word: re.Pattern[str]) -> bool:
        """True when the package's own code mentions a word, and when it is too much to look through."""
        folder = self.folder or Path()
        files = [file for suffix in ("js", "cjs", "mjs") for file in islice(folder.rglob(f"*.{suffix}"), MAX_FILES)]
        for file in files:
            self._deadline.check()
            if word.search(read_text(file, MAX_BYTES)):
                return True
        return len(files) >= MAX_FILES


def _fits(key: str, wanted: str) -> bool:
    before, star, after = key.partition("*")
    if key.endswith("/"):
        return wanted.startswith(key)
    return wanted == key or bool(star and wanted.startswith(before) and wanted.endswith(after))


def _is_there(place: Path) -> bool:
    return place.is_dir() or any(place.with_name(f"{place.name}{suffix}").is_file() for suffix in _SUFFIXES)


def _plain_note(note: str) -> str:
    """The first paragraph of a note, or what stands before the next tag, as one line."""
    lines = [line.strip().lstrip("*").strip() for line in note.strip().splitlines()]
    kept = list(takewhile(lambda line: line and not line.startswith("@"), lines))
    return re.sub(r"\{@link(?:code|plain)?\s+([^}|\s]+)[^}]*\}", r"`\1`", " ".join(kept))[:_MAX_NOTE_CHARS]
