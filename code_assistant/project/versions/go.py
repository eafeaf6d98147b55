"""Versions that a Go project names, read line by line: https://go.dev/ref/mod#go-mod-file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions

_MODULE = re.compile(r"[\w.~-]+(?:/[\w.~-]+)+")
_VERBS = frozenset(["require", "replace"])


def read_go_mod(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Modules with their exact versions; a module that is replaced by another version of itself has that one."""
    required: dict[str, tuple[str, bool]] = {}
    replaced: dict[tuple[str, str], str] = {}
    for verb, words, is_indirect in _statements(files.read(name) or ""):
        if verb == "require" and len(words) == 2 and words[1].startswith("v") and _MODULE.fullmatch(words[0]):
            required[words[0]] = (words[1], not is_indirect)
        elif verb == "replace" and "=>" in words:
            old, new = words[: words.index("=>")], words[words.index("=>") + 1 :]
            if old and len(new) == 2 and new[0] == old[0]:  # else another module stands in for it, or a folder
                replaced[old[0], old[1] if len(old) > 1 else ""] = new[1]
    for module, (version, is_direct) in required.items():
        used = replaced.get((module, version), replaced.get((module, ""), version))
        yield FoundVersions(
            module, used.removeprefix("v").removesuffix("+incompatible"), is_exact=True, is_direct=is_direct
        )


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
