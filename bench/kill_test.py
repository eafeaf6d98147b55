"""SIGKILL the orchestrator at random moments, with Context7 in containers, and look at what is left.

`python bench/kill_test.py` needs Docker and the image mcp/context7; `--kills 50` is the default. Exit code 1 when a
process outlives a kill by 5 s, a container outlives the next start, or a container of a living owner was touched.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import anyio

from code_assistant.context7.docker import LABEL
from groundwork.lifetime import process_space
from tests.support import external, processes
from tests.support.raw_server import RawServer, clean_environment

SERVER = Path(__file__).parents[1] / "code-assistant-server.py"
IMAGE = "mcp/context7:4"
START_S = 30.0
LIMIT_S = 5.0
SWEEP_S = 15.0


@dataclass(frozen=True)
class Moment:
    """When to kill: so long after the start of the server, or of its `docker run`."""

    is_after_docker_run: bool
    delay_s: float

    @classmethod
    def any(cls, chance: random.Random) -> Moment:
        """A quarter of the kills hit the server's start, the others the container's: half of them its creation."""
        if chance.random() < 0.25:
            return cls(False, chance.uniform(0, 3))
        return cls(True, chance.uniform(0, chance.choice((0.1, 1.5))))


@dataclass
class Figures:
    """What was seen."""

    kills: int = 0
    kills_under_docker_run: int = 0
    left_by_kills: int = 0
    slowest_end_s: float = 0.0
    survivors: int = 0
    left_after_start: list[str] = field(default_factory=list)
    is_neighbour_alive: bool = False

    @property
    def is_good(self) -> bool:
        return not self.survivors and not self.left_after_start and self.is_neighbour_alive


def server() -> RawServer:
    variables = {"CODE_ASSISTANT_CONTEXT7": "docker", "CODE_ASSISTANT_CONTEXT7_IMAGE": IMAGE}
    return RawServer([sys.executable, SERVER], env=clean_environment(**variables))


def owned_by(pids: set[int]) -> list[str]:
    """The containers, in whatever state, whose owner is one of these processes."""
    template = f'{{{{.ID}}}} {{{{.Label "{LABEL}"}}}}'
    listed = external.docker("ps", "-a", "--filter", f"label={LABEL}", "--format", template).stdout.splitlines()
    rows = [line.partition(" ") for line in listed]
    owners = {f"{process_space()}/{pid}" for pid in pids}
    return [container for container, _, owner in rows if owner in owners]


def is_docker_run(process: processes.Process) -> bool:
    return "docker run" in process.command


async def kill_once(moment: Moment, figures: Figures) -> int:
    """Start the server, kill it at that moment, and wait for the end of what it had started."""
    async with server() as running:
        pid = running.pid
        if moment.is_after_docker_run:
            with anyio.fail_after(START_S):
                await processes.until(lambda: any(map(is_docker_run, processes.descendants(pid))))
        await anyio.sleep(moment.delay_s)
        found = processes.descendants(pid)
        running.kill()
        below = [process.pid for process in found]
        figures.kills_under_docker_run += any(is_docker_run(process) for process in found)
        killed_at = time.monotonic()
        figures.kills += 1
        try:
            with anyio.fail_after(LIMIT_S):
                await processes.all_dead(below)
        except TimeoutError:
            figures.survivors += sum(processes.is_alive(pid) for pid in below)
        figures.slowest_end_s = max(figures.slowest_end_s, time.monotonic() - killed_at)
    return pid


async def run(kills: int, seed: int) -> Figures:
    """Do it so often; a container of a living owner stands beside it all."""
    figures = Figures()
    chance = random.Random(seed)
    label = f"{LABEL}={process_space()}/{os.getpid()}"
    neighbour = external.docker("create", "--pull=never", "--label", label, IMAGE).stdout.strip()
    try:
        pids: set[int] = set()
        for _ in range(kills):
            pids.add(await kill_once(Moment.any(chance), figures))
            figures.left_by_kills += len(owned_by(pids))
        async with server() as last:
            await last.initialize()
            with anyio.move_on_after(SWEEP_S):
                await processes.until(lambda: not owned_by(pids))
            figures.left_after_start = owned_by(pids)
        figures.is_neighbour_alive = external.docker("inspect", neighbour).returncode == 0
    finally:
        external.docker("rm", "-f", neighbour)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    figures = asyncio.run(run(options.kills, options.seed))
    print(figures)
    return 0 if figures.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
