"""The Python modules that an answer and the project bring themselves, told from those that are installed.

The rule: what lies where programs start from is surely theirs; what lies deeper is theirs only when nothing that is
installed has its name.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from code_assistant.project.versions.reader import project_versions
from code_assistant.result import GeneratedFile
from groundwork.reading.folders import is_entered, list_folder, walk_folders

_ROOTS = ("src", "tests", "test", "lib")
"""Folders that are commonly put on the path."""
_SUFFIXES = (".py", ".pyi")
_SKIPPED = frozenset(["node_modules", "site-packages", "venv", "env", "build", "dist", "target", "__pycache__"])
_MAX_FOLDERS = 1_000
_MAX_LEVELS = 5


class LocalModules:
    """Of one answer and one project."""

    def __init__(self, files: Iterable[GeneratedFile], project_dir: Path | None) -> None:
        paths = [file.path.replace("\\", "/").split("/") for file in files]
        self._paths = [[part for part in path if part not in ("", ".")] for path in paths]
        self._project_dir = project_dir

    @cached_property
    def roots(self) -> frozenset[str]:
        """Names that mean their own module, whatever is installed."""
        names: set[str] = set()
        for path in self._paths:
            if path and path[-1].endswith(_SUFFIXES):
                names.add(_stem(path[0]))
                names |= {_stem(path[1])} if path[0] in _ROOTS and len(path) > 1 else set()
        root = self._project_dir
        for folder in (root, *(root / name for name in _ROOTS)) if root else ():
            names |= {_stem(entry.name) for entry in list_folder(folder) if _is_python(entry)}
        return frozenset(names)

    @cached_property
    def nested(self) -> frozenset[str]:
        """Names that may be their own module, seen from a folder below."""
        names = {_stem(part) for path in self._paths for part in path if path[-1].endswith(_SUFFIXES)}
        return frozenset(names | set(self._below()))

    @cached_property
    def declared(self) -> frozenset[str]:
        """The libraries that the project asks for, installed or not."""
        root = self._project_dir
        return project_versions(root, "python").asked_for if root else frozenset()

    def is_own(self, places: Iterable[Path]) -> bool:
        """True for a module that lies in the project itself: an editable install of it."""
        root = self._project_dir
        return root is not None and any(
            place.is_relative_to(root) and not {"site-packages", "dist-packages"} & set(place.parts) for place in places
        )

    def _below(self) -> Iterator[str]:
        root = self._project_dir
        for folder, entries in walk_folders(root, _MAX_LEVELS, _MAX_FOLDERS, _SKIPPED) if root else ():
            has_python = [entry for entry in entries if entry.name.endswith(_SUFFIXES)]
            yield from (_stem(entry.name) for entry in has_python)
            if has_python:
                yield folder.name


def _is_python(entry: os.DirEntry[str]) -> bool:
    """True for a module, and for a folder with modules in it or right below."""
    if entry.name.endswith(_SUFFIXES):
        return True
    if not is_entered(entry, _SKIPPED):
        return False
    inside = list_folder(entry)
    below = (further for folder in inside if is_entered(folder, _SKIPPED) for further in list_folder(folder))
    return any(found.name.endswith(_SUFFIXES) for found in (*inside, *below))


def _stem(name: str) -> str:
    return name.partition(".")[0]
