"""The judges of one project: what is configured, allowed and installed runs on an answer's files, together.

Its one rule: the answer's files stand at their own paths while they are judged, all of them, and the project is only
read. Runs of one project come one after the other, since they share its tree; the tools of one run work side by side.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import anyio.to_thread

from coding_standards.project.tools.commands import Command, cache_name, make_commands
from coding_standards.project.tools.configured import Configured, Look
from coding_standards.project.tools.overlay import Overlay
from coding_standards.project.tools.process import Ran, ToolFailedError, run_tool
from coding_standards.project.tools.programs import NoProgramError, Program, find_program, read_version
from coding_standards.project.tools.reading import Places
from coding_standards.project.tools.resident.eslint import SCRIPT, ResidentError, ResidentEslint
from coding_standards.project.tools.run import ToolRun, merge_runs, read_run, subtract_old
from coding_standards.project.tools.sandbox import Sandbox, make_sandbox, tool_environment
from coding_standards.project.tools.table import TOOLS
from coding_standards.project.tools.tool import Tool
from coding_standards.project.tools.trust import Trust
from groundwork.private_folder import make_private_folder

LIMIT_S = 45.0
"""For all tools together, since hosts cut a call at 60 s."""
_VERSION_S = 10.0
_AT_LEAST_S = 1.0
_FOREIGN = "its program lies in a project that only this call names; name the project in PROJECT_DIR"
_LET_IT = "set CODE_ASSISTANT_PROJECT_TOOLS (PROJECT_TOOLS of the standards server) to all, or to names with this one"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """What is to be judged: files by their paths in the project, with `/`."""

    files: Mapping[str, str]
    originals: Mapping[str, str]
    """What stood there before, for those that are not new."""


@dataclass(frozen=True)
class Judgement:
    """What the tools say, and the texts that they said it of."""

    runs: tuple[ToolRun, ...]
    files: Mapping[str, str]
    """The files as they were judged: formatted, where that was wanted."""
    formatted_by: Mapping[str, str]
    """By path: the formatter that changed it."""


class ProjectJudge:
    """Runs the tools of one project."""

    def __init__(self, project: Path, environ: Mapping[str, str] | None = None) -> None:
        self.project = Path(os.path.realpath(project))
        self._environ = dict(os.environ if environ is None else environ)
        self._lock = anyio.Lock()
        self._sandbox: Sandbox | None = None
        self._overlay: Overlay | None = None
        self._versions: dict[tuple[object, ...], str] = {}
        self._side_by_side = anyio.CapacityLimiter(max(2, os.cpu_count() or 2))
        self._eslint = ResidentEslint()
        self._remove: Callable[[], object] = lambda: None

    async def judge(
        self,
        change: Change,
        trust: Trust,
        is_formatting: bool = False,
        tools: Sequence[Tool] = TOOLS,
        limit_s: float = LIMIT_S,
    ) -> Judgement:
        """Let every tool judge that is configured for these files and allowed."""
        deadline = anyio.current_time() + limit_s
        look = Look(self.project)
        configured = await anyio.to_thread.run_sync(look.find, tools, tuple(change.files))
        if not configured:
            return Judgement((), change.files, {})
        try:
            with anyio.fail_after(LIMIT_S):
                await self._lock.acquire()
        except TimeoutError:
            busy = "did not judge: other checks of this project took all the time; check again"
            return Judgement(tuple(ToolRun(one, problem=busy) for one in configured), change.files, {})
        try:
            work = _Work(look, change.files, deadline)
            chosen, refused = self._choose(configured, look, trust)
            if chosen:
                await anyio.to_thread.run_sync(
                    self._prepare, change.files, any(one.tool.needs_git for one, _ in chosen)
                )
            formatters = [one for one in chosen if one[0].tool.kind == "formatter"]
            runs = await self._run_all(formatters, work)
            runs = await self._keep_unformatted(formatters, runs, work, change)
            formatted_by: dict[str, str] = {}
            if is_formatting and any(run.formatted for run in runs):
                runs, work, formatted_by = self._format(runs, work)
                await anyio.to_thread.run_sync(self._swap, work.files)
            others = [one for one in chosen if one[0].tool.kind != "formatter"]
            found = await self._run_all(others, work)
            found = await self._compare(others, found, work, change)
        finally:
            self._lock.release()
        return Judgement((*runs, *merge_runs(found), *refused), work.files, formatted_by)

    async def aclose(self) -> None:
        """End what is kept running, and remove the tree."""
        async with self._lock:
            await self._eslint.aclose()
            await anyio.to_thread.run_sync(self._remove)
            self._sandbox = self._overlay = None

    def _choose(
        self, configured: Sequence[Configured], look: Look, trust: Trust
    ) -> tuple[list[tuple[Configured, Program]], list[ToolRun]]:
        """Those that can run, each with its program, and those that cannot, each with the reason."""
        chosen: list[tuple[Configured, Program]] = []
        refused: list[ToolRun] = []
        groups: dict[str, ToolRun | None] = {}
        for one in configured:
            group = one.tool.group
            if group and groups.get(group, ...) is None:
                continue
            refusal: ToolRun | None = None
            if not trust.allows(one):
                if trust.is_meant(one):
                    refusal = ToolRun(one, problem=f"is not run: it would run the project's own code; {_LET_IT}")
                else:
                    continue
            else:
                try:
                    program = find_program(one.tool, look.root, one.folder, self._environ.get("PATH", ""))
                    if trust.is_foreign and program.path.is_relative_to(look.root):
                        refusal = ToolRun(one, problem=f"is not run: {_FOREIGN}")
                    else:
                        chosen.append((one, program))
                except NoProgramError as error:
                    refusal = ToolRun(one, problem=f"is configured but not installed: {error}")
            if group:
                groups[group] = refusal
            elif refusal is not None:
                refused.append(refusal)
        return chosen, [*refused, *(refusal for refusal in groups.values() if refusal is not None)]

    async def _run_all(self, chosen: Sequence[tuple[Configured, Program]], work: _Work) -> list[ToolRun]:
        runs: list[ToolRun | None] = [None] * len(chosen)

        async def run(number: int, configured: Configured, program: Program) -> None:
            runs[number] = await self._run(configured, program, work)

        async with anyio.create_task_group() as tasks:
            for number, (configured, program) in enumerate(chosen):
                tasks.start_soon(run, number, configured, program)
        return [run for run in runs if run is not None]

    async def _run(self, configured: Configured, program: Program, work: _Work) -> ToolRun:
        files = tuple(path for path in configured.files if path in work.files)
        done = ToolRun(configured)
        try:
            done = replace(done, version=await self._version(configured, program))
            cache = self._home / "cache" / cache_name(configured)
            cache.mkdir(parents=True, exist_ok=True)
            commands = list(make_commands(configured, work.look, cache, files))
            if not commands:
                return replace(done, left_out=frozenset(files))
            for command in commands:
                async with self._side_by_side:
                    ran = await self._start(configured, program, command, cache, work)
                done = read_run(done, command, ran, self._places(configured), work.files)
        except ToolFailedError as error:
            remedy = f"run `{configured.tool.program}` in {configured.folder or 'the project'} by hand to see why"
            return ToolRun(configured, done.version, problem=f"did not judge: it {error}; {remedy}")
        except OSError as error:
            return ToolRun(configured, done.version, problem=f"did not judge: {error.strerror or error}")
        return done

    async def _start(self, configured: Configured, program: Program, command: Command, cache: Path, work: _Work) -> Ran:
        tool = configured.tool
        left_s = work.deadline - anyio.current_time()
        if left_s < _AT_LEAST_S:
            raise ToolFailedError(f"had no time left of the {LIMIT_S:g} s that all tools have together")
        assert self._sandbox is not None
        more = {name: value.replace("{cache}", str(cache)) for name, value in tool.environment.items()}
        environment = tool_environment(self._environ, more)
        limit_s = min(tool.limit_s, left_s)
        if tool.is_kept and self._eslint.may_keep(configured.text):
            with contextlib.suppress(ResidentError):
                return await self._ask_kept(configured, command, environment, limit_s, work)
        given = work.files[command.files[0]].encode("utf-8", "replace") if command.is_stdin else b""
        return await run_tool(
            self._sandbox.wrap([str(program.path), *command.arguments], configured.folder),
            self._sandbox.folder(configured.folder),
            environment,
            limit_s,
            given,
        )

    async def _ask_kept(
        self, configured: Configured, command: Command, environment: Mapping[str, str], limit_s: float, work: _Work
    ) -> Ran:
        assert self._sandbox is not None
        assert self._overlay is not None
        node = shutil.which("node", path=self._environ.get("PATH"))
        if node is None:
            raise ResidentError("there is no node")
        seen = self._sandbox.seen
        return await self._eslint.lint(
            configured.config,
            (self._overlay.changes, configured.text),
            self._sandbox.wrap([node, str(SCRIPT)], configured.folder),
            (self._sandbox.folder(configured.folder), environment),
            {str(seen / path): work.files[path] for path in command.files},
            limit_s,
        )

    async def _version(self, configured: Configured, program: Program) -> str:
        arguments = configured.tool.version_arguments
        key = (program, arguments)
        if arguments and key not in self._versions:
            assert self._sandbox is not None
            command = self._sandbox.wrap([str(program.path), *arguments], configured.folder)
            try:
                async with self._side_by_side:
                    ran = await run_tool(
                        command,
                        self._sandbox.folder(configured.folder),
                        tool_environment(self._environ, {}),
                        _VERSION_S,
                    )
            except ToolFailedError:
                return ""  # it has more to say about that when it is run
            self._versions[key] = read_version(ran.text[:2_000])
        return self._versions.get(key, "")

    async def _keep_unformatted(
        self, chosen: Sequence[tuple[Configured, Program]], runs: list[ToolRun], work: _Work, change: Change
    ) -> list[ToolRun]:
        """A file that was not as the formatter has it before stays the team's: its layout is not the answer's fault."""
        doubtful = {path: change.originals[path] for run in runs for path in run.formatted if path in change.originals}
        if not doubtful:
            return runs
        before = await self._run_all(chosen, replace(work, files=doubtful))
        kept: list[ToolRun] = []
        for run, old in zip(runs, before, strict=True):
            was_so = old.formatted.keys() | old.failed.keys()
            said = tuple(one for one in run.said if one.file not in was_so)
            formatted = {path: text for path, text in run.formatted.items() if path not in was_so}
            kept.append(replace(run, said=said, formatted=formatted, old=len(run.said) - len(said)))
        return kept

    def _format(self, runs: list[ToolRun], work: _Work) -> tuple[list[ToolRun], _Work, dict[str, str]]:
        """The first formatter of a file has its way; what another one wants of it is no longer said."""
        files = dict(work.files)
        by: dict[str, str] = {}
        settled: list[ToolRun] = []
        for run in runs:
            mine = {path: text for path, text in run.formatted.items() if path not in by}
            files |= mine
            by |= dict.fromkeys(mine, run.engine)
            settled.append(replace(run, said=tuple(one for one in run.said if one.file not in by), formatted={}))
        return settled, replace(work, files=files), by

    async def _compare(
        self, chosen: Sequence[tuple[Configured, Program]], runs: list[ToolRun], work: _Work, change: Change
    ) -> list[ToolRun]:
        """Only what is new: the tools that found something look at what stood there before."""
        doubtful = [pair for pair, run in zip(chosen, runs, strict=True) if run.said and change.originals]
        before: list[ToolRun] = []
        if doubtful:
            await anyio.to_thread.run_sync(self._swap, {path: change.originals.get(path) for path in change.files})
            before = await self._run_all(doubtful, replace(work, files=dict(change.originals)))
        old = {id(run.configured): run for run in before if not run.problem}
        return [subtract_old(run, old.get(id(run.configured)), work.files, change.originals) for run in runs]

    def _places(self, configured: Configured) -> Places:
        assert self._sandbox is not None
        roots = (self._sandbox.seen, self._sandbox.tree, self.project, self._sandbox.real)
        return Places(tuple(dict.fromkeys(Path(os.path.realpath(root)) for root in roots)) + roots, configured.folder)

    @property
    def _home(self) -> Path:
        assert self._sandbox is not None
        return self._sandbox.base

    def _prepare(self, files: Mapping[str, str], needs_git: bool) -> None:
        if self._sandbox is None or self._overlay is None:
            base, self._remove = make_private_folder(self)
            self._sandbox = make_sandbox(self.project, base, self._environ.get("PATH"))
            self._overlay = Overlay(self.project, self._sandbox.tree, self._sandbox.real)
        self._overlay.refresh(files)
        if needs_git:
            command = ["git", "init", "-q", str(self._sandbox.tree)]
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(command, capture_output=True, timeout=_VERSION_S, check=False)

    def _swap(self, files: Mapping[str, str | None]) -> None:
        assert self._overlay is not None
        self._overlay.swap(files)


@dataclass(frozen=True)
class _Work:
    """One judgement under way."""

    look: Look
    files: Mapping[str, str]
    deadline: float
