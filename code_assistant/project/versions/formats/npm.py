"""package-lock.json of npm, all three generations: https://docs.npmjs.com/cli/configuring-npm/package-lock-json."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats.package_json import KINDS, split_alias
from code_assistant.project.versions.found import FoundVersions, join, table, text_of
from groundwork.reading.json_text import parse_json


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """What each folder of the project finds first: its own copies, and those that are hoisted to the root."""
    text = files.read(name)
    document = parse_json(text) if text is not None else {}
    packages, folder = table(document, "packages"), posixpath.dirname(name)
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
