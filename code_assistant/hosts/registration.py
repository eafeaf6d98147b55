"""Registering our two servers with a host: the entries, and the change of the host's own file.

Its one rule: everything else in the file stays as it is, and a file that is not understood is not touched.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from code_assistant.children.launch import find_own_program
from code_assistant.hosts.table import Host
from groundwork import jsonc
from groundwork.changed_file import change_file

ASSISTANT, STANDARDS = "code-assistant", "coding-standards"
SECRETS = ("OPENAI_API_KEY", "CONTEXT7_API_KEY")
_DOCKER_PLACES = ("/usr/local/bin", "/opt/homebrew/bin", "/Applications/Docker.app/Contents/Resources/bin")
_FOR_ASSISTANT = ("OPENAI_BASE_URL", "CONTEXT7_API_URL", "PROJECT_DIR")


@dataclass(frozen=True)
class Entries:
    """What a host is told of our servers, by their names."""

    by_name: Mapping[str, Mapping[str, object]]
    unwritten: tuple[str, ...]
    """Secrets that are set here and that the host has no way to name; they are not written."""


def build_entries(host: Host, environ: Mapping[str, str], *, with_secrets: bool = False) -> Entries:
    """Both servers as the host wants them: absolute paths, the search path, and the settings that are set now.

    A secret is written as the host's own reference to its environment, or with `with_secrets` as it is.
    """
    path = {"PATH": _search_path(environ)}
    chosen = {name: value for name, value in sorted(environ.items()) if value and _is_for_assistant(name)}
    secret: dict[str, str] = {}
    unwritten: list[str] = []
    for name in SECRETS:
        if not environ.get(name):
            continue
        if with_secrets:
            secret[name] = environ[name]
        elif host.reference is not None:
            secret[name] = host.reference.format(name=name)
        elif host.form != "toml":  # Codex passes variables on by name, see below
            unwritten.append(name)
    team = environ.get("STANDARDS_DIR") or environ.get("CODE_ASSISTANT_STANDARDS_DIR")
    shared = {"STANDARDS_DIR": team, "PROJECT_DIR": environ.get("PROJECT_DIR")}
    own = {name: value for name, value in shared.items() if value}
    assistant = _entry(host, "code-assistant-server.py", "code_assistant", {**path, **chosen, **secret})
    if host.form == "toml" and not with_secrets and (named := [name for name in SECRETS if environ.get(name)]):
        assistant["env_vars"] = named
    standards = _entry(host, "standards-server.py", "coding_standards", {**path, **own})
    return Entries({ASSISTANT: assistant, STANDARDS: standards}, tuple(unwritten))


def show_entries(host: Host, entries: Entries) -> str:
    """The entries alone, as a file of the host would hold them."""
    return _register(host, "", entries)


def register(host: Host, file: Path, entries: Entries, *, dry_run: bool = False) -> str | None:
    """Put the entries into the host's file, or update them there. Returns the new text, None where nothing changes.

    Raises:
        NotChangedError: the file cannot be read, understood or written.
    """
    return change_file(file, lambda text: _register(host, text, entries), dry_run=dry_run)


def unregister(host: Host, file: Path, *, dry_run: bool = False) -> str | None:
    """Take our servers out of the host's file. Returns the new text, None where nothing changes.

    Raises:
        NotChangedError: the file cannot be read, understood or written.
    """
    if not file.exists():
        return None
    return change_file(file, lambda text: _unregister(host, text), dry_run=dry_run)


def _is_for_assistant(name: str) -> bool:
    return name.startswith("CODE_ASSISTANT_") or name in _FOR_ASSISTANT


def _entry(host: Host, script: str, package: str, env: Mapping[str, str]) -> dict[str, object]:
    return {"command": sys.executable, "args": list(find_own_program(script, package)), "env": dict(env), **host.entry}


def _search_path(environ: Mapping[str, str]) -> str:
    """This terminal's search path: a host with a window has a bare one, without docker, node and a team's tools."""
    listed = [folder for folder in environ.get("PATH", os.defpath).split(os.pathsep) if Path(folder).is_absolute()]
    further = [place for place in _DOCKER_PLACES if sys.platform == "darwin" and Path(place).is_dir()]
    return os.pathsep.join(dict.fromkeys([*listed, *further]))


def _register(host: Host, text: str, entries: Entries) -> str:
    if host.form == "toml":
        document = _parse_toml(text)
        if not text.strip() or host.servers not in document:
            document[host.servers] = tomlkit.table(is_super_table=True)
        servers = document[host.servers]
        if not isinstance(servers, dict):
            raise ValueError(f"`{host.servers}` is no table")
        for name, entry in entries.by_name.items():
            if servers.get(name) != entry:
                servers[name] = tomlkit.item(dict(entry))
        return tomlkit.dumps(document)
    for name, entry in entries.by_name.items():
        text = jsonc.put(text, host.servers, name, dict(entry))
    return text


def _unregister(host: Host, text: str) -> str:
    if host.form == "toml":
        document = _parse_toml(text)
        servers = document.get(host.servers)
        for name in (ASSISTANT, STANDARDS):
            if isinstance(servers, dict) and name in servers:
                del servers[name]
        return tomlkit.dumps(document)
    for name in (ASSISTANT, STANDARDS):
        text = jsonc.remove(text, host.servers, name)
    return text


def _parse_toml(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:  # not all of them are a `ValueError`
        raise ValueError(str(error)) from error
