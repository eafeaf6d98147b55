"""deno.json and deno.lock: https://docs.deno.com/runtime/fundamentals/configuration/."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions, join, table
from code_assistant.project.versions.match import satisfies

MANIFESTS = ("deno.json", "deno.jsonc")
_SPECIFIER = re.compile(r"^(?:npm|jsr):/?((?:@[\w.~-]+/)?[\w.~-]+)(?:@([^/]+))?")
_EXACT = re.compile(r"\d+\.\d+\.\d+[\w.+-]*")


def read_manifest(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The ranges of the import map."""
    for alias, specifier, package, wish in _imports(files, name):
        del specifier
        yield FoundVersions(alias, wish, _EXACT.fullmatch(wish) is not None, package=package)


def read_lock(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """What each specifier became; under the name that the import map gives it, too."""
    document = files.read_json(name, has_comments=True)
    locked = {**table(document, "packages", "specifiers"), **table(document, "specifiers")}
    versions = {key: _version(value) for key, value in locked.items() if isinstance(value, str)}
    known: set[str] = set()
    for manifest in MANIFESTS:
        path = join(posixpath.dirname(name), manifest)
        for alias, specifier, package, wish in _imports(files, path) if (files.root / path).exists() else ():
            # Deno writes `^2.0.0` as `2` and `^0.2.1` as `~0.2.1`.
            same = [version for key, version in versions.items() if _package(key) == package]
            version = versions.get(specifier) or next((one for one in same if satisfies(one, wish)), "")
            if version:
                known |= {alias, package}
                yield FoundVersions(alias, version, True, package=package)
    for key, version in versions.items():
        if (package := _package(key)) and package not in known:
            yield FoundVersions(package, version, True)


def _imports(files: VersionFiles, name: str) -> Iterator[tuple[str, str, str, str]]:
    for alias, specifier in table(files.read_json(name, has_comments=True), "imports").items():
        found = _SPECIFIER.match(specifier) if isinstance(specifier, str) else None
        if found is not None and not alias.endswith("/"):
            yield alias, found[0], found[1], found[2] or ""


def _package(specifier: str) -> str:
    found = _SPECIFIER.match(specifier)
    return found[1] if found else ""


def _version(locked: str) -> str:
    """`5.3.0`, with peers behind `_`; whole specifiers in version 3."""
    found = _SPECIFIER.match(locked)
    return ((found[2] or "") if found else locked).partition("_")[0]
