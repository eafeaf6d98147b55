"""The arguments of the program that serves the standards, beside serving: the gate and its hooks.

Its one rule: nothing is imported here that a hook does not need; what does the work is imported when it is asked for.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from groundwork.version import __version__

HOOK_HOSTS = ("claude-code", "codex", "cursor", "vscode", "gemini")
"""Those that call a hook of ours with a question."""
_ALL_HOSTS = (*HOOK_HOSTS, "pre-commit", "git")


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for. Returns the exit code."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if options.standards_dir is not None:
        os.environ["STANDARDS_DIR"] = str(options.standards_dir)
    if options.hook:
        from coding_standards.gate.hooks.answer import answer_hook

        return answer_hook(options.hook, os.environ)
    if options.install_hooks:
        from coding_standards.gate.hooks.install import install_hooks

        return install_hooks(options, os.environ)
    if options.explain:
        from coding_standards.gate.command import run_explain

        return run_explain(options, os.environ)
    if options.check is None:
        parser.error("give --check to judge files, or no argument to serve MCP on stdio")
    if options.update_baseline and options.baseline is None:
        parser.error("--update-baseline needs --baseline FILE")
    options.paths = [*options.check, *options.paths]
    from coding_standards.gate.command import run_check

    return run_check(options, os.environ)


def make_parser() -> argparse.ArgumentParser:
    """The parser; `docs/gate.md` tells the same."""
    parser = argparse.ArgumentParser(
        prog="coding-standards",
        description="Serves MCP on stdio; with --check it judges files by the same standards. STANDARDS_DIR names a "
        "team's own standards, PROJECT_DIR a project, PROJECT_TOOLS which of its own tools may judge.",
    )
    parser.add_argument("--version", action="version", version=f"coding-standards {__version__}")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=argparse.SUPPRESS)
    parser.add_argument(
        "--check", nargs="*", type=Path, metavar="PATH", help="judge these files and folders; this folder by default"
    )
    parser.add_argument("--explain", metavar="ID", help="tell what an item or a rule asks for, with examples")
    _add_check_options(parser.add_argument_group("with --check"))
    parser.add_argument("--standards-dir", type=Path, metavar="DIR", help="the same as STANDARDS_DIR")
    hooks = parser.add_argument_group("hooks")
    hooks.add_argument("--hook", choices=HOOK_HOSTS, help="answer a host's question on stdin")
    hooks.add_argument(
        "--install-hooks", nargs="+", choices=_ALL_HOSTS, metavar="HOST", help=f"of {', '.join(_ALL_HOSTS)}"
    )
    hooks.add_argument("--scope", choices=("project", "user"), default="project", help="whose file the hooks go into")
    hooks.add_argument("--uninstall", action="store_true", help="take them out again")
    hooks.add_argument("--dry-run", action="store_true", help="print what would be written")
    return parser


def _add_check_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--changed", nargs="?", const="HEAD", metavar="BASE", help="only what is new since BASE; HEAD by default"
    )
    group.add_argument("--staged", action="store_true", help="only what is new in git's index, as a commit hook wants")
    group.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text")
    group.add_argument("--baseline", type=Path, metavar="FILE", help="only what is not in this file")
    group.add_argument("--update-baseline", action="store_true", help="write all that is found into it")
    group.add_argument("--strict", action="store_true", help="warnings count as breaches too")
    group.add_argument("--quiet", action="store_true", help="list breaches only")
    group.add_argument("--jobs", type=_positive, metavar="N", help="processes; one a processor by default")


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text[:9]):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no number from 1")
    return int(text[:9])
