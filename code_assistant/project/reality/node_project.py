"""What a JavaScript project has: packages that are installed, declared or its own, and folders under other names.

The rule: what is too much costs a warning, what is missing costs a false one; so whatever may be an alias is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from code_assistant.project.packages.environment import Environment
from code_assistant.project.versions.formats.package_json import KINDS
from code_assistant.project.versions.reader import project_versions
from groundwork.reading.folders import is_inside, list_folder, walk_folders
from groundwork.reading.json_text import parse_json_table
from groundwork.reading.plain_text import read_text

_MAX_CONFIG_BYTES = 200_000
_MAX_FOLDERS = 400
"""That are looked at for packages of a workspace, which lie one to three levels below the project."""
_MAX_LEVELS = 3
_MAX_ALIASES = 500
_MAX_EXTENDS = 5
_SKIPPED = frozenset(["node_modules", "dist", "build", "out", "coverage", "target", "venv"])
_PATH_ALIAS = re.compile(r'"([^"*\n]{1,200})(\*?)"\s{0,200}:\s{0,200}\[')
_EXTENDS = re.compile(r'"extends"\s{0,200}:\s{0,200}(\[[^\]]{0,2000}\]|"[^"\n]{0,300}")')
_BASE = re.compile(r'"baseUrl"\s{0,200}:\s{0,200}"([^"\n]{0,300})"')
_BUNDLERS = (
    "vite.config",
    "vitest.config",
    "webpack.config",
    "babel.config",
    "jest.config",
    "rollup.config",
    ".babelrc",
)
_ALIASED = re.compile(r"\balias\w*\b|moduleNameMapper")
_ALIASED_CHARS = 4_000
_KEY = re.compile(
    r"[\"']?\^?([@~$\w][\w@~$./-]{0,100})[^\"'\s:]{0,20}[\"']?\s{0,20}:|find:\s{0,20}[\"']([^\"'\n]{1,100})[\"']"
)


@dataclass(frozen=True)
class NodeProject:
    """What code in it may import; nothing at all when it is no JavaScript project."""

    names: frozenset[str] = frozenset()
    aliases: tuple[str, ...] = ()
    """What starts with one of these is a path."""

    def has(self, source: str, package: str) -> bool:
        """True for a package that is there, and for what an alias leads to."""
        return package in self.names or self.is_alias(source)

    def is_alias(self, source: str) -> bool:
        """True for what an alias leads to."""
        return any(
            source == alias or source.startswith(alias if alias.endswith("/") else f"{alias}/")
            for alias in self.aliases
        )


def read_node_project(environment: Environment) -> NodeProject:
    """Look at the user's project."""
    root = environment.project_dir
    if root is None:
        return NodeProject()
    names = {*_list_installed(environment.node_modules), *project_versions(root, "typescript")}
    if not names:
        return NodeProject()  # not a JavaScript project: its emptiness proves nothing
    aliases: dict[str, None] = {}
    for folder, held in walk_folders(root, _MAX_LEVELS + 1, _MAX_FOLDERS, _SKIPPED):
        entries = [entry.name for entry in held]
        if folder == root or "package.json" in entries:
            names |= _list_declared(folder)
            aliases |= dict.fromkeys(_bundler_aliases(folder, entries))
        for config in sorted({"tsconfig.json", "tsconfig.base.json", "jsconfig.json"} & set(entries)):
            found, own = _map(folder / config, root)
            aliases |= dict.fromkeys(found)
            names |= own
    names |= {Path(entry).stem for entry in _names(root)}
    return NodeProject(frozenset(names - {""}), tuple(aliases)[:_MAX_ALIASES])


def _list_installed(node_modules: Path | None) -> Iterator[str]:
    for entry in _names(node_modules) if node_modules else ():
        if entry.startswith("@") and node_modules:
            yield from (f"{entry}/{scoped}".removeprefix("@types/") for scoped in _names(node_modules / entry))
        yield entry


def _list_declared(folder: Path) -> set[str]:
    """A package's own name and those that it depends on."""
    manifest = _json(folder / "package.json")
    parts = [manifest.get(kind) for kind in KINDS]
    return {str(manifest.get("name", "")), *(name for part in parts if isinstance(part, dict) for name in part)}


def _map(config: Path, root: Path) -> tuple[list[str], set[str]]:
    """The path aliases of a configuration and of those that it extends, and what lies in its base folder."""
    aliases: list[str] = []
    names: set[str] = set()
    waiting, seen = [config], {config}
    while waiting and len(seen) <= _MAX_EXTENDS:
        current = waiting.pop()
        text = read_text(current, _MAX_CONFIG_BYTES)
        aliases += [alias for alias, _ in _PATH_ALIAS.findall(text)]
        for base in _BASE.findall(text):
            places = [current.parent / base, root, root / "src"]
            names |= {Path(name).stem for place in places if is_inside(place, root) for name in _names(place)}
        for extended in _EXTENDS.findall(text):
            for name in re.findall(r'"([^"]*)"', extended):
                file = current.parent / (name if name.endswith(".json") else f"{name}.json")
                if name.startswith(".") and file not in seen and is_inside(file, root):
                    seen.add(file)
                    waiting.append(file)
    return aliases, names


def _bundler_aliases(folder: Path, entries: list[str]) -> Iterator[str]:
    """The keys of what a bundler's configuration calls aliases; the configuration is a program and is not run."""
    for entry in entries:
        if entry.startswith(_BUNDLERS):
            text = read_text(folder / entry, _MAX_CONFIG_BYTES)
            for start in list(_ALIASED.finditer(text))[:5]:
                for match in _KEY.finditer(text, start.end(), start.end() + _ALIASED_CHARS):
                    yield match[1] or match[2]


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in list_folder(folder)]


def _json(path: Path) -> dict[str, Any]:
    return parse_json_table(read_text(path, _MAX_CONFIG_BYTES))
