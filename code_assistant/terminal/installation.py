"""`--install` and `--print-config`: our servers in the hosts' own files, in a line each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from code_assistant.hosts.registration import (
    Entries,
    build_entries,
    register,
    show_entries,
    unregister,
)
from code_assistant.hosts.table import NAMES, SCOPES, Host, Platform, Scope, find_file, find_host
from groundwork.changed_file import NotChangedError

_EXIT_OK, _EXIT_FAILED = 0, 1


def install(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Register with each host that is named, or the other way round. Returns the exit code.

    `all` are the hosts that this machine has: those whose folder of settings is there.
    """
    is_all = "all" in options.install
    hosts = [find_host(name) for name in (NAMES if is_all else dict.fromkeys(options.install))]
    code, done = _EXIT_OK, 0
    for host in hosts:
        file = find_file(host, options.scope, _platform(), environ, Path.cwd())
        if file is None or (is_all and not _is_there(file, options.scope)):
            if not is_all:
                print(f"{host.title}: it has no file for one project; use --scope user", file=sys.stderr)
                code = _EXIT_FAILED
            continue
        done += 1
        code = max(code, _install(host, file, options, environ))
    if not done and is_all:
        remedy = "" if options.uninstall else "; name one to register with it all the same"
        print(f"none of the hosts was found: {', '.join(NAMES)}{remedy}", file=sys.stderr)
        return _EXIT_OK if options.uninstall else _EXIT_FAILED
    return code


def print_config(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """What would be written for one host, on stdout; where it belongs, on stderr. Returns the exit code."""
    host = find_host(options.print_config)
    entries = build_entries(host, environ, with_secrets=options.with_secrets)
    print(show_entries(host, entries), end="")
    for scope in SCOPES:
        file = find_file(host, scope, _platform(), environ, Path.cwd())
        if file is not None:
            print(f"for {host.title}, {scope}: {file}", file=sys.stderr)
    _tell_unwritten(host, entries)
    return _EXIT_OK


def _install(host: Host, file: Path, options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    entries = build_entries(host, environ, with_secrets=options.with_secrets)
    try:
        if options.uninstall:
            text = unregister(host, file, dry_run=options.dry_run)
        else:
            text = register(host, file, entries, dry_run=options.dry_run)
    except NotChangedError as error:
        print(f"{host.title}: {error}", file=sys.stderr)
        if not options.uninstall:
            print(f"this belongs into it:\n{show_entries(host, entries)}", file=sys.stderr)
        return _EXIT_FAILED
    if text is None:
        print(f"{host.title}: {'nothing of ours is in' if options.uninstall else 'is up to date:'} {file}")
        return _EXIT_OK
    if options.dry_run:
        print(f"{host.title}: {file} would hold:\n{text}", end="")
        return _EXIT_OK
    if options.uninstall:
        print(f"{host.title}: removed from {file}; restart it")
        return _EXIT_OK
    print(f"{host.title}: registered in {file}; {host.then}")
    _tell_unwritten(host, entries)
    return _EXIT_OK


def _tell_unwritten(host: Host, entries: Entries) -> None:
    for name in entries.unwritten:
        print(
            f"{host.title}: {name} is set here and was not written, for the file would show it; "
            "add it to `env` there, or use --with-secrets",
            file=sys.stderr,
        )


def _is_there(file: Path, scope: Scope) -> bool:
    """Whether the host seems to be used: its file, or the folder that is its own, exists."""
    return file.exists() or (scope == "user" and file.parent != Path.home() and file.parent.is_dir())


def _platform() -> Platform:
    return cast(Platform, sys.platform if sys.platform in ("darwin", "win32") else "linux")
