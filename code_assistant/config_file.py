"""The file that CODE_ASSISTANT_CONFIG names: more internal servers, in the hosts' own `mcpServers` format.

`${VAR}` and `${VAR:-default}` are filled in from the environment, as Claude Code does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

RESERVED_NAMES = ("standards", "context7")
_MAX_BYTES = 1_000_000
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


class ConfigFileError(ValueError):
    """A config file that cannot be used; the text names the file, the place in it and the remedy."""


class ServerSpec(BaseModel):
    """One server of the file: `command` for stdio, or `url` for streamable HTTP."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")
    type: Literal["stdio", "http", "streamable-http"] | None = None
    command: str | None = None
    args: tuple[str, ...] = ()
    env: dict[str, str] = Field(default_factory=dict, repr=False)
    cwd: str | None = None
    url: str | None = Field(default=None, pattern=r"^https?://")
    headers: dict[str, str] = Field(default_factory=dict, repr=False)
    tools: tuple[str, ...] | None = None
    """The tools that the agent may use; without it, those that declare themselves read-only."""
    timeout_s: float = Field(default=30.0, gt=0, le=600)
    disabled: bool = False

    @model_validator(mode="after")
    def _is_one_kind(self) -> ServerSpec:
        if (self.command is None) == (self.url is None):
            raise ValueError("give either `command` (stdio) or `url` (streamable HTTP)")
        return self


def read_config_file(path: Path, environ: Mapping[str, str]) -> tuple[ServerSpec, ...]:
    """Read the enabled servers of a config file.

    Raises:
        ConfigFileError: it is missing, not JSON, or a server in it is wrong.
    """
    document = _load(path.expanduser())
    servers = document.get("mcpServers") if isinstance(document, dict) else None
    if not isinstance(servers, dict):
        raise ConfigFileError(f"{path}: needs a key `mcpServers` with an object of servers")
    specs = tuple(_spec(path, name, entry, environ) for name, entry in servers.items())
    return tuple(spec for spec in specs if not spec.disabled)


def _load(path: Path) -> object:
    try:
        if path.exists() and not path.is_file():
            raise ConfigFileError(f"{path}: not a file")
        if path.stat().st_size > _MAX_BYTES:
            raise ConfigFileError(f"{path}: larger than {_MAX_BYTES:,} bytes")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigFileError(f"{path}: not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise ConfigFileError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error


def _spec(path: Path, name: str, entry: object, environ: Mapping[str, str]) -> ServerSpec:
    shown = name if name.isprintable() else repr(name)
    where = f"{path}: mcpServers.{shown}"
    if name in RESERVED_NAMES:
        raise ConfigFileError(f"{where}: this name is taken by a built-in server; choose another")
    if not isinstance(entry, dict):
        raise ConfigFileError(f"{where}: must be an object")
    try:
        return ServerSpec.model_validate({**_fill(entry, environ, where), "name": name})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ").replace("a valid tuple", "a list")
        raise ConfigFileError(f"{where}{'.' + place if place else ''}: {said}") from error


def _fill(entry: dict[str, object], environ: Mapping[str, str], where: str) -> dict[str, object]:
    return {key: _fill_value(value, environ, f"{where}.{key}") for key, value in entry.items()}


def _fill_value(value: object, environ: Mapping[str, str], where: str) -> object:
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _variable(match, environ, where), value)
    if isinstance(value, list):
        return [_fill_value(part, environ, f"{where}[{index}]") for index, part in enumerate(value)]
    if isinstance(value, dict):
        return _fill(value, environ, where)
    return value


def _variable(match: re.Match[str], environ: Mapping[str, str], where: str) -> str:
    name, default = match[1], match[2]
    value = environ.get(name)
    if default is not None:
        return value or default
    if value is None:
        raise ConfigFileError(f"{where}: {name} is not set; set it, or write ${{{name}:-default}}")
    return value
