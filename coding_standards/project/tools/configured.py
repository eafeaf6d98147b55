"""Which tools a project has set up for which of its files, by what stands in its folders.

Its one rule: for each file the nearest configuration counts, as the tools themselves have it.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from coding_standards.languages import language_of_path
from coding_standards.project.tools.tool import ALWAYS, Tool
from groundwork.reading.regular_file import read_regular

TEAM_FILE = "standards.yml"
_MARKER = re.compile(r"([^#~]+)([#~]?)(.*)")
_MAX_BYTES = 300_000
"""Of a configuration; what is larger is something else."""


@dataclass(frozen=True)
class Configured:
    """A tool, the configuration that holds, and the files that it holds for. All paths are relative to the project."""

    tool: Tool
    config: str
    text: str
    """Of the configuration, after a line with its name."""
    files: tuple[str, ...]
    is_own: bool = True
    """Whether the configuration is the tool's, and not a file that mentions it."""

    @property
    def folder(self) -> str:
        """Where the tool runs."""
        return PurePosixPath(self.config).parent.as_posix().removeprefix(".")

    @property
    def runs_code(self) -> bool:
        """Whether running it runs code of the project."""
        return self.tool.runs_code or bool(
            self.tool.code_where and re.search(self.tool.code_where, self.text, re.MULTILINE)
        )


@dataclass
class Look:
    """One look at a project's configurations; remembers what it has read for as long as it lasts."""

    root: Path
    _listed: dict[str, frozenset[str]] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _tables: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def find(self, tools: Iterable[Tool], files: Iterable[str]) -> list[Configured]:
        """What is configured for these files, in the order of the table."""
        paths = tuple(files)
        found: list[Configured] = []
        for tool in tools:
            of_config: dict[tuple[str, bool], list[str]] = {}
            for path in paths:
                language = language_of_path(path)
                if language is None or (tool.languages and language.name not in tool.languages):
                    continue
                nearest = next(self._configs(tool, path), None)
                if nearest is not None:
                    of_config.setdefault(nearest, []).append(path)
            for (config, is_own), held in of_config.items():
                for followed in self._follow(tool, config):
                    text = f"{PurePosixPath(followed).name}\n{self.text(followed)}"
                    found.append(Configured(tool, followed, text, tuple(held), is_own))
        return found

    def text(self, path: str) -> str:
        """The text of a file of the project; empty where it cannot be read."""
        if path not in self._texts:
            try:
                self._texts[path] = read_regular(self.root / path, _MAX_BYTES).decode("utf-8-sig", "replace")
            except (OSError, ValueError):
                self._texts[path] = ""
        return self._texts[path]

    def _configs(self, tool: Tool, path: str) -> Iterator[tuple[str, bool]]:
        if ALWAYS in tool.configured_by:
            yield TEAM_FILE, False
            return
        for folder in folders_above(path):
            for marker in tool.markers:
                name, kind, sought = _MARKER.fullmatch(marker).groups()  # type: ignore[union-attr]
                key, mention = (sought, "") if kind == "#" else ("", sought)
                for there in self._named(folder, name):
                    if key and not self._has(there, key):
                        continue
                    if mention and not re.search(mention, self.text(there), re.MULTILINE):
                        continue
                    yield there, not mention

    def _named(self, folder: str, name: str) -> Iterator[str]:
        inner, _, last = name.rpartition("/")
        place = "/".join(filter(None, (folder, inner)))
        names = self._list(place)
        wanted = [last] if last in names else sorted(fnmatch.filter(names, last)) if "*" in last else []
        yield from (f"{place}/{one}" if place else one for one in wanted)

    def _list(self, folder: str) -> frozenset[str]:
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(os.listdir(self.root / folder))
            except OSError:
                self._listed[folder] = frozenset()
        return self._listed[folder]

    def _has(self, path: str, key: str) -> bool:
        if not path.endswith((".toml", ".json")):
            return re.search(rf"^\[(?:tool:)?{re.escape(key)}[\]:-]", self.text(path), re.MULTILINE) is not None
        node: object = self._table(path)
        for part in key.split("."):
            if not isinstance(node, Mapping) or part not in node:
                return False
            node = node[part]
        return True

    def _table(self, path: str) -> Mapping[str, object]:
        if path not in self._tables:
            try:
                table = tomllib.loads(self.text(path)) if path.endswith(".toml") else json.loads(self.text(path))
            except (ValueError, RecursionError):
                table = {}
            self._tables[path] = table if isinstance(table, dict) else {}
        return self._tables[path]

    def _follow(self, tool: Tool, config: str) -> list[str]:
        """Where a configuration only names others, those."""
        text = self.text(config)
        listed = re.search(rf'"{tool.follows}"\s*:\s*\[([^\]]*)\]', text) if tool.follows else None
        if listed is None or not re.search(r'"files"\s*:\s*\[\s*\]', text):
            return [config]
        folder = PurePosixPath(config).parent
        followed: list[str] = []
        for path in re.findall(r'"path"\s*:\s*"([^"]+)"', listed[1]):
            target = os.path.normpath(folder / path).replace("\\", "/")
            followed.append(target if target.endswith(".json") else f"{target}/{PurePosixPath(config).name}")
        return [path for path in followed if not path.startswith("..")] or [config]


def folders_above(path: str) -> Iterator[str]:
    """The folders of a file from its own to the project's, which is the empty text."""
    for parent in PurePosixPath(path).parents:
        yield parent.as_posix().removeprefix(".") if parent.as_posix() == "." else parent.as_posix()
