"""Environment markers, judged for the Python that the project runs on, not for the one that runs this program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

from code_assistant.project.versions.files import VersionFiles
from groundwork.reading.regular_file import read_regular

_ENVIRONMENTS = (".venv", "venv", "env")
_CONFIG = "pyvenv.cfg"
_MAX_CONFIG_BYTES = 20_000
_MAX_MARKER_CHARS = 1_000
_VERSION = re.compile(r"^version(?:_info)?[ \t]*=[ \t]*(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?", re.MULTILINE)


def project_python(files: VersionFiles) -> Mapping[str, str]:
    """What markers may ask of the project's Python; nothing where no environment tells, and ours then stands for it."""
    for file in _configurations(files):
        files.seen.add(str(file))
        try:
            found = _VERSION.search(read_regular(files.root / file, _MAX_CONFIG_BYTES).decode(errors="replace"))
        except (OSError, ValueError):
            continue
        if found is not None:
            return {
                "python_version": f"{found[1]}.{found[2]}",
                "python_full_version": f"{found[1]}.{found[2]}.{found[3] or '0'}",
            }
    return {}


def is_meant(marker: Marker | str | None, python: Mapping[str, str]) -> bool:
    """True when a requirement counts on this Python; also when its marker is none that can be judged."""
    if marker is None or (isinstance(marker, str) and len(marker) > _MAX_MARKER_CHARS):
        return True
    try:
        known = Marker(marker) if isinstance(marker, str) else marker
        return known.evaluate({**python})
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, RecursionError):
        return True


def _configurations(files: VersionFiles) -> list[Path]:
    """The file that tells, of the interpreter that the user names, else of the project's own environments."""
    if files.python is not None:
        python = Path(files.python)
        return [python / _CONFIG, python.parent.parent / _CONFIG]
    return [Path(name) / _CONFIG for name in _ENVIRONMENTS if _is_inside(files.root / name / _CONFIG, files.root)]


def _is_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        return False
