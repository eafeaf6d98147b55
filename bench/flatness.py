"""Memory, threads and descriptors over many requests: `python bench/flatness.py --generations 3000 --checks 5000`.

The figures are those of both servers after each tenth of the requests. Reads /proc: Linux only. Exit code 1
when threads or descriptors grew, or memory by more than `MAX_GROWTH_MB`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fault_kinds.hosts import STANDARDS
from fault_kinds.scene import GOOD, stage

from tests.support.raw_server import RawServer, clean_environment

MAX_GROWTH_MB = 15.0
AT_ONCE = 4
CODES = {
    "python": '"""Text."""\n\n\ndef give() -> int:\n    """Give."""\n    return 1\n',
    "typescript": "export function give(): number {\n  return 1;\n}\n",
    "sql": "SELECT name FROM people WHERE id = 1;\n",
}
"""Each is asked for with another number every time, so that nothing is remembered."""


@dataclass(frozen=True)
class Use:
    """What a process holds."""

    memory_mb: float
    threads: int
    descriptors: int

    @staticmethod
    def of(pid: int) -> Use:
        place = Path(f"/proc/{pid}")
        pages = int((place / "statm").read_text(encoding="ascii").split()[1])
        tasks, files = (len(list((place / name).iterdir())) for name in ("task", "fd"))
        return Use(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, tasks, files)

    def __str__(self) -> str:
        return f"{self.memory_mb:.0f} MB, {self.threads} threads, {self.descriptors} descriptors"


async def main(generations: int, checks: int) -> int:
    """Ask so often; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder)) as scene:
            flat = await _repeat("generations", scene.server, generations, lambda: scene.ask(GOOD))
    async with RawServer([sys.executable, STANDARDS], env=clean_environment()) as server:
        await server.initialize()
        asked = ((code.replace("1", str(number)), name) for number in count() for name, code in CODES.items())

        async def check() -> None:
            code, name = next(asked)
            await server.call("check_code", code=code, language=name)

        also = await _repeat("checks", server, checks, check)
    return 0 if flat and also else 1


async def _repeat(what: str, server: RawServer, times: int, work: Callable[[], Awaitable[object]]) -> bool:
    steps: list[Use] = []
    for step in range(1, 11):
        await _many(times // 10, work)
        server.messages.clear()
        steps.append(Use.of(server.pid))
        print(f"{times * step // 10:,} {what}: {steps[-1]}", flush=True)
    before, after = steps[0], steps[-1]
    is_level = after.threads <= before.threads + AT_ONCE and after.descriptors <= before.descriptors + AT_ONCE
    return is_level and after.memory_mb - before.memory_mb <= MAX_GROWTH_MB


async def _many(times: int, work: Callable[[], Awaitable[object]]) -> None:
    numbers = iter(range(times))

    async def one_after_the_other() -> None:
        for _ in numbers:
            await work()

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--generations", type=int, default=3_000)
    parser.add_argument("--checks", type=int, default=5_000)
    options = parser.parse_args()
    sys.exit(asyncio.run(main(options.generations, options.checks)))
