"""The hosts that call hooks, each a table of `hosts.toml`, since a hook has no time for a parser of YAML."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Shape = Mapping[str, Any]
"""What a host reads as JSON, with places such as `{text}` to be filled in."""


@dataclass(frozen=True)
class HookHost:
    """One host."""

    name: str
    title: str
    project_file: str
    user_file: str
    events: Mapping[str, Shape]
    """By event: the entry of the list, with a place for the command."""
    block_edit: Shape
    """The answer to an edit that has to be mended, with places for the name of the event and the text."""
    hint: Shape
    """The answer to an edit that is only told something."""
    block_stop: Shape
    silence: str = ""
    """What is written where there is nothing to say."""
    head: Shape = field(default_factory=dict)
    """What a new file begins with."""
    then: str = ""


def fill(shape: Any, **values: str) -> Any:
    """The shape with the values in their places."""
    if isinstance(shape, dict):
        return {key: fill(part, **values) for key, part in shape.items()}
    if isinstance(shape, list):
        return [fill(part, **values) for part in shape]
    return values.get(shape[1:-1], shape) if isinstance(shape, str) and shape[:1] == "{" else shape


def read_hosts() -> tuple[HookHost, ...]:
    """All hosts that can be named."""
    hosts = tomllib.loads(Path(__file__).with_name("hosts.toml").read_text(encoding="utf-8"))
    return tuple(HookHost(name, **row) for name, row in hosts.items())


def find_host(name: str) -> HookHost | None:
    """The host of that name; None where it calls no hooks of ours."""
    return next((host for host in read_hosts() if host.name == name), None)
