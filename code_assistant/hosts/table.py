"""The hosts that can be told of our servers: each is a table of `hosts.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from groundwork.reading.toml_text import read_our_toml

Platform = Literal["linux", "darwin", "win32"]
Scope = Literal["user", "project"]
SCOPES: tuple[Scope, ...] = ("user", "project")


@dataclass(frozen=True)
class Host:
    """One host, and how it wants to be told of a server."""

    name: str
    """As on the command line."""
    title: str
    user_files: Mapping[str, str]
    """Its file for all projects of a user, by platform or for `all`; `~` and `%APPDATA%` are what they always are."""
    servers: str
    """The table of its file that holds servers by name."""
    project_file: str | None = None
    """Its file in a project, where it has one."""
    form: Literal["json", "toml"] = "json"
    """JSON may hold comments and last commas in every host's file."""
    entry: Mapping[str, object] = field(default_factory=dict)
    """What each entry has beside command, arguments and environment."""
    reference: str | None = None
    """How a value of `env` names a variable of the host's own environment, so that a secret stays out of the file."""
    then: str = "restart it"
    """What is left for a person to do."""


HOSTS = tuple(Host(name, **row) for name, row in read_our_toml(__package__, "hosts.toml").items())
NAMES = tuple(host.name for host in HOSTS)


def find_host(name: str) -> Host:
    """The host of a name from `NAMES`."""
    return next(host for host in HOSTS if host.name == name)


def find_file(host: Host, scope: Scope, platform: Platform, environ: Mapping[str, str], here: Path) -> Path | None:
    """The file of a host; None where it has none of that scope."""
    if scope == "project":
        return here / host.project_file if host.project_file else None
    if host.name == "codex" and environ.get("CODEX_HOME"):
        return Path(environ["CODEX_HOME"]) / "config.toml"
    home = environ.get("USERPROFILE" if platform == "win32" else "HOME") or str(Path.home())
    named = host.user_files.get(platform) or host.user_files["all"]
    application_data = environ.get("APPDATA") or f"{home}/AppData/Roaming"
    return Path(named.replace("~", home, 1).replace("%APPDATA%", application_data))
