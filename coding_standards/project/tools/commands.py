"""The command lines of one tool for some files: the placeholders of its row filled in.

Its one rule: a path can never be taken for an option.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml

from coding_standards.project.tools.configured import Configured, Look, folders_above
from coding_standards.project.tools.programs import find_python
from groundwork.reading.yaml_text import YamlError, load_yaml

_EDITION = re.compile(r'^\s*edition\s*=\s*"(\d{4})"', re.MULTILINE)
_HOOKS = "hooks.yaml"
_HOOK_LANGUAGES = frozenset({"system", "script", "pygrep", "fail", "unsupported", "unsupported_script"})
"""Hooks in these need no environment that would first be downloaded."""


@dataclass(frozen=True)
class Command:
    """One run."""

    arguments: tuple[str, ...]
    files: tuple[str, ...]
    """The files that it judges, relative to the project."""
    is_stdin: bool = False


def make_commands(configured: Configured, look: Look, cache: Path, files: Sequence[str]) -> Iterator[Command]:
    """The runs that judge these files."""
    row = configured.tool.command[1:]
    per_file = configured.tool.is_stdin or "{file}" in row
    batches = [(path,) for path in files] if per_file else [tuple(files)]
    if any("{hooks}" in argument for argument in row) and not _write_hooks(configured.text, cache / _HOOKS):
        return
    for batch in batches:
        arguments: list[str] = []
        for argument in row:
            arguments += _fill(argument, configured, look, cache, batch)
        if configured.tool.python_option and (python := find_python(look.root, configured.folder)) is not None:
            arguments += [configured.tool.python_option, str(python)]
        yield Command(tuple(arguments), batch, configured.tool.is_stdin)


def cache_name(configured: Configured) -> str:
    """The name of the folder in which a tool may keep what it knows of the project."""
    digest = hashlib.sha256(configured.config.encode()).hexdigest()[:12]
    return f"{configured.tool.program}-{digest}"


def _fill(argument: str, configured: Configured, look: Look, cache: Path, files: Sequence[str]) -> Sequence[str]:
    inner = [_inside(path, configured.folder) for path in files]
    match argument:
        case "{files}":
            return inner
        case "{dirs}":
            return sorted({f"./{PurePosixPath(path).parent.as_posix()}" for path in inner})
        case "{config_option}":
            return ("-c", PurePosixPath(configured.config).name) if configured.is_own else ()
    config = _inside(configured.config, configured.folder)
    edition = _edition(configured, look) if "{edition}" in argument else ""
    patterns = ",".join(f".*{re.escape(path)}" for path in inner) if "{patterns}" in argument else ""
    filled = argument
    for name, value in {
        "file": inner[0] if inner else "",
        "config": config,
        "cache": str(cache),
        "edition": edition,
        "patterns": patterns,
        "hooks": str(cache / _HOOKS),
    }.items():
        filled = filled.replace(f"{{{name}}}", value)
    return (filled,)


def _inside(path: str, folder: str) -> str:
    inner = path.removeprefix(f"{folder}/") if folder else path
    return f"./{inner}" if inner.startswith("-") else inner


def _edition(configured: Configured, look: Look) -> str:
    for folder in folders_above(configured.config):
        found = _EDITION.search(look.text(f"{folder}/Cargo.toml" if folder else "Cargo.toml"))
        if found is not None:
            return found[1]
    return "2021"


def _write_hooks(text: str, place: Path) -> bool:
    """Write a configuration with those hooks alone that need no download; False where there are none."""
    try:
        data = load_yaml(text.partition("\n")[2])
    except YamlError:
        return False
    repos = data.get("repos") if isinstance(data, dict) else None
    local = [one for one in repos or () if isinstance(one, dict) and one.get("repo") == "local"]
    hooks = [hook for one in local for hook in one.get("hooks") or () if isinstance(hook, dict)]
    chosen = [hook for hook in hooks if hook.get("language") in _HOOK_LANGUAGES]
    if chosen and isinstance(data, dict):
        kept = {key: value for key, value in data.items() if key in ("files", "exclude", "fail_fast")}
        place.write_text(yaml.safe_dump(kept | {"repos": [{"repo": "local", "hooks": chosen}]}), encoding="utf-8")
    return bool(chosen)
