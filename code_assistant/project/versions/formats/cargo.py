"""Cargo.lock and Cargo.toml: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html.

A lock file knows crates by their own names, a manifest may give them others: the two are read together.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions, join, strings, table, tables, text_of, upwards
from code_assistant.project.versions.match import satisfies
from groundwork.reading.toml_text import parse_toml, parse_toml_table

KINDS = ("dependencies", "dev-dependencies", "build-dependencies")


@dataclass(frozen=True)
class _DeclaredCrate:
    name: str
    crate: str
    wish: str
    """`^1.2` where `1.2` is written; empty where no version is asked for."""


def read_manifest(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Crates with their ranges."""
    document = parse_toml(files.read(name) or "")
    for one in _declared(files, document, posixpath.dirname(name)):
        is_exact = one.wish.startswith("=")
        yield FoundVersions(one.name, one.wish.lstrip("= ") if is_exact else one.wish, is_exact, package=one.crate)


def read_lock(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Crates with the exact versions that each package of the project uses; the project's own have no source."""
    packages = tables(parse_toml(files.read(name) or ""), "package")
    versions: dict[str, list[str]] = {}
    for package in packages:
        if "source" in package:
            versions.setdefault(text_of(package, "name"), []).append(text_of(package, "version"))
    folder, known = posixpath.dirname(name), set()
    manifests = _manifests(files, folder)
    for package in packages:
        member = manifests.get(text_of(package, "name")) if "source" not in package else None
        used = _used(package, versions) if member is not None else {}
        for one in member[1] if member is not None else ():
            of_crate = used.get(one.crate, [])
            fitting = [version for version in of_crate if one.wish and satisfies(version, one.wish)] or of_crate
            for version in fitting:
                known.add(one.crate)
                yield FoundVersions(one.name, version, True, package=one.crate, folder=member[0] if member else None)
    for crate in versions.keys() - known:
        for version in versions[crate]:
            yield FoundVersions(crate, version, True, is_direct=not manifests)


def _used(package: dict[str, object], versions: dict[str, list[str]]) -> dict[str, list[str]]:
    """What a package depends on: `rand 0.8.5` where there are several versions, else `rand`."""
    used: dict[str, list[str]] = {}
    for text in strings(package, "dependencies"):
        crate, *version = text.split(" ")[:2]
        used.setdefault(crate, []).extend(version or versions.get(crate, []))
    return {
        crate: [version for version in found if version in versions.get(crate, [])] for crate, found in used.items()
    }


def _manifests(files: VersionFiles, folder: str) -> dict[str, tuple[str, list[_DeclaredCrate]]]:
    """The packages below a folder by name, each with its own folder and what it asks for."""
    start, found = f"{folder}/" if folder else "", {}
    for file in files.find("Cargo.toml"):
        document = parse_toml_table(files.read(file) or "") if file.startswith(start) else {}
        name, place = text_of(table(document, "package"), "name"), posixpath.dirname(file)
        if name:
            found[name] = place, list(_declared(files, document, place))
    return found


def _declared(files: VersionFiles, document: dict[str, object], folder: str) -> Iterator[_DeclaredCrate]:
    shared: dict[str, object] | None = None
    for place in (document, table(document, "workspace"), *table(document, "target").values()):
        for kind in KINDS:
            for name, wish in table(place, kind).items():
                if table(wish).get("workspace") is True:
                    shared = _shared(files, folder) if shared is None else shared
                    wish = shared.get(name)
                version = wish if isinstance(wish, str) else text_of(wish, "version")
                caret = re.sub(r"^\s*(?=\d)", "^", version)
                yield _DeclaredCrate(name, text_of(wish, "package") or name, caret)


def _shared(files: VersionFiles, folder: str) -> dict[str, object]:
    """The dependencies of the workspace that a folder belongs to."""
    for place in upwards(folder):
        document = parse_toml_table(files.read_if_there(join(place, "Cargo.toml")) or "")
        if "workspace" in document:
            return table(document, "workspace", "dependencies")
    return {}
