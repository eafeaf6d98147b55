"""The project's tools in a check: which project, which files, and whether anybody is having the same judged already.

Its one rule: calls for the files of one answer share one run, and no file is judged that does not lie in the project.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from coding_standards.project.tools.trust import SAFE, Trust
from groundwork.reading.regular_file import read_regular

if TYPE_CHECKING:
    from coding_standards.project.tools.judge import Change, Judgement, ProjectJudge
    from coding_standards.project.tools.tool import Tool

MAX_FILES = 50
MAX_CHARS = 1_000_000
"""Of all files of one answer together."""
_MAX_ORIGINAL = 1_000_000
_MAX_PROJECTS = 4
"""Each keeps a tree; the one that was used longest ago is given up."""


log = logging.getLogger(__name__)


class WrongProjectError(ValueError):
    """A project or files that cannot be judged; the text names the argument."""


@dataclass(frozen=True)
class FilePlace:
    """What a call of `check_code` says about where its file stands."""

    code: str
    path: str
    project: str | None = None
    existing_code: str | None = None
    other_files: Mapping[str, str] = field(default_factory=dict)
    is_formatting: bool = False
    is_mending: bool = False

    def require_few(self) -> None:
        """See that it is no more than can be judged together.

        Raises:
            WrongProjectError: it is more; the text gives the limits.
        """
        chars = len(self.code) + sum(map(len, self.other_files.values()))
        if len(self.other_files) >= MAX_FILES or chars > MAX_CHARS:
            raise WrongProjectError(f"other_files: at most {MAX_FILES} files of {MAX_CHARS:,} characters together")


@dataclass(frozen=True)
class Judged:
    """The judgement, and the path by which it knows the file."""

    judgement: Judgement
    place: str
    notes: tuple[str, ...] = ()


class ProjectTools:
    """Judges by the tools of projects; the one that the environment names, and others that a call names."""

    def __init__(self, project: Path | None, trust: Trust, environ: Mapping[str, str] | None = None) -> None:
        self._project = Path(os.path.realpath(project)) if project is not None else None
        self._trust = trust
        self._environ = dict(os.environ if environ is None else environ)
        self._judges: dict[Path, ProjectJudge] = {}
        self._running: dict[object, _Running] = {}
        self._kill: Callable[[], None] = lambda: None

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with the setting."""
        return (self._trust.problem,) if self._trust.problem else ()

    async def judge(self, asked: FilePlace, own_rows: tuple[Tool, ...] = ()) -> Judged | None:
        """What the project's tools say; None where there is no project, or its tools are switched off.

        Raises:
            WrongProjectError: the project is no folder, or there are too many files.
        """
        project = _folder(asked.project) if asked.project else self._project
        if project is None or self._trust.is_off or not await anyio.to_thread.run_sync(project.is_dir):
            return None
        place = _place(project, asked.path)
        if place is None:
            return None
        files = {place: asked.code}
        for path, text in asked.other_files.items():
            other = _place(project, path)
            if other is not None:
                files.setdefault(other, text)
        originals = await anyio.to_thread.run_sync(_originals, project, tuple(files))
        if asked.existing_code is not None:
            originals[place] = asked.existing_code
        from coding_standards.project.tools.judge import Change, Judgement  # late: a handshake can do without
        from coding_standards.project.tools.table import TOOLS

        is_known = self._is_known(project)
        trust = self._trust if is_known else Trust(is_foreign=True)
        rows = {tool.name: tool for tool in (*TOOLS, *(own_rows if is_known else ()))}
        change = Change(files, originals)
        key = (project, tuple(sorted(files.items())), tuple(sorted(originals.items())), asked.is_formatting)
        try:
            judgement = await self._join(key, project, change, trust, tuple(rows.values()), asked.is_formatting)
        except Exception as error:  # the tool boundary: what is wrong here must not cost the check by our own rules
            log.exception("the project's tools could not judge")
            why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            return Judged(Judgement((), files, {}), place, (f"The project's own tools did not judge: {why}",))
        unknown = ", ".join(sorted(self._trust.names - rows.keys()))
        note = f"PROJECT_TOOLS: no tool is called {unknown}; known: {', '.join(rows)}"
        return Judged(judgement, place, (note,) if unknown else ())

    async def find_existing(self, asked: FilePlace) -> str | None:
        """What stood in the file before: by the call's word, else on disk; None where nothing tells."""
        if asked.existing_code is not None or not asked.path:
            return asked.existing_code
        project = _folder(asked.project) if asked.project else self._project
        return await anyio.to_thread.run_sync(_read_original, project, asked.path) if project is not None else None

    def kill(self) -> None:
        """End what is kept running at once; safe to call at any time."""
        self._kill()

    async def aclose(self) -> None:
        """End what is kept running, and remove the trees."""
        for judge in self._judges.values():
            await judge.aclose()
        self._judges.clear()

    def _is_known(self, project: Path) -> bool:
        """Whether the user means this project: it is the configured one, or he trusts any that a call names."""
        if self._project is None:
            return self._trust.mode != SAFE
        return project.is_relative_to(self._project)

    async def _join(
        self, key: object, project: Path, change: Change, trust: Trust, rows: tuple[Tool, ...], is_formatting: bool
    ) -> Judgement:
        while (running := self._running.get(key)) is not None:
            await running.done.wait()
            if running.judgement is not None:
                return running.judgement
        running = self._running[key] = _Running()
        try:
            judge = await self._judge_of(project)
            running.judgement = await judge.judge(change, trust, is_formatting, rows)
            return running.judgement
        finally:
            del self._running[key]
            running.done.set()  # one who waits and finds no judgement, since this call was given up, begins anew

    async def _judge_of(self, project: Path) -> ProjectJudge:
        from coding_standards.project.tools.judge import ProjectJudge  # late, as above
        from coding_standards.project.tools.process import kill_tools

        self._kill = kill_tools
        judge = self._judges.pop(project, None) or ProjectJudge(project, self._environ)
        self._judges[project] = judge
        if len(self._judges) > _MAX_PROJECTS:
            oldest = next(iter(self._judges))
            await self._judges.pop(oldest).aclose()
        return judge


@dataclass
class _Running:
    done: anyio.Event = field(default_factory=anyio.Event)
    judgement: Judgement | None = None


def _folder(given: str) -> Path:
    path = Path(given)
    if not path.is_absolute() or not path.is_dir():
        raise WrongProjectError(f"project: {given[:200]!r} is not the absolute path of a folder")
    return Path(os.path.realpath(path))


def _place(project: Path, path: str) -> str | None:
    """The path relative to the project; None where it leads out of it, also through a link."""
    normal = os.path.normpath(path.replace("\\", "/"))
    if os.path.isabs(normal):
        folder, name = os.path.split(normal)
        normal = os.path.relpath(os.path.join(os.path.realpath(folder), name), project)
    place = PurePosixPath(Path(normal).as_posix())
    if place.is_absolute() or ".." in place.parts or ":" in "".join(place.parts[:1]) or not place.name:
        return None
    real = os.path.realpath(project / place.parent)
    return place.as_posix() if Path(real).is_relative_to(project) else None


def _read_original(project: Path, path: str) -> str | None:
    place = _place(project, path)
    return _originals(project, (place,)).get(place) if place is not None else None


def _originals(project: Path, places: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place in places:
        try:
            found[place] = read_regular(project / place, _MAX_ORIGINAL).decode("utf-8")
        except (OSError, ValueError):
            continue
    return found
