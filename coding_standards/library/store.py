"""The store: makes a library from what lies on disk, and a new one when that changes.

Its one rule: every call sees the disk as it is now, and reads only what changed since the last one.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from coding_standards.library.compiler import RuleCompiler
from coding_standards.library.folder import is_missing, signature
from coding_standards.library.overlay import Candidates, attach, candidates, lay_over, unknown_ids
from coding_standards.library.shelf import EMPTY, Shelf, read_shelf
from coding_standards.library.snapshot import Library
from coding_standards.library.team import TeamSettings, without_items
from coding_standards.project.conflicts import look_for_conflicts
from coding_standards.project.instructions import ProjectStandards, read_project
from coding_standards.project.ruff_keeper import RuffKeeper, TeamRuff
from coding_standards.rules import Rule

BUILTIN = Path(__file__).parents[1] / "builtin"


class LibraryStore:
    """Hands out the current library; safe to use from several threads."""

    def __init__(self, team: Path | None = None, project: Path | None = None) -> None:
        self.team = team
        self.project = project
        self._lock = threading.Lock()
        self._seen: object = None
        self._shelf: Shelf = EMPTY
        self._imported: ProjectStandards | None = None
        self._team_ruff = TeamRuff()
        self._project_ruff = RuffKeeper()
        self._library: Library | None = None

    def current(self) -> Library:
        """The library as the disk has it now."""
        with self._lock:
            # The look comes before the reading: what changes meanwhile is seen by the next call.
            seen = (is_missing(self.team), signature(self.team)) if self.team is not None else None
            is_stale = self._library is None or seen != self._seen or not self._team_ruff.is_current()
            if self.project is not None and not (self._imported and self._imported.is_current()):
                self._imported, is_stale = self._import(self.project), True
            if is_stale or self._library is None:
                self._library, self._seen = self._load(self._library), seen
            return self._library

    def _load(self, previous: Library | None) -> Library:
        builtin = _read_built_in()
        problems = [*builtin.problems, *self._look_at_team()]
        settings, ruff_problems = self._settings()
        problems += ruff_problems
        standards, found = lay_over(builtin.standards, self._shelf.standards)
        problems += found
        attached, found = attach(self._shelf.standards, builtin.standards)
        problems += found
        rules, found = candidates(builtin.rules, self._shelf.rules, _earlier(previous))
        problems += found
        texts = self._imported.texts if self._imported is not None else ()
        problems += unknown_ids(settings, standards, rules, self._shelf.rules, texts)
        conflicts: tuple[str, ...] = ()
        if self._imported is not None:
            problems += self._imported.problems
            conflicts, broken = look_for_conflicts(self._imported, settings, standards.values())
            problems += broken
        compiler = previous.compiler if previous is not None else RuleCompiler()
        compiler.keep_only(rule for versions in rules for rule in versions)
        return Library(
            {key: without_items(standard, settings.disabled) for key, standard in standards.items()},
            rules,
            settings,
            tuple(dict.fromkeys(problems)),
            tuple(name for name, read in self._shelf.reads.items() if read.content),
            attached,
            self._imported,
            conflicts,
            version=previous.version + 1 if previous is not None else 1,
            compiler=compiler,
        )

    def _settings(self) -> tuple[TeamSettings, tuple[str, ...]]:
        settings = self._shelf.settings
        if self.team is None:
            return settings, ()
        ruff_config, problems = self._team_ruff.look(self.team, settings.ruff)
        return replace(settings, ruff_config=ruff_config), problems

    def _import(self, project: Path) -> ProjectStandards:
        found = read_project(project, self._imported.memory if self._imported is not None else None)
        ruff, problems = self._project_ruff.keep(found.ruff, found.ruff_problem)
        others = tuple(problem for problem in found.problems if problem != found.ruff_problem)
        return replace(found, ruff=ruff, problems=(*others, *problems))

    def _look_at_team(self) -> tuple[str, ...]:
        if self.team is None:
            return ()
        if is_missing(self.team):
            self._shelf = EMPTY
            return (f"STANDARDS_DIR: {self.team} is not a directory; create it, or correct the variable",)
        self._shelf = read_shelf(self.team, self._shelf)
        return self._shelf.problems


def load_library(team: Path | None = None, project: Path | None = None) -> Library:
    """Read the built-in standards, with a team's directory and a project over them, once."""
    return LibraryStore(team, project).current()


@functools.cache
def _read_built_in() -> Shelf:
    """What ships with the program, which stays as it is while one runs."""
    return read_shelf(BUILTIN, is_built_in=True)


def _earlier(previous: Library | None) -> Callable[[Rule], Candidates]:
    """What stands in for a rule that does not compile: the version of it that the last snapshot had in force."""
    known = {versions[0].id: versions for versions in previous.rules} if previous is not None else {}

    def earlier(rule: Rule) -> Candidates:
        versions = known.get(rule.id)
        if versions is None or previous is None:
            return ()
        if versions[0] is rule:
            return versions[1:]
        in_force = previous.compiled(versions)
        return (in_force,) if in_force is not None else ()

    return earlier
