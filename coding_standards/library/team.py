"""A team's `standards.yml`, and what it switches off in a standard's text.

Its one rule: a key that is not known, or an id that names nothing, is said and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coding_standards.project.tools.row import TeamRow
from coding_standards.project.tools.tool import Tool
from coding_standards.rules import Severity
from coding_standards.standards import Standard
from groundwork.reading.yaml_text import YamlError, load_yaml

_ITEM_START = re.compile(r"[-*] `([A-Z][A-Z0-9]*-\d{3})` ")


class TeamFileError(ValueError):
    """A `standards.yml` that cannot be used; the text names the file, the key and the reason."""


@dataclass(frozen=True)
class TeamSettings:
    """What a team's `standards.yml` says."""

    disabled: frozenset[str] = frozenset()
    """Ids of items and rules that are switched off."""
    severities: dict[str, Severity] = field(default_factory=dict)
    """The severity of a rule, by the rule's id."""
    line_length: int | None = None
    """Characters, or None where the team has no opinion."""
    ruff: str | None = None
    """The team's own ruff configuration, relative to its directory, as it is written."""
    ruff_config: Path | None = None
    """The configuration in force: that one, or a copy of its last good version."""
    tools: tuple[Tool, ...] = ()
    """Tools of projects that the team adds to the table, or has otherwise."""
    proves: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Item -> the rules of projects' tools that prove it together, such as `eslint/no-var`."""


class _TeamFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    disable: list[str] = Field(default_factory=list)
    severity: dict[str, Severity] = Field(default_factory=dict)
    line_length: int | None = Field(default=None, ge=20, le=1000)
    ruff: str | None = None
    tools: list[TeamRow] = Field(default_factory=list)
    proves: dict[str, list[str]] = Field(default_factory=dict)


def parse_settings(text: str, source: str) -> TeamSettings:
    """Read `standards.yml`.

    Raises:
        TeamFileError: it is not YAML, has an unknown key or a bad value.
    """
    try:
        data = load_yaml(text)
        chosen = _TeamFile.model_validate({} if data is None else data)
    except YamlError as error:
        raise TeamFileError(f"{source}: not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        known = ", ".join(_TeamFile.model_fields)
        raise TeamFileError(f"{source}: {where}: {first['msg']}; known keys: {known}") from error
    if chosen.ruff is not None and not chosen.ruff.endswith(".toml"):
        raise TeamFileError(f"{source}: ruff: {chosen.ruff} is neither a ruff.toml nor a pyproject.toml")
    try:
        tools = tuple(row.to_tool() for row in chosen.tools)
    except ValueError as error:
        raise TeamFileError(f"{source}: tools: {error}") from error
    return TeamSettings(
        frozenset(chosen.disable),
        chosen.severity,
        chosen.line_length,
        chosen.ruff,
        tools=tools,
        proves={item: tuple(rules) for item, rules in chosen.proves.items() if rules},
    )


def without_items(standard: Standard, ids: Collection[str]) -> Standard:
    """The standard without these items: neither in its list nor in its text."""
    if not any(item.id in ids for item in standard.items):
        return standard
    kept: list[str] = []
    is_dropping = False
    for line in standard.body.splitlines():
        if match := _ITEM_START.match(line):
            is_dropping = match[1] in ids
        elif line.strip() and not line.startswith((" ", "\t")):
            is_dropping = False
        if not is_dropping:
            kept.append(line)
    items = tuple(item for item in standard.items if item.id not in ids)
    return replace(standard, items=items, body="\n".join(kept) + "\n")
