"""What an installed npm package offers: the paths that may be imported from it, and the names that it declares.

The rule: a name is missing only when no declaration that the package's entry leads to so much as mentions it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from code_assistant.project.packages.modules import Deadline
from code_assistant.project.packages.node import declaration_entry, find_types, package_folder
from groundwork.reading.json_text import parse_json_table
from groundwork.reading.plain_text import read_text

_MAX_BYTES = 2_000_000
_MAX_FILES = 1_000
"""Files that are looked into; of a package with more nothing is said."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
"""Whose examples import what is not there."""
_LEADS = re.compile(r"\b(?:from|import\()\s*[\"'](\.[^\"'\n]*)[\"']|reference\s+path=[\"']([^\"'\n]+)[\"']")
_KINDS = r"function\*?|const|let|var|class|interface|type|enum|namespace"
_MODIFIERS = "export|declare|default|abstract|async"
_NOTE = r"/\*\*(?:(?!\*/)[\s\S])*@deprecated\b((?:(?!\*/)[\s\S])*)\*/"
_FOREIGN = re.compile(r"\bexport\s*\*\s*from\s*[\"']([^.\"'\n][^\"'\n]*)[\"']")
"""All names of another package."""
_OPEN = re.compile(r"\bexport\s*=\s*\w+\s*\.")
"""What is exported is a part of something else, whose names are not followed."""
_MAX_CONDITIONS, _MAX_DEPTH = 20, 2
_MAX_NOTE_CHARS = 200
_SUFFIXES = ("", ".js", ".cjs", ".mjs", ".json", ".node", ".ts", ".tsx", ".d.ts", ".d.mts", ".d.cts")
_DECLARED = (".d.ts", ".d.mts", ".d.cts", "/index.d.ts", "/index.d.mts", "/index.d.cts")


class InstalledPackage:
    """One package of a project's `node_modules`; a workspace's own, which may be half built, is none."""

    def __init__(self, node_modules: Path, name: str, deadline: Deadline) -> None:
        self._node_modules = node_modules
        self._folder = package_folder(node_modules, name)
        self._types = package_folder(node_modules, f"@types/{name.lstrip('@').replace('/', '__')}")
        self._manifest = _manifest(self._folder)
        self._deadline = deadline
        self.version = str(self._manifest.get("version", ""))
        self.is_known = self._folder is not None and "node_modules" in self._folder.parts

    def lacks_path(self, subpath: str) -> bool:
        """True when nothing may be imported under `/subpath`, by `exports` or, without them, by the files.

        https://nodejs.org/api/packages.html#exports
        """
        exported = self._manifest.get("exports")
        if exported is None:
            places = [folder / subpath for folder in (self._folder, self._types) if folder is not None]
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
        entry = self._types_entry(subpath)
        if entry is None:
            return False
        for text in self._declarations(entry):
            if text is None or word.search(text) or _OPEN.search(text):
                return False
        return is_typed or not self._is_in_code(word)

    def find_deprecation(self, name: str, subpath: str = "") -> str | None:
        """Why a name is not to be used any more, where each of its declarations has `@deprecated`; else None.

        Raises:
            DeadlineError: there is no time left.
        """
        entry = self._types_entry(subpath)
        declared = re.compile(rf"\b(?:{_KINDS}) {re.escape(name)}(?![\w$])")
        noted = re.compile(rf"{_NOTE}\s*(?:(?:{_MODIFIERS}) )*(?:{_KINDS}) {re.escape(name)}(?![\w$])")
        for text in self._declarations(entry) if entry is not None else ():
            count = len(declared.findall(text or ""))
            if text is None or count:
                notes = noted.findall(text or "") if text and "@deprecated" in text else []
                return _plain_note(notes[0]) if count and len(notes) == count else None
        return None

    def _types_entry(self, subpath: str) -> Path | None:
        entries = (_entry(folder, subpath) for folder in (self._folder, self._types) if folder is not None)
        return next((entry for entry in entries if entry is not None), None)

    def _declarations(self, entry: Path) -> Iterator[str | None]:
        """The declaration files that an entry leads to, as text; None for one that is not to be had."""
        seen, waiting = {entry}, [entry]
        while waiting:
            self._deadline.check()
            file = waiting.pop(0)
            text = read_text(file, _MAX_BYTES)
            yield text if text.strip() and len(seen) <= _MAX_FILES else None
            written = set(_LEADS.findall(_COMMENT.sub("", text)))
            leads = [(lead, _declaration(file.parent / (lead[0] or lead[1]))) for lead in _LEADS.findall(text)]
            targets = [target for lead, target in leads if target is not None or lead in written]
            for target in (*targets, *map(self._foreign, _FOREIGN.findall(text))):
                if target is None:
                    yield None
                elif target not in seen:
                    seen.add(target)
                    waiting.append(target)

    def _is_in_code(self, word: re.Pattern[str]) -> bool:
        """True when the package's own code mentions a word, and when it is too much to look through."""
        folder = self._folder or Path()
        files = [file for suffix in ("js", "cjs", "mjs") for file in islice(folder.rglob(f"*.{suffix}"), _MAX_FILES)]
        for file in files:
            self._deadline.check()
            if word.search(read_text(file, _MAX_BYTES)):
                return True
        return len(files) >= _MAX_FILES

    def _foreign(self, source: str) -> Path | None:
        """The declarations of another package, all of whose names this one hands on."""
        parts = source.split("/")
        count = 2 if source.startswith("@") else 1
        folder = package_folder(self._node_modules, "/".join(parts[:count]))
        return _entry(folder, "/".join(parts[count:])) if folder is not None else None


def _entry(folder: Path, subpath: str) -> Path | None:
    """The declarations of a package, or of what `exports` has under a path of it."""
    manifest = _manifest(folder)
    if not subpath and (found := declaration_entry(folder, manifest)) is not None:
        return found
    exported = manifest.get("exports")
    part = exported.get(f"./{subpath}" if subpath else ".") if isinstance(exported, dict) else exported
    for name in find_types(part):
        if (folder / name).is_file():
            return (folder / name).resolve()
    return next((found for name in _targets(part) if (found := _declaration(folder / name)) is not None), None)


def _targets(exported: object, depth: int = 0) -> Iterator[str]:
    """The files of an entry in `exports`, whatever their conditions; declarations lie beside them."""
    if isinstance(exported, str):
        yield exported
    elif isinstance(exported, dict) and depth < _MAX_DEPTH:
        for part in list(exported.values())[:_MAX_CONDITIONS]:
            yield from _targets(part, depth + 1)


def _declaration(place: Path) -> Path | None:
    """The declaration file that a relative path leads to."""
    bare = re.sub(r"(\.d)?\.([cm]?)[jt]sx?$", "", str(place))
    kind = re.search(r"\.([cm])[jt]s$", place.name)
    preferred = (f".d.{kind[1]}ts",) if kind else ()
    paths = (Path(f"{bare}{suffix}") for suffix in (*preferred, *_DECLARED))
    return next((path.resolve() for path in paths if path.is_file()), None)


def _fits(key: str, wanted: str) -> bool:
    before, star, after = key.partition("*")
    if key.endswith("/"):
        return wanted.startswith(key)
    return wanted == key or bool(star and wanted.startswith(before) and wanted.endswith(after))


def _is_there(place: Path) -> bool:
    return place.is_dir() or any(place.with_name(f"{place.name}{suffix}").is_file() for suffix in _SUFFIXES)


def _manifest(folder: Path | None) -> dict[str, Any]:
    return parse_json_table(read_text(folder / "package.json", _MAX_BYTES)) if folder is not None else {}


def _plain_note(note: str) -> str:
    """The first paragraph of a note, or what stands before the next tag, as one line."""
    lines = [line.strip().lstrip("*").strip() for line in note.strip().splitlines()]
    kept = list(takewhile(lambda line: line and not line.startswith("@"), lines))
    return re.sub(r"\{@link(?:code|plain)?\s+([^}|\s]+)[^}]*\}", r"`\1`", " ".join(kept))[:_MAX_NOTE_CHARS]
