"""ruff's own configuration at the top of a project: where it is, and the line length that it sets.

Its one rule: a configuration that reaches out of the project through `extend` is not used at all.
"""

from __future__ import annotations

import posixpath
import tomllib
from dataclasses import dataclass
from pathlib import Path

from coding_standards.project_files import ProjectFiles

_NAMES = (".ruff.toml", "ruff.toml", "pyproject.toml")
"""In the order in which ruff prefers them (https://docs.astral.sh/ruff/configuration/)."""
_MAX_EXTENDS = 5


@dataclass(frozen=True)
class RuffConfig:
    """A configuration that `ruff check --config PATH` can be given."""

    path: Path
    source: str
    line_length: int | None
    """None where it is left to ruff's default."""


def read_ruff_config(files: ProjectFiles) -> RuffConfig | None:
    """Return the configuration that ruff itself would choose for the project, or None."""
    for name in _NAMES:
        if name not in files.found:
            continue
        table = _table(files, name)
        if table is None:
            continue
        line_length, is_inside = _line_length(files, name, table)
        if not is_inside:
            return None
        return RuffConfig(files.root / name, name, line_length)
    return None


def _table(files: ProjectFiles, source: str) -> dict[str, object] | None:
    """Return ruff's table of one file; None where there is none, or where it is broken."""
    text = files.read(source)
    if text is None:
        return None
    try:
        document: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        files.problems.append(f"{source}: not TOML: {error}")
        return None
    if posixpath.basename(source) != "pyproject.toml":
        return document
    tool = document.get("tool")
    table = tool.get("ruff") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _line_length(files: ProjectFiles, source: str, table: dict[str, object]) -> tuple[int | None, bool]:
    """Return the line length, and whether all that the file extends lies in the project."""
    length: int | None = None
    for _ in range(_MAX_EXTENDS):
        value = table.get("line-length")
        if length is None and isinstance(value, int) and 1 <= value <= 320:
            length = value
        elif value is not None and not (isinstance(value, int) and 1 <= value <= 320):
            files.problems.append(f"{source}: line-length = {str(value)[:40]}: use a number from 1 to 320")
        extend = table.get("extend")
        if extend is None:
            return length, True
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), str(extend)))
        if posixpath.isabs(target) or target.startswith(("..", "~", "$")):
            files.problems.append(
                f"{source}: extends {str(extend)[:80]}, which is not in the project; ruff's rules are not used"
            )
            return None, False
        extended = _table(files, target)
        if extended is None:
            return None, False
        source, table = target, extended
    files.problems.append(
        f"{source}: more than {_MAX_EXTENDS} configurations extend each other; ruff's rules are not used"
    )
    return None, False
