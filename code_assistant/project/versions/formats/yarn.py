"""yarn.lock of both generations: https://classic.yarnpkg.com/lang/en/docs/yarn-lock/, https://yarnpkg.com/configuration.

It names what each wish of any package became, so that the project's own are found by the wishes of its manifests.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.formats.package_json import Declared, read_declared, split_alias
from code_assistant.project.versions.found import FoundVersions, join, table, text_of
from code_assistant.project.versions.match import satisfies
from groundwork.reading.json_text import JsonError, parse_json_table

_ENTRY = re.compile(r'^(?:\? )?(?![ #?])([^\n]+?)\n?:[ ]*\n {2}version:? "?([^"\s]+)"?', re.MULTILINE)
"""`"a@^1", a@^1.2:` and `"a@npm:^1, a@npm:^1.2":`, with the version in the line below; `? "..."` for long ones."""
_LOCAL = "-use.local"


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Exact versions of what the project's packages wish for, and of what nobody but other libraries asks for."""
    text = (files.read(name) or "").replace("\r\n", "\n")
    locked: dict[str, str] = {}
    for wishes, version in _ENTRY.findall(text):
        if not version.endswith(_LOCAL):  # else a workspace of the project itself
            locked |= {wish.partition("::")[0]: version for wish in wishes.replace('"', "").split(", ")}
    by_name: dict[str, dict[str, str]] = {}
    for key, version in locked.items():
        at = key.find("@", 1)
        if at > 0:
            by_name.setdefault(key[:at], {})[version] = split_alias(key[:at], key[at + 1 :])[0]
    known: set[str] = set()
    for one in _declared(files, posixpath.dirname(name)):
        version = locked.get(f"{one.name}@{one.written}") or locked.get(f"{one.name}@npm:{one.written}")
        version = version or _fitting(one, list(by_name.get(one.name, ())))
        if version:
            known.add(one.name)
            yield FoundVersions(one.name, version, True, package=one.package, folder=one.folder)
    for library in by_name.keys() - known:
        for version, package in by_name[library].items():
            yield FoundVersions(library, version, True, is_direct=False, package=package)


def _declared(files: VersionFiles, folder: str) -> Iterator[Declared]:
    """What the packages of this lock file wish for, as `resolutions` change it."""
    start = f"{folder}/" if folder else ""
    manifest = parse_json_table(files.read_if_there(join(folder, "package.json")) or "")
    changed = table(manifest, "resolutions")
    for file in files.find("package.json"):
        if file.startswith(start):
            try:
                for one in read_declared(files, file):
                    yield Declared(one.name, one.package, text_of(changed, one.name) or one.written, one.folder)
            except JsonError:
                continue  # told when it is read for its own sake


def _fitting(declared: Declared, versions: list[str]) -> str:
    """The only version there is, or the only one that fits."""
    fitting = [version for version in versions if satisfies(version, declared.wish)] if len(versions) > 1 else versions
    return fitting[0] if len(fitting) == 1 else ""
