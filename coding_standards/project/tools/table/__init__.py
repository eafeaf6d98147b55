"""The table of tools: the list of what is understood. A row is added here, or in a team's `standards.yml`.

Its one rule: only what a tool promises to keep is read: JSON where it has it, else its text format for other programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from coding_standards.project.tools.tool import Tool
from groundwork.reading.yaml_text import load_our_yaml

_FILES = ("python", "script", "compiled", "other")
_ROWS = TypeAdapter(list[Tool])


def _read() -> Iterator[Tool]:
    for name in _FILES:
        (rows,) = load_our_yaml(Path(__file__).with_name(f"{name}.yml").read_text(encoding="utf-8"))
        yield from _ROWS.validate_python(rows)


TOOLS: tuple[Tool, ...] = tuple(_read())
