"""Where the project's own program of a tool lies, and which version it is.

Its one rule: the project's comes before the machine's, ours is never taken for theirs, and nothing is downloaded.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coding_standards.project.tools.configured import folders_above
from coding_standards.project.tools.tool import INSTALL, Tool

_IS_WINDOWS = os.name == "nt"
_BINARIES = "Scripts" if _IS_WINDOWS else "bin"
_ENVIRONMENTS = (".venv", "venv", "env")
_SUFFIXES = (".exe", ".cmd", ".bat") if _IS_WINDOWS else ("",)
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)*(?:[\w.+-]*\w)?")


class NoProgramError(Exception):
    """A tool whose program is not there; the text says what was looked at and what helps."""


@dataclass(frozen=True)
class Program:
    """The program of a tool."""

    path: Path
    stamp: tuple[int, int]
    """Another one after an update."""


def find_program(tool: Tool, root: Path, folder: str, environ_path: str) -> Program:
    """The program that the project uses in one of its folders.

    Raises:
        NoProgramError: there is none that can be run.
    """
    odd = ""
    names = [f"{name}{suffix}" for name in (tool.program, tool.also_called) if name for suffix in _SUFFIXES]
    for place in _places(root, folder, environ_path):
        for name in names:
            path = place / name
            try:
                status = path.stat()
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode) and os.access(path, os.X_OK):
                return Program(path, (status.st_mtime_ns, status.st_ino))
            odd = odd or f"{_show(path, root)} is no program"
    why = odd or f"{tool.program} is neither in the project's .venv or node_modules/.bin nor on the PATH"
    raise NoProgramError(f"{why}; {INSTALL[tool.family]}")


def find_python(root: Path, folder: str) -> Path | None:
    """The interpreter of the project's environment."""
    for above in folders_above(f"{folder}/x" if folder else "x"):
        for name in _ENVIRONMENTS:
            path = root / above / name / _BINARIES / ("python.exe" if _IS_WINDOWS else "python")
            if path.is_file():
                return path
    return None


def read_version(text: str) -> str:
    """The version in what a program says of itself."""
    # Virtual machines begin with warnings in brackets that have a time in them.
    lines = [line for line in text.splitlines() if not line.startswith("[")]
    found = _VERSION.search("\n".join(lines))
    return found[0] if found else ""


def _places(root: Path, folder: str, environ_path: str) -> Iterator[Path]:
    for above in folders_above(f"{folder}/x" if folder else "x"):
        yield from (root / above / name / _BINARIES for name in _ENVIRONMENTS)
        yield root / above / "node_modules" / ".bin"
    # A package of a larger repository is served by what is installed for all of them.
    yield from (parent / "node_modules" / ".bin" for parent in root.parents)
    ours = _ours()
    for place in environ_path.split(os.pathsep):
        if place and os.path.isabs(place) and os.path.realpath(place) != ours:
            yield Path(place)


def _ours() -> str:
    """Our own environment's folder of programs, where it is one of our own."""
    is_own = sys.prefix != sys.base_prefix
    return os.path.realpath(sysconfig.get_path("scripts")) if is_own else ""


def _show(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
