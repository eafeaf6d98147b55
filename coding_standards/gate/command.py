"""The command line of the gate: arguments -> files -> judge -> form -> exit code.

Its one rule: standard output holds the answer in the form that was asked for, and nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coding_standards.gate import repository
from coding_standards.gate.baseline import BaselineError, read_baseline, without_known, write_baseline
from coding_standards.gate.explain import UnknownIdError, explain
from coding_standards.gate.formats.data import show_json
from coding_standards.gate.formats.github import show_github
from coding_standards.gate.formats.sarif import show_sarif
from coding_standards.gate.formats.text import show_text
from coding_standards.gate.judging import Manner, Verdict
from coding_standards.gate.outcome import EXIT_CLEAN, EXIT_NOT_CHECKED, Outcome
from coding_standards.gate.pool import count_processors, judge_files
from coding_standards.gate.progress import ProgressBar
from coding_standards.gate.selection import (
    Selection,
    SelectionError,
    select_changes,
    select_files,
)
from coding_standards.library.snapshot import Library
from coding_standards.library.store import load_library
from coding_standards.project.tools.trust import SAFE
from coding_standards.server.environment import Directories, read_directories

_PROGRAM = "coding-standards"
_FORMS: Mapping[str, Callable[[Outcome], str]] = {"json": show_json, "sarif": show_sarif, "github": show_github}


@dataclass(frozen=True)
class _Place:
    """Where the files are."""

    root: Path
    """Paths are told relative to it: the working tree's root, else the project or folder."""
    has_git: bool
    directories: Directories


def run_check(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Judge what the options name, and print the outcome. Returns the exit code."""
    begun = time.monotonic()
    try:
        place = _find_place(options, environ)
        base = _base(options, environ)
        known = read_baseline(options.baseline) if options.baseline and not options.update_baseline else None
        selection = _select(place, options, base)
        library = load_library(place.directories.team, place.directories.project)
        manner = Manner(
            is_compared=base is not None, lists_suppressions=base is not None or options.baseline is not None
        )
        verdicts, silent = _judge(selection, library, place.directories, manner, options.jobs)
        if options.update_baseline:
            count = write_baseline(options.baseline, verdicts)
            print(f"{options.baseline}: {count:,} findings are known from now on.")
            return EXIT_CLEAN
    except (SelectionError, BaselineError) as error:
        print(f"{_PROGRAM}: {error}", file=sys.stderr)
        return EXIT_NOT_CHECKED
    if known is not None:
        verdicts = without_known(verdicts, known)
    is_meant = place.directories.trust.mode != SAFE  # by default a tool that is not installed is no failure
    outcome = Outcome(
        place.root,
        verdicts,
        {item.id: item.title for standard in library.standards.values() for item in standard.items},
        base is not None,
        "warning" if options.strict else "error",
        {**selection.left_out, **{one.path: one.left_out for one in verdicts if one.left_out}},
        (*selection.notes, *_problems(library, place.directories), *(() if is_meant else silent)),
        silent if is_meant else (),
        time.monotonic() - begun,
    )
    form = _FORMS.get(options.format)
    _print(form(outcome) if form else show_text(outcome, is_quiet=options.quiet))
    return outcome.exit_code


def run_explain(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Print what is known under an id. Returns the exit code."""
    try:
        directories = _find_place(options, environ).directories
        _print(explain(load_library(directories.team, directories.project), options.explain))
    except (SelectionError, UnknownIdError) as error:
        print(f"{_PROGRAM}: {error}", file=sys.stderr)
        return EXIT_NOT_CHECKED
    return EXIT_CLEAN


def _find_place(options: argparse.Namespace, environ: Mapping[str, str]) -> _Place:
    first = options.paths[0] if options.paths else Path.cwd()
    found = repository.find_root(first) if first.exists() else None
    given = read_directories(environ)
    if given.team is not None and not given.team.is_dir():
        raise SelectionError(f"STANDARDS_DIR: {given.team} is not a directory; create it, or correct the variable")
    project = given.project or found or (first if first.is_dir() else first.parent)
    root = Path(os.path.realpath(found or project))
    directories = Directories(given.team, Path(os.path.realpath(project)), given.trust)
    return _Place(root, found is not None, directories)


def _base(options: argparse.Namespace, environ: Mapping[str, str]) -> str | None:
    """The revision that is compared with; None where nothing is."""
    if options.staged:  # pre-commit names what is pushed, or compared in CI, in its environment
        return environ.get("PRE_COMMIT_FROM_REF") or "HEAD"
    base: str | None = options.changed
    return base


def _select(place: _Place, options: argparse.Namespace, base: str | None) -> Selection:
    if base is None:
        return select_files(place.root, options.paths or [Path.cwd()], has_git=place.has_git)
    if not place.has_git:
        raise SelectionError(f"{place.root}: no git repository, so nothing tells what changed; use --baseline")
    is_staged = options.staged and base == "HEAD"
    return select_changes(place.root, options.paths, base, staged=is_staged)


def _judge(
    selection: Selection, library: Library, directories: Directories, manner: Manner, jobs: int | None
) -> tuple[list[Verdict], list[str]]:
    files = selection.files
    with ProgressBar(len(files), "judging") as progress:
        verdicts = judge_files(files, library, manner, jobs or count_processors(), progress.show)
    if library.project is None or directories.trust.is_off:
        return verdicts, []
    from coding_standards.gate.project_tools import judge_by_tools  # late: most runs need no event loop

    return judge_by_tools(verdicts, files, library, directories.trust, manner)


def _problems(library: Library, directories: Directories) -> Sequence[str]:
    told = [*library.load_problems, directories.trust.problem]
    return [problem for problem in told if problem]


def _print(text: str) -> None:
    data = text.encode("utf-8", "replace")  # a file name may be no UTF-8, and a terminal no Unicode
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
