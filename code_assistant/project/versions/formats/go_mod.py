"""go.mod and go.work, read line by line: https://go.dev/ref/mod#go-mod-file, https://go.dev/ref/mod#workspaces."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions, join
from code_assistant.project.versions.match import parse_version

_MODULE = re.compile(r"[\w.~-]+(?:/[\w.~-]+)+")
_VERBS = frozenset(["require", "replace", "use", "go", "module"])
_PRUNED = (1, 17)
"""Before it a go.mod did not name what its modules need, so that a newer version than its own may be in use."""


@dataclass
class GoModule:
    """What one file says."""

    name: str = ""
    required: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Versions, and whether the project itself needs it."""
    replaced: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By module and version, or none: a folder, or another module and its version."""
    used: list[str] = field(default_factory=list)
    go: str = ""


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Modules with their exact versions; what stands in for a module has another."""
    yield from _versions(parse_go_mod(files.read(name) or ""), None)


def read_workspace(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """The same of all modules together: of each module they share the highest version."""
    whole, folder = parse_go_mod(files.read(name) or ""), posixpath.dirname(name)
    folders = [join(folder, place) for place in whole.used]
    for place in folders:
        if (files.root / place / "go.mod").is_file():
            module = parse_go_mod(files.read(join(place, "go.mod")) or "")
            whole.replaced = {**module.replaced, **whole.replaced}
            for library, (version, is_direct) in module.required.items():
                known, was_direct = whole.required.get(library, (version, is_direct))
                whole.required[library] = (_higher(known, version), is_direct or was_direct)
    for place in dict.fromkeys([folder, *folders]):
        yield from _versions(whole, place)


def _versions(module: GoModule, folder: str | None) -> Iterator[FoundVersions]:
    release = tuple(int(part) for part in re.findall(r"\d+", module.go)[:2])
    for library, (version, is_direct) in module.required.items():
        standin = module.replaced.get((library, version), module.replaced.get((library, "")))
        path, *other = standin or (library, version)
        is_least = standin is None and bool(release) and release < _PRUNED
        remark = "or a later one that another module needs" if is_least else ""
        remark = remark if path == library else f"replaced by {path}"
        used = (other[0] if other else version).removeprefix("v").removesuffix("+incompatible")
        is_exact = bool(other) and not is_least
        yield FoundVersions(library, used, is_exact, is_direct, path if other else "", folder, remark)


def parse_go_mod(text: str) -> GoModule:
    """What the text of a go.mod or a go.work says."""
    found = GoModule()
    for verb, words, is_indirect in _statements(text):
        if verb == "require" and len(words) == 2 and words[1].startswith("v") and _MODULE.fullmatch(words[0]):
            found.required[words[0]] = (words[1], not is_indirect)
        elif verb == "replace" and "=>" in words:
            old, new = words[: words.index("=>")], words[words.index("=>") + 1 :]
            if old and new:
                found.replaced[old[0], old[1] if len(old) > 1 else ""] = tuple(new[:2])
        elif verb == "use" and words:
            found.used.append(words[0])
        elif verb == "module" and words:
            found.name = words[0]
        elif verb == "go" and words:
            found.go = words[0]
    return found


def _higher(one: str, other: str) -> str:
    numbers = parse_version(one), parse_version(other)
    return other if numbers[0] is None or (numbers[1] is not None and numbers[1] > numbers[0]) else one


def _statements(text: str) -> Iterator[tuple[str, list[str], bool]]:
    """The verb of each line, of the block it stands in where it has none, and its words; and whether it is indirect."""
    block = ""
    for line in text.splitlines():
        code, _, comment = line.partition("//")
        words = [word.strip('"`') for word in code.replace("(", " ( ").replace(")", " ) ").split()]
        if not words:
            continue
        if words[0] == ")":
            block = ""
        elif len(words) > 1 and words[1] == "(":
            block = words[0]
        elif block or words[0] in _VERBS:
            yield block or words[0], words if block else words[1:], comment.strip().startswith("indirect")
