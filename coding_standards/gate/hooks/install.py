"""Writing hooks into the hosts' own files, and taking them out again.

Its one rule: everything else in a file stays as it is; what cannot be understood is left alone, with a word on what
belongs into it.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from coding_standards.gate import repository
from coding_standards.gate.hooks.commit import add_to_git_hook, add_to_pre_commit
from coding_standards.gate.hooks.host import HookHost, fill, find_host
from groundwork import jsonc
from groundwork.changed_file import NotChangedError, change_file

_EXIT_OK, _EXIT_FAILED = 0, 1
PROGRAM = "coding-standards"


def install_hooks(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Write the hooks of each host that is named, or take them out. Returns the exit code."""
    code = _EXIT_OK
    for name in dict.fromkeys(options.install_hooks):
        try:
            _install(name, options, environ)
        except (NotChangedError, repository.GitError) as error:
            print(f"{PROGRAM}: {name}: {error}", file=sys.stderr)
            code = _EXIT_FAILED
    return code


def own_command(arguments: Sequence[str]) -> str:
    """The line for a shell that runs this program."""
    script = Path(__file__).resolve().parents[3] / "standards-server.py"
    program = [str(script)] if script.is_file() else ["-m", "coding_standards"]
    command = [sys.executable, *program, *arguments]
    return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)


def _install(name: str, options: argparse.Namespace, environ: Mapping[str, str]) -> None:
    root = repository.find_root(Path.cwd()) or Path.cwd()
    team = [f"--standards-dir={Path(given).absolute()}"] if (given := environ.get("STANDARDS_DIR")) else []
    host = find_host(name)
    then, mode = "", 0o644
    if host is not None:
        file = _file(host, options.scope, root, environ)
        change = partial(_change, host, own_command(["--hook", name, *team]), is_removing=options.uninstall)
        then = host.then
    elif name == "git":
        file, mode = repository.hooks_folder(root) / "pre-commit", 0o755
        command = own_command(["--check", "--staged", "--quiet", *team])
        change = partial(add_to_git_hook, command, is_removing=options.uninstall)
    else:
        file = root / ".pre-commit-config.yaml"
        command = own_command(["--check", "--staged", "--quiet", *team])
        change = partial(add_to_pre_commit, command, is_removing=options.uninstall)
        then = "run `pre-commit install` once"
    _tell(name, file, change, mode, then, options)


def _tell(
    name: str, file: Path, change: Callable[[str], str], mode: int, then: str, options: argparse.Namespace
) -> None:
    after = change_file(file, change, dry_run=options.dry_run, new_mode=mode)
    if after is None:
        print(f"{name}: {file} needs no change")
    elif options.dry_run:
        print(f"{name}: {file} would hold:\n{after}", end="")
    elif options.uninstall:
        print(f"{name}: taken out of {file}")
    else:
        print(f"{name}: written into {file}{f'; {then}' if then else ''}")


def _file(host: HookHost, scope: str, root: Path, environ: Mapping[str, str]) -> Path:
    if scope == "project":
        return root / host.project_file
    if host.name == "codex" and environ.get("CODEX_HOME"):
        return Path(environ["CODEX_HOME"]) / "hooks.json"
    home = environ.get("USERPROFILE" if sys.platform == "win32" else "HOME") or str(Path.home())
    return Path(host.user_file.replace("~", home, 1))


def _change(host: HookHost, command: str, text: str, *, is_removing: bool) -> str:
    def is_ours(entry: Any) -> bool:
        told = entry.get("hooks") if isinstance(entry, dict) else None
        is_shared = isinstance(told, list) and len(told) > 1  # with others, whose part is not ours to change
        return f"--hook {host.name}" in json.dumps(entry) and not is_shared

    if not is_removing and not text.strip():
        text = json.dumps({**host.head, "hooks": {}}, indent=2) + "\n"
    for event, shape in host.events.items():
        if is_removing:
            text = jsonc.remove_element(text, "hooks", event, is_ours)
        else:
            text = jsonc.put_element(text, "hooks", event, fill(shape, command=command), is_ours)
    return text
