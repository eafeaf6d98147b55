"""The orchestrator: children, documentation, assistant and jobs, wired together, started and stopped together."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from code_assistant.children.child import Child
from code_assistant.children.errors import ChildError
from code_assistant.children.launch import (
    PASSED_ON,
    HttpLaunch,
    Launch,
    Launcher,
    Mask,
    StdioLaunch,
    find_own_program,
    pass_environment,
)
from code_assistant.context7 import docker
from code_assistant.context7.guard import load_usage
from code_assistant.context7.launch import CONTEXT7, context7_launcher
from code_assistant.context7.reach import Reach
from code_assistant.documentation.cache import Cache
from code_assistant.jobs import Jobs
from code_assistant.logs import build_mask
from code_assistant.progress import Listener, Progress
from code_assistant.project.surroundings import find_gaps, find_memory_limit
from code_assistant.request import GenerationRequest
from code_assistant.result import GenerationError, GenerationResult
from code_assistant.settings import Settings
from code_assistant.status import ServerStatus, build_status

GRACE_S = 1.0
"""For a child to end by itself at our exit; then it is killed, since hosts wait about 3 s for us."""


class Fleet:
    """All children of one orchestrator."""

    def __init__(self, children: Iterable[Child]) -> None:
        self.children = {child.name: child for child in children}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start every supervising task and return at once."""
        self._tasks = [asyncio.create_task(c.supervise(), name=f"child {c.name}") for c in self.children.values()]

    async def stop(self) -> None:
        """End every child: politely for `GRACE_S`, then by force. Never longer than about two seconds."""
        for child in self.children.values():
            child.stop()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=GRACE_S)
        if late:
            for child in self.children.values():
                child.kill()
            await asyncio.wait(late, timeout=GRACE_S)


if TYPE_CHECKING:
    from agents import Model

    from code_assistant.children.spec import ServerSpec
    from code_assistant.generation.assistant import Assistant

logger = logging.getLogger(__name__)

HANDSHAKE_FIRST_S = 0.05
"""The host's first request is there already; imports in a thread would take the interpreter from its answer."""
_LAST_SWEEP_S = 1.0
_INDEX = "standards://index"
_INDEX_S = 30.0
"""Nobody waits for it; it reads the rules of every language."""
_PROVABLE = "\n## What the project's own tools could prove\n"
_PROJECT_VARIABLES = (
    *("PROJECT_DIR", "CLAUDE_PROJECT_DIR", "PYTHONUTF8", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP"),
    # What the project's own tools are found by.
    *("JAVA_HOME", "GRADLE_USER_HOME", "GOPATH", "GOROOT", "GOCACHE", "GOMODCACHE", "CARGO_HOME", "RUSTUP_HOME"),
)


class Orchestrator:
    """Everything behind the two tools. `model` replaces the configured one, for tests and for embedding."""

    def __init__(self, settings: Settings, model: Model | None = None) -> None:
        self.settings = settings
        self.mask = build_mask(settings)
        self.jobs: Jobs[GenerationResult] = Jobs(settings.max_jobs, settings.deadline_s)
        standards = Child("standards", standards_launcher(settings), mask=self.mask)
        context7 = _context7(settings, self.mask)
        further = [Child(spec.name, _spec_launcher(spec, settings), mask=self.mask) for spec in settings.servers]
        self._sources = (standards, *([context7] if context7 else []), *further)
        self._reach = Reach(settings, context7) if context7 and settings.context7 != "remote" else None
        self.fleet = Fleet(self._sources)
        self.cache = Cache(settings.cache_dir)
        self._model = model
        self._assistant: Assistant | None = None
        self._started_at = time.monotonic()
        self._provable: tuple[str, ...] = ()
        self._memory = find_memory_limit()
        """Too small a limit: then nothing is started, and every answer says so."""
        self._background: set[asyncio.Task[object]] = set()
        self.stopped = asyncio.Event()

    def start(self) -> None:
        """Start the children and the slow imports in the background; returns at once."""
        for spec in self.settings.servers:
            for said in spec.unread:
                logger.warning("CODE_ASSISTANT_CONFIG: mcpServers.%s: %s", spec.name, said)
        for gap in find_gaps(self.settings):
            logger.warning("%s: %s; %s", gap.what, gap.why, gap.remedy)
        if self._memory is not None:
            for child in self.fleet.children.values():
                child.stop()
            return
        self._in_background(self._begin())

    async def _begin(self) -> None:
        await asyncio.sleep(HANDSHAKE_FIRST_S)
        self.fleet.start()
        if self._reach is not None:
            self._in_background(self._reach.look())
        self._in_background(self._prepare())
        if self.settings.project_dir is not None:
            self._in_background(self._look_for_proofs())
        self._in_background(asyncio.to_thread(self.cache.measure))
        self._in_background(asyncio.to_thread(load_usage, self.cache))
        if self.settings.context7 in ("auto", "docker"):
            self._in_background(docker.sweep(self.settings.environ))

    async def stop(self) -> None:
        """Cancel running work, then end the children. Takes about two seconds at most."""
        for task in self._background:
            task.cancel()
        await self.jobs.stop()
        await asyncio.gather(self.fleet.stop(), self._sweep_at_exit())
        self.stopped.set()

    async def generate(self, request: GenerationRequest, listener: Listener | None = None) -> GenerationResult:
        """Answer a request, or join the one that is already being answered.

        Raises:
            PendingError: the deadline passed; the work goes on.
            GenerationError: the model could not be asked or gave no answer.
        """

        if self._memory is not None:
            raise GenerationError(self._memory.why, self._memory.remedy)

        async def answer(progress: Progress) -> GenerationResult:
            return await (await self._assemble()).answer(request, progress)

        return await self.jobs.run(request.key, answer, listener)

    def status(self) -> ServerStatus:
        """How everything is, from memory alone."""
        if self._reach is not None and self._reach.is_due:
            self._in_background(self._reach.look())
        children = self.fleet.children.values()
        cache, gaps = self.cache.status(), find_gaps(self.settings)
        shown = self._provable
        return build_status(self.settings, self._started_at, self.jobs, children, cache, self.mask, gaps, shown)

    async def _look_for_proofs(self) -> None:
        """Ask the standards server once which written items the project's tools could prove."""
        with suppress(ChildError):
            text = await self._sources[0].read_resource(_INDEX, _INDEX_S)
            section = text.partition(_PROVABLE)[2].partition("\n## ")[0]
            self._provable = tuple(line.removeprefix("- ") for line in section.splitlines() if line.startswith("- "))

    async def _assemble(self) -> Assistant:
        """The assistant, made when it is first wanted: its modules would hold up the handshake."""
        if self._assistant is None:
            assemble = await asyncio.to_thread(_import_assembly)
            if self._assistant is None:  # nobody else has made it meanwhile
                self._assistant = assemble(self.settings, self._sources, self.cache, self._model)
        return self._assistant

    async def _prepare(self) -> None:
        """Import the Agents SDK; the garbage collector would look through all that is made, over and over."""
        gc.disable()
        try:
            await (await self._assemble()).prepare()
        except Exception:  # of whatever kind: the first request meets it again and tells its caller
            logger.exception("the Agents SDK cannot be made ready")
        finally:
            gc.enable()
        gc.freeze()  # what was imported stays; to find that out, each full collection would stop everything for 80 ms

    async def _sweep_at_exit(self) -> None:
        """Look for what killed owners left since our start; an engine that hangs does not hold up the exit."""
        if self.settings.context7 in ("auto", "docker"):
            with suppress(TimeoutError):
                await asyncio.wait_for(docker.sweep(self.settings.environ), _LAST_SWEEP_S)

    def _in_background(self, work: object) -> None:
        task: asyncio.Task[object] = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def standards_launcher(settings: Settings) -> Launcher:
    """What starts the standards server: this Python, and no secret of ours in its environment."""
    env = pass_environment(settings.environ, *_PROJECT_VARIABLES)
    env["PROJECT_TOOLS"] = settings.project_tools
    if settings.standards_dir:
        env["STANDARDS_DIR"] = settings.standards_dir
    args = find_own_program("standards-server.py", "coding_standards")
    remedy = f"run `{sys.executable} {' '.join(args)}` by hand to see why"
    launch = StdioLaunch(command=sys.executable, args=args, env=env, remedy=remedy)

    async def start() -> Launch:
        return launch

    return start


def _context7(settings: Settings, mask: Mask) -> Child | None:
    launcher = context7_launcher(settings)
    return Child(CONTEXT7, launcher, mask=mask) if launcher else None


def _spec_launcher(spec: ServerSpec, settings: Settings) -> Launcher:
    remedy = f"check `{spec.name}` in the file that CODE_ASSISTANT_CONFIG names"

    async def start() -> Launch:
        if spec.url is not None:
            return HttpLaunch(spec.url, spec.headers, remedy)
        env = {**pass_environment(settings.environ, *PASSED_ON), **spec.env}
        return StdioLaunch(spec.command or "", spec.args, env, spec.cwd, remedy)

    return start


def _import_assembly() -> Callable[[Settings, tuple[Child, ...], Cache, Model | None], Assistant]:
    from code_assistant.assembly import assemble  # late: it takes as long as a tenth of the handshake

    return assemble
