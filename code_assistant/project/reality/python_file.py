"""A Python file of an answer as it is judged: its tree, what it guards, and the path that it has for ty."""

from __future__ import annotations

import ast
import re
from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from code_assistant.project.packages.python_parser import parse_python
from code_assistant.project.reality.guards import Guards, read_guards
from code_assistant.project.reality.ty import SILENCER
from code_assistant.result import GeneratedFile


@dataclass(frozen=True)
class ReadFile:
    """A file that parses."""

    file: GeneratedFile
    tree: ast.Module
    guards: Guards
    path: str
    """Relative, without dots, and no other file's."""

    @cached_property
    def silenced(self) -> frozenset[int]:
        """Lines with a comment that silences a checker."""
        lines = self.file.content.splitlines()
        return frozenset(number for number, line in enumerate(lines, 1) if SILENCER.search(line))


def read_file(file: GeneratedFile, taken: Container[str]) -> ReadFile | None:
    """Read a file beside others, whose paths are taken; None for one that does not parse, which another check tells.

    Raises:
        RecursionError, MemoryError: it is nested too deeply.
    """
    try:
        tree = parse_python(file.content)
    except (SyntaxError, ValueError):
        return None
    parts = [part for part in re.split(r"[\\/]", file.path) if part not in ("", ".", "..") and ":" not in part]
    path = PurePosixPath(*parts).as_posix() if parts and parts[-1].endswith((".py", ".pyi")) else "_script.py"
    while path in taken:
        path = f"_/{path}"
    return ReadFile(file, tree, read_guards(tree), path)
