"""The lock files of npm, pnpm and Bun, which name what each package of a project uses itself.

https://docs.npmjs.com/cli/configuring-npm/package-lock-json, https://github.com/pnpm/spec/tree/master/lockfile,
https://bun.com/docs/pm/lockfile. Yarn's names what each wish became and is read in `yarn.py`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats.package_json import KINDS, split_alias
from code_assistant.project.versions.found import FoundVersions, join, table, text_of
from groundwork.reading.yaml_text import load_all_strings

_WHOLE_TREE = re.compile(r"^(?:packages|snapshots):[ \t]*\n(?:[ \t#][^\n]*\n|\n)*", re.MULTILINE)
"""Of pnpm's: long, and not needed."""
_VERSION = re.compile(r"^\d[\w.+-]*(?=$|[(_])")
_OLD_ALIAS = re.compile(r"^/((?:@[\w.~-]+/)?[\w.~-]+)[/@](?=\d)")
"""`/lodash/4.17.21` up to version 5 of pnpm's, `/lodash@4.17.21` in version 6."""


def read_npm(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """What each folder of the project finds first: its own copies, and those that are hoisted to the root.

    All three generations of package-lock.json.
    """
    document, folder = files.read_json(name), posixpath.dirname(name)
    packages = table(document, "packages")
    own = [entry for path, entry in packages.items() if "node_modules/" not in path]
    asked = {package for entry in own for kind in KINDS for package in table(entry, kind)}
    for path, entry in packages.items():
        # `node_modules/x` is for all, `packages/a/node_modules/x` for one workspace; deeper ones serve other packages.
        inner, below, package = path.rpartition("node_modules/")
        if below and "node_modules/" not in inner:
            version, real = text_of(entry, "version"), text_of(entry, "name") or package
            yield FoundVersions(package, version, True, package in asked, real, join(folder, inner))
    for package, entry in table(document, "dependencies").items() if not packages else ():  # the first generation
        real, version = split_alias(package, text_of(entry, "version"))
        if version[:1].isdigit():
            yield FoundVersions(package, version, is_exact=True, package=real)


def read_bun(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The exact versions of what each package of the workspace depends on itself; its own copy before the root's."""
    document, folder = files.read_json(name, has_comments=True), posixpath.dirname(name)
    packages = table(document, "packages")
    for place, workspace in table(document, "workspaces").items():
        own = text_of(workspace, "name")
        for library in [library for kind in KINDS for library in table(workspace, kind)]:
            entry = packages.get(f"{own}/{library}", packages.get(library))
            locked = entry[0] if isinstance(entry, list) and entry and isinstance(entry[0], str) else ""
            package, version = split_alias(library, locked)
            if version[:1].isdigit():
                yield FoundVersions(library, version, True, package=package, folder=join(folder, place))


def read_pnpm(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The exact versions of what each package of the workspace depends on itself.

    From version 5 of pnpm-lock.yaml to pnpm 11's two documents.
    """
    folder = posixpath.dirname(name)
    text = (files.read(name) or "").replace("\r\n", "\n")
    # As text alone: numbers and merged keys can be written so that they take hours.
    for document in load_all_strings(_WHOLE_TREE.sub("", text)):
        yield from _importer(table(document), folder)
        for place, importer in table(document, "importers").items():
            yield from _importer(table(importer), join(folder, place))


def _importer(importer: dict[str, Any], folder: str) -> Iterator[FoundVersions]:
    for kind in KINDS:
        for name, entry in table(importer, kind).items():
            version = table(entry).get("version") if isinstance(entry, dict) else entry
            # Only text: to show anything deeper could expand aliases without end.
            written = _OLD_ALIAS.sub(r"\1@", version) if isinstance(version, str) else ""
            package, number = split_alias(name, written)
            exact = _VERSION.match(number)
            if exact is not None:
                yield FoundVersions(name, exact[0], is_exact=True, package=package, folder=folder)
