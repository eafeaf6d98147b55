"""Versions that a JavaScript or TypeScript project names: the lock files of npm, pnpm and Yarn, and package.json."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions, table
from groundwork.reading.json_text import parse_json
from groundwork.reading.yaml_text import load_strings

LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock")
MANIFESTS = ("package.json",)
_KINDS = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_PNPM_PACKAGES = re.compile(r"^(packages|snapshots):", re.MULTILINE)
_PNPM_VERSION = re.compile(r"^\d[\w.+-]*(?=$|[(_])")
_NOT_A_VERSION = re.compile(r"^(workspace|file|link|portal|catalog|patch|git|github|https?|\.)|/")
_YARN_ENTRY = re.compile(r'^(?! |#)(.+):[ ]*\r?\n {2}version:? "?([^"\s]+)"?', re.MULTILINE)
"""Both generations: `"a@^1", a@^1.2:` and `"a@npm:^1, a@npm:^1.2":`, with the version in the line below."""
_ALIAS = re.compile(r"^(?:npm:)?(?!\d+\.)((?:@[\w.~-]+/)?[\w.~-]+)@(?=.)")
"""Another name for a package: `npm:lodash@^4` in a manifest, `lodash@4.17.21` in pnpm's lock file."""


def read_lock(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The exact versions of the packages that the project itself depends on, and npm's hoisted ones."""
    text = files.read(name)
    if text is None:
        return
    if name.endswith(".yaml"):
        # Everything below `packages:` is the whole tree: long, and not needed.
        end = _PNPM_PACKAGES.search(text)
        # As text alone: numbers and merged keys can be written so that they take hours.
        yield from _pnpm(load_strings(text[: end.start()] if end else text))
    elif name.endswith(".lock"):
        yield from _yarn(text)
    else:
        yield from _npm(parse_json(text))


def read_manifest(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The ranges of a package.json."""
    text = files.read(name)
    document = parse_json(text) if text is not None else {}
    for kind in _KINDS:
        for package, wish in table(document, kind).items():
            names, version = _resolve_alias(package, wish) if isinstance(wish, str) else ((), "")
            if version and not _NOT_A_VERSION.search(version):
                is_exact = re.fullmatch(r"\d+\.\d+\.\d+[\w.+-]*", version) is not None
                yield from (FoundVersions(name, version, is_exact) for name in names)


def _resolve_alias(package: str, version: str) -> tuple[tuple[str, ...], str]:
    """Both names of a package that is installed under another one, and its version."""
    alias = _ALIAS.match(version)
    return ((package, alias[1]), version[alias.end() :]) if alias else ((package,), version)


def _npm(document: object) -> Iterator[FoundVersions]:
    for path, entry in table(document, "packages").items():
        # `node_modules/x` is for all, `packages/a/node_modules/x` for one workspace; deeper ones serve other packages.
        folder, below, name = path.rpartition("node_modules/")
        if below and "node_modules/" not in folder:
            for shown in {name: 0, str(table(entry).get("name", name)): 0}:
                yield FoundVersions(shown, str(table(entry).get("version", "")), is_exact=True)
    for name, entry in table(document, "dependencies").items():  # lock file version 1
        yield FoundVersions(name, str(table(entry).get("version", "")), is_exact=True)


def _yarn(text: str) -> Iterator[FoundVersions]:
    """Every package of the tree; which of several versions is the project's own, its manifest tells."""
    for wishes, version in _YARN_ENTRY.findall(text):
        if version.endswith("-use.local"):
            continue  # a workspace of the project itself
        names = (name for wish in wishes.replace('"', "").split(", ") for name in _yarn_names(wish))
        yield from (FoundVersions(name, version, is_exact=True) for name in dict.fromkeys(names))


def _yarn_names(wish: str) -> tuple[str, ...]:
    """The names in `lodash@^4`, `@a/b@npm:^1` and `other-name@npm:lodash@^4`."""
    at = wish.find("@", 1)
    return _resolve_alias(wish[:at], wish[at + 1 :])[0] if at > 0 else ()


def _pnpm(document: object) -> Iterator[FoundVersions]:
    yield from _pnpm_importer(table(document))
    for importer in table(document, "importers").values():
        yield from _pnpm_importer(table(importer))


def _pnpm_importer(importer: dict[str, Any]) -> Iterator[FoundVersions]:
    for kind in _KINDS:
        for name, entry in table(importer, kind).items():
            version = table(entry).get("version") if isinstance(entry, dict) else entry
            # Only text: to show anything deeper could expand aliases without end.
            names, number = _resolve_alias(name, version) if isinstance(version, str) else ((), "")
            exact = _PNPM_VERSION.match(number)
            if exact is not None:
                yield from (FoundVersions(shown, exact[0], is_exact=True) for shown in names)
