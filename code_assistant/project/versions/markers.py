"""Environment markers, judged for the Python that the project runs on, not for the one that runs this program."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import join, table, text_of, upwards
from code_assistant.project.versions.match import satisfies
from groundwork.reading.folders import is_inside
from groundwork.reading.regular_file import read_regular
from groundwork.reading.toml_text import parse_toml_table

_ENVIRONMENTS = (".venv", "venv", "env")
_CONFIG = "pyvenv.cfg"
_PINNED = ".python-version"
_MAX_CONFIG_BYTES = 20_000
_MAX_MARKER_CHARS = 1_000
_VERSION = re.compile(r"^version(?:_info)?[ \t]*=[ \t]*(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?", re.MULTILINE)
_PIN = re.compile(r"^(?:[a-z]+[-@])?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?", re.MULTILINE)
"""Of pyenv and uv: `3.10`, `3.12.4`, `cpython-3.11`."""
_MINORS = range(6, 31)


@dataclass(frozen=True)
class Python:
    """What markers may ask of the project's Python; where nothing is said, ours stands for it."""

    environment: Mapping[str, str] = field(default_factory=dict)
    is_known: bool = False
    """False for a guess."""

    @property
    def version(self) -> str:
        """Such as `3.12.1`."""
        return self.environment.get("python_full_version") or ".".join(map(str, sys.version_info[:3]))


def project_python(files: VersionFiles, folder: str = "", requires: str = "") -> Python:
    """The Python of an environment in a folder of the project or above it, of its pin, or one that fits `requires`."""
    for file, pattern in _tellers(files, folder):
        files.seen.add(str(file))
        try:
            found = pattern.search(read_regular(files.root / file, _MAX_CONFIG_BYTES).decode(errors="replace"))
        except (OSError, ValueError):
            continue
        if found is not None:
            return _python(int(found[1]), int(found[2]), int(found[3] or 0), is_known=True)
    return _guess(requires or _requires(files, folder))


def least_python(root: Path) -> str:
    """The Python that a project's code has to run on, such as `3.12`: its own, else the oldest that it allows.

    Empty where the project does not tell, or names none that is known.
    """
    files = VersionFiles(root)
    known = project_python(files)
    if known.is_known:
        return known.environment["python_version"]
    requires = _requires(files, "")
    allowed = (f"3.{minor}" for minor in _MINORS if requires and satisfies(f"3.{minor}.99", requires))
    return next(allowed, "")


def is_meant(marker: Marker | str | None, python: Python) -> bool:
    """True when a requirement counts on this Python; also when its marker is none that can be judged."""
    if marker is None or (isinstance(marker, str) and len(marker) > _MAX_MARKER_CHARS):
        return True
    try:
        known = Marker(marker) if isinstance(marker, str) else marker
        return known.evaluate({**python.environment})
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, RecursionError):
        return True


def _python(major: int, minor: int, micro: int, *, is_known: bool) -> Python:
    version = {"python_version": f"{major}.{minor}", "python_full_version": f"{major}.{minor}.{micro}"}
    return Python(version, is_known)


def _guess(requires: str) -> Python:
    """Ours where the project allows it, else the nearest that it allows."""
    ours = sys.version_info
    if not requires or satisfies(f"{ours.major}.{ours.minor}.{ours.micro}", requires):
        return Python()
    allowed = [
        (minor, micro) for minor in _MINORS for micro in (0, 99) if satisfies(f"{ours.major}.{minor}.{micro}", requires)
    ]
    if not allowed:
        return Python()
    minor, micro = min(allowed, key=lambda pair: abs(pair[0] - ours.minor))
    return _python(ours.major, minor, micro, is_known=len({minor for minor, _ in allowed}) == 1)


def _requires(files: VersionFiles, folder: str) -> str:
    for place in upwards(folder):
        document = parse_toml_table(files.read_if_there(join(place, "pyproject.toml")) or "")
        requires = text_of(table(document, "project"), "requires-python")
        if requires := requires or text_of(table(document, "tool", "poetry", "dependencies"), "python"):
            return requires
    return ""


def _tellers(files: VersionFiles, folder: str) -> Iterator[tuple[Path, re.Pattern[str]]]:
    """The files that tell, of the interpreter that the user names, else of the project's own, nearest first."""
    if files.python is not None:
        python = Path(files.python)
        yield from ((python / _CONFIG, _VERSION), (python.parent.parent / _CONFIG, _VERSION))
        return
    for place in upwards(folder):
        for name in _ENVIRONMENTS:
            if is_inside(files.root / place / name / _CONFIG, files.root):
                yield Path(place, name, _CONFIG), _VERSION
        if is_inside(files.root / place / _PINNED, files.root):
            yield Path(place, _PINNED), _PIN
