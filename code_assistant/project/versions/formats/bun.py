"""bun.lock, JSON with trailing commas: https://bun.com/docs/pm/lockfile."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats.package_json import KINDS, split_alias
from code_assistant.project.versions.found import FoundVersions, join, table, text_of
from groundwork.reading.json_text import parse_jsonc


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The exact versions of what each package of the workspace depends on itself; its own copy before the root's."""
    text = files.read(name)
    document = parse_jsonc(text) if text is not None else {}
    packages, folder = table(document, "packages"), posixpath.dirname(name)
    for place, workspace in table(document, "workspaces").items():
        own = text_of(workspace, "name")
        for library in [library for kind in KINDS for library in table(workspace, kind)]:
            entry = packages.get(f"{own}/{library}", packages.get(library))
            locked = entry[0] if isinstance(entry, list) and entry and isinstance(entry[0], str) else ""
            package, version = split_alias(library, locked)
            if version[:1].isdigit():
                yield FoundVersions(library, version, True, package=package, folder=join(folder, place))
