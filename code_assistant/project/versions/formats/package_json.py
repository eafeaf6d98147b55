"""package.json: https://docs.npmjs.com/cli/configuring-npm/package-json, with the catalogs of pnpm, Yarn and Bun.

Catalogs are versions that a workspace keeps in one place: https://pnpm.io/catalogs, https://bun.com/docs/pm/catalogs.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions, join, table, upwards
from groundwork.reading.json_text import parse_json_table
from groundwork.reading.yaml_text import YamlError, load_strings

KINDS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_CATALOG_FILES = ("pnpm-workspace.yaml", ".yarnrc.yml")
_NOT_A_VERSION = re.compile(r"^(workspace|file|link|portal|catalog|patch|git|github|https?|\.)|/")
_ALIAS = re.compile(r"^(?:npm:)?(?!\d+\.)((?:@[\w.~-]+/)?[\w.~-]+)@(?=.)")
"""Another name for a package: `npm:lodash@^4` in a manifest, `lodash@4.17.21` in pnpm's lock file."""
_JSR = re.compile(r"^jsr:(?:@[\w.~-]+/[\w.~-]+(?:@|$))?")


@dataclass(frozen=True)
class Declared:
    """One dependency of one package."""

    name: str
    package: str
    """Another name than that for an alias, else the same."""
    written: str
    """The wish as it stands there, catalogs looked up."""
    folder: str

    @property
    def wish(self) -> str:
        """The range, or nothing where it is no version."""
        version = split_alias(self.name, self.written)[1]
        return "" if _NOT_A_VERSION.search(version) else version


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The ranges of a package.json."""
    for one in read_declared(files, name):
        is_exact = re.fullmatch(r"\d+\.\d+\.\d+[\w.+-]*", one.wish) is not None
        yield FoundVersions(one.name, one.wish, is_exact, package=one.package)


def read_declared(files: VersionFiles, name: str) -> Iterator[Declared]:
    """The dependencies of a package.json."""
    document, folder = files.read_json(name), posixpath.dirname(name)
    catalogs: dict[str, dict[str, Any]] | None = None
    for kind in KINDS:
        for package, wish in table(document, kind).items():
            if isinstance(wish, str) and wish.startswith("catalog:"):
                catalogs = _catalogs(files, folder) if catalogs is None else catalogs
                wish = catalogs.get(wish.removeprefix("catalog:").strip() or "default", {}).get(package, wish)
            if isinstance(wish, str):
                yield Declared(package, split_alias(package, wish)[0], wish, folder)


def split_alias(name: str, version: str) -> tuple[str, str]:
    """The package behind a name, and its version."""
    if jsr := _JSR.match(version):
        return name, version[jsr.end() :]
    alias = _ALIAS.match(version)
    return (alias[1], version[alias.end() :]) if alias else (name, version.removeprefix("npm:"))


def _catalogs(files: VersionFiles, folder: str) -> dict[str, dict[str, Any]]:
    """By name, of the nearest workspace."""
    for place in upwards(folder):
        manifest = parse_json_table(files.read_if_there(join(place, "package.json")) or "")
        workspaces = [manifest, table(manifest, "workspaces")]
        for name in _CATALOG_FILES:
            try:
                workspaces.append(table(load_strings(files.read_if_there(join(place, name)) or "")))
            except YamlError as error:
                files.problem(join(place, name), f"cannot be understood: {error}")
        named = {name: table(one, "catalogs", name) for one in workspaces for name in table(one, "catalogs")}
        unnamed = [table(one, "catalog") for one in workspaces]
        catalogs = {**named, "default": next(filter(None, unnamed), named.get("default", {}))}
        if any(catalogs.values()):
            return catalogs
    return {}
