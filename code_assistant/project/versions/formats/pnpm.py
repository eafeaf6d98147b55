"""pnpm-lock.yaml, from version 5 to pnpm 11's two documents: https://github.com/pnpm/spec/tree/master/lockfile."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats.package_json import KINDS, split_alias
from code_assistant.project.versions.found import FoundVersions, join, table
from groundwork.reading.yaml_text import load_all_strings

_WHOLE_TREE = re.compile(r"^(?:packages|snapshots):[ \t]*\n(?:[ \t#][^\n]*\n|\n)*", re.MULTILINE)
"""Long, and not needed."""
_VERSION = re.compile(r"^\d[\w.+-]*(?=$|[(_])")
_OLD_ALIAS = re.compile(r"^/((?:@[\w.~-]+/)?[\w.~-]+)[/@](?=\d)")
"""`/lodash/4.17.21` up to version 5, `/lodash@4.17.21` in version 6."""


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The exact versions of what each package of the workspace depends on itself."""
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
            package, number = (
                split_alias(name, _OLD_ALIAS.sub(r"\1@", version)) if isinstance(version, str) else ("", "")
            )
            exact = _VERSION.match(number)
            if exact is not None:
                yield FoundVersions(name, exact[0], is_exact=True, package=package, folder=folder)
