"""ruff's own configuration at the top of a project or of a team's directory, and the line length that it sets.

Its one rule: a configuration that reaches out of its folder through `extend` is not used at all.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from coding_standards.project.files import ProjectFiles
from groundwork.reading.toml_text import TomlError, parse_toml

_NAMES = (".ruff.toml", "ruff.toml", "pyproject.toml")
"""In the order in which ruff prefers them (https://docs.astral.sh/ruff/configuration/)."""
_MAX_EXTENDS = 5


class RuffConfigError(ValueError):
    """A configuration that cannot be used; the text names the file and the reason."""


@dataclass(frozen=True)
class RuffConfig:
    """A configuration that `ruff check --config PATH` can be given."""

    path: Path
    source: str
    line_length: int | None
    """None where it is left to ruff's default."""
    texts: Mapping[str, str]
    """The file and those that it extends, by their names relative to the folder."""


def read_ruff_config(files: ProjectFiles) -> RuffConfig | None:
    """Return the configuration that ruff itself would choose for the project, or None.

    Raises:
        RuffConfigError: there is one, but it cannot be used.
    """
    for name in _NAMES:
        found = read_named(files, name) if name in files.found else None
        if found is not None:
            return found
    return None


def read_named(files: ProjectFiles, name: str) -> RuffConfig | None:
    """Return the configuration in one file; None where a pyproject.toml says nothing to ruff.

    Raises:
        RuffConfigError: it is no TOML, or it extends what it must not.
    """
    texts: dict[str, str] = {}
    length: int | None = None
    source = name
    for _ in range(_MAX_EXTENDS):
        texts[source] = _text(files, source)
        table = _table(texts[source], source)
        if table is None and source == name:
            return None
        length = length or _line_length(table or {}, source)
        extend = (table or {}).get("extend")
        if extend is None:
            return RuffConfig(files.root / name, name, length, texts)
        source = _target(source, str(extend), files.whose)
    raise RuffConfigError(f"{source}: more than {_MAX_EXTENDS} configurations extend each other")


def _text(files: ProjectFiles, source: str) -> str:
    text = files.read(source)
    if text is None:
        files.found.setdefault(source, "missing")  # so that its coming is noticed
        raise RuffConfigError(files.problems.pop())
    return text


def _table(text: str, source: str) -> dict[str, object] | None:
    """Return ruff's table of one file; None where there is none."""
    try:
        document: dict[str, object] = parse_toml(text)
    except TomlError as error:
        raise RuffConfigError(f"{source}: not TOML: {error}") from error
    if posixpath.basename(source) != "pyproject.toml":
        return document
    tool = document.get("tool")
    table = tool.get("ruff") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _line_length(table: Mapping[str, object], source: str) -> int | None:
    value = table.get("line-length")
    if value is None or (isinstance(value, int) and 1 <= value <= 320):
        return value
    raise RuffConfigError(f"{source}: line-length = {str(value)[:40]}: use a number from 1 to 320")


def _target(source: str, extend: str, whose: str) -> str:
    """Return the file that `source` extends. Ruff would put the value of a variable in the place of its name."""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), extend))
    if posixpath.isabs(target) or target.startswith(("..", "~")) or "$" in target:
        raise RuffConfigError(f"{source}: extends {extend[:80]}, which is not in {whose}")
    return target
