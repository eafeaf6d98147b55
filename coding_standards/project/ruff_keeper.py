"""Which of ruff's configurations is in force while the one on disk changes.

Its one rule: a configuration that ruff refuses never takes the place of a good one, and the reason is said.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from coding_standards.project.files import ProjectFiles
from coding_standards.project.ruff_config import RuffConfig, RuffConfigError, read_named
from groundwork.private_folder import make_private_folder

Judge = Callable[[Path], str | None]
"""Tells why ruff cannot use the configuration at a path, or None."""


def refusal(config: Path) -> str | None:
    """Ask ruff itself; takes some 15 ms."""
    from coding_standards.engines.ruff import engine as ruff  # late: a handshake can do without engines

    return ruff.refusal(config)


class RuffKeeper:
    """Judges the configuration of one folder whenever it changed, and keeps a copy of the last good one."""

    def __init__(self, judge: Judge = refusal) -> None:
        self._judge = judge
        self._judged: RuffConfig | None = None
        self._reason: str | None = None
        self._good: RuffConfig | None = None
        self._copy: RuffConfig | None = None

    def keep(self, found: RuffConfig | None, problem: str | None = None) -> tuple[RuffConfig | None, tuple[str, ...]]:
        """What is in force now, and what is wrong: `problem`, or what ruff says of what was `found`."""
        if found is not None:
            problem = self._problem(found)
            if problem is None:
                self._good, self._copy = found, None
                return found, ()
        if problem is None:
            self._good = None
            return None, ()
        if self._good is None:
            return None, (f"{problem}; it is ignored",)
        self._copy = self._copy or _copy_config(self._good, self)
        return self._copy, (f"{problem}; its last good version stays in force",)

    def _problem(self, found: RuffConfig) -> str | None:
        if found != self._judged:
            self._judged, self._reason = found, self._judge(found.path)
        return f"{found.source}: {self._reason}" if self._reason else None


class TeamRuff:
    """The configuration that a team's `standards.yml` names."""

    def __init__(self) -> None:
        self._keeper = RuffKeeper()
        self._files: ProjectFiles | None = None

    def look(self, root: Path, given: str | None) -> tuple[Path | None, tuple[str, ...]]:
        """The configuration in force and what is wrong with it; `given` is relative to `root`."""
        self._files = files = ProjectFiles(root.resolve(), whose="the standards directory")
        found, problem = None, None
        if given is not None:
            try:
                found = read_named(files, _relative(root, given))
                problem = None if found else f"{given}: there is no [tool.ruff] in it"
            except RuffConfigError as error:
                problem = str(error)
        said = f"standards.yml: ruff: {problem}" if problem else None
        kept, problems = self._keeper.keep(found, said)
        return (kept.path if kept else None), problems

    def is_current(self) -> bool:
        """Whether the files are still the ones that were read."""
        if self._files is None:
            return True
        return ProjectFiles(self._files.root).fingerprint(self._files.found) == self._files.fingerprint()


def _relative(root: Path, given: str) -> str:
    normal = Path(os.path.normpath(root / given))
    if not normal.is_relative_to(os.path.normpath(root)):
        raise RuffConfigError(f"{given}: leads out of the standards directory; copy the file into it")
    return normal.relative_to(os.path.normpath(root)).as_posix()


def _copy_config(good: RuffConfig, owner: object) -> RuffConfig:
    """The good version in a folder of its own, for ruff takes files only; it goes with its `owner`."""
    folder, _ = make_private_folder(owner)
    for name, text in good.texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return replace(good, path=folder / good.source)
