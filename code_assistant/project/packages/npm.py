"""An installed npm package: its folder, its manifest, and the declaration files that its entries lead to.

The rule: files are read inside the project only; nothing is resolved by running Node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from code_assistant.project.packages.modules import Deadline
from code_assistant.project.versions.match import satisfies
from groundwork.reading.json_text import parse_json_table
from groundwork.reading.plain_text import read_text

MAX_BYTES = 2_000_000
MAX_FILES = 1_000
"""Files that are looked into; of a package with more nothing is said."""
_COMPILER = "99.0"
"""A TypeScript newer than all that is written about."""
_NAME = re.compile(r"^(@[\w.~-]+/)?[\w.~-]+$")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
"""Whose examples import what is not there."""
_LEADS = re.compile(r"\b(?:from|import\()\s*[\"'](\.[^\"'\n]*)[\"']|reference\s+path=[\"']([^\"'\n]+)[\"']")
_FOREIGN = re.compile(r"\bexport\s*\*\s*from\s*[\"']([^.\"'\n][^\"'\n]*)[\"']")
"""All names of another package."""
_MAX_CONDITIONS, _MAX_DEPTH, _MAX_TARGET_DEPTH = 20, 5, 2
_DECLARED = (".d.ts", ".d.mts", ".d.cts", "/index.d.ts", "/index.d.mts", "/index.d.cts")


class NpmPackage:
    """One package of a project's `node_modules`."""

    def __init__(self, node_modules: Path, name: str, deadline: Deadline) -> None:
        self._node_modules = node_modules
        self._deadline = deadline
        self.name = name
        self.folder = _find_folder(node_modules, name)
        """None where it is not installed."""
        self.types = _find_folder(node_modules, f"@types/{name.lstrip('@').replace('/', '__')}")
        """Its declarations from elsewhere, where there are some."""
        self.manifest = _read_manifest(self.folder) if self.folder is not None else {}
        self.version = str(self.manifest.get("version", ""))

    def find_entry(self, subpath: str = "") -> Path | None:
        """The declaration file that stands for what is imported under a path of it; None where there is none."""
        entries = (_find_entry(folder, subpath) for folder in (self.folder, self.types) if folder is not None)
        return next((entry for entry in entries if entry is not None), None)

    def read_declarations(self, entry: Path) -> Iterator[str | None]:
        """The declaration files that an entry leads to, as text; None for one that is not to be had.

        Raises:
            DeadlineError: there is no time left.
        """
        folders = (folder for folder in (self.folder, self.types) if folder is not None)
        seen, waiting = {entry}, [(entry, next(folder for folder in folders if entry.is_relative_to(folder)))]
        while waiting:
            self._deadline.check()
            file, folder = waiting.pop(0)
            text = read_text(file, MAX_BYTES)
            yield text if text.strip() and len(seen) <= MAX_FILES else None
            written = set(_find_leads(_COMMENT.sub("", text)))
            found = [(lead, _find_declaration(file.parent / lead, folder)) for lead in _find_leads(text)]
            leads = [(target, folder) for lead, target in found if target is not None or lead in written]
            for target, of in (*leads, *map(self._find_foreign, _FOREIGN.findall(text))):
                if target is None:
                    yield None
                elif target not in seen:
                    seen.add(target)
                    waiting.append((target, of))

    def _find_foreign(self, source: str) -> tuple[Path | None, Path]:
        """The declarations of another package, all of whose names this one hands on, and its folder."""
        parts = source.split("/")
        count = 2 if source.startswith("@") else 1
        folder = _find_folder(self._node_modules, "/".join(parts[:count]))
        return (_find_entry(folder, "/".join(parts[count:])), folder) if folder is not None else (None, Path())


def _find_leads(text: str) -> list[str]:
    """The relative paths of the files that a declaration file takes from."""
    return [one or other for one, other in _LEADS.findall(text)]


def _find_folder(node_modules: Path, name: str) -> Path | None:
    """The folder of a package; pnpm's links lead elsewhere inside `node_modules`, a workspace's into the project."""
    if not _NAME.match(name) or ".." in name:
        return None
    folder = (node_modules / name).resolve()
    is_inside = folder.is_relative_to(node_modules.parent.resolve())
    return folder if is_inside and (folder / "package.json").is_file() else None


def _read_manifest(folder: Path) -> dict[str, Any]:
    return parse_json_table(read_text(folder / "package.json", MAX_BYTES))


def _find_entry(folder: Path, subpath: str) -> Path | None:
    """The declarations of a package, or of what `exports` has under a path of it."""
    manifest = _read_manifest(folder)
    if not subpath and (found := _find_main(folder, manifest)) is not None:
        return found
    exported = manifest.get("exports")
    part = exported.get(f"./{subpath}" if subpath else ".") if isinstance(exported, dict) else exported
    files = ((folder / name).resolve() for name in _find_types(part))
    declarations = (_find_declaration(folder / name, folder) for name in _targets(part))
    typed = next((file for file in files if file.is_file() and file.is_relative_to(folder)), None)
    return typed or next(filter(None, declarations), None)


def _find_main(folder: Path, manifest: dict[str, Any]) -> Path | None:
    """The declaration file that a manifest names for the whole package, or the usual one."""
    exported = manifest.get("exports")
    main = exported.get(".", exported) if isinstance(exported, dict) else None
    named = [manifest.get("types"), manifest.get("typings"), *_find_types(main), "index.d.ts"]
    if isinstance(manifest.get("main"), str):
        named.append(re.sub(r"\.[cm]?js$", "", manifest["main"]) + ".d.ts")
    plain = [name for name in named if isinstance(name, str)]
    placed = [place for name in plain for place in _for_this_compiler(manifest, name)]
    for name in [*placed, *plain]:
        file = (folder / name).resolve()
        if file.is_file() and file.is_relative_to(folder) and re.search(r"\.d\.[cm]?ts$", file.name):
            return file
    return None


def _for_this_compiler(manifest: dict[str, Any], name: str) -> Iterator[str]:
    """Where `typesVersions` puts a declaration file for a current compiler; most entries are for old ones."""
    versions = manifest.get("typesVersions")
    for wish, patterns in versions.items() if isinstance(versions, dict) else ():
        for pattern, places in patterns.items() if isinstance(patterns, dict) and satisfies(_COMPILER, wish) else ():
            before, star, after = pattern.partition("*")
            shown = name.removeprefix("./")
            fits = shown == pattern or (star and shown.startswith(before) and shown.endswith(after))
            if fits and isinstance(places, list) and places and isinstance(places[0], str):
                yield places[0].replace("*", shown[len(before) : len(shown) - len(after)])


def _find_types(exported: object, depth: int = 0) -> Iterator[str]:
    """The `types` conditions of an entry in `exports`, which may be nested in `import` and `require`."""
    if isinstance(exported, dict) and depth < _MAX_DEPTH:
        for key, value in exported.items():
            if key.startswith("types") and isinstance(value, str):
                yield value
            else:
                yield from _find_types(value, depth + 1)


def _targets(exported: object, depth: int = 0) -> Iterator[str]:
    """The files of an entry in `exports`, whatever their conditions; declarations lie beside them."""
    if isinstance(exported, str):
        yield exported
    elif isinstance(exported, dict) and depth < _MAX_TARGET_DEPTH:
        for part in list(exported.values())[:_MAX_CONDITIONS]:
            yield from _targets(part, depth + 1)


def _find_declaration(place: Path, folder: Path) -> Path | None:
    """The declaration file that a path leads to inside a package's folder."""
    bare = re.sub(r"(\.d)?\.([cm]?)[jt]sx?$", "", str(place))
    kind = re.search(r"\.([cm])[jt]s$", place.name)
    preferred = (f".d.{kind[1]}ts",) if kind else ()
    paths = (Path(f"{bare}{suffix}").resolve() for suffix in (*preferred, *_DECLARED))
    return next((path for path in paths if path.is_file() and path.is_relative_to(folder)), None)
