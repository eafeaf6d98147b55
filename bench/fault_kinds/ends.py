"""Ends at random moments, odd surroundings and a cache that is damaged while it is used."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shlex
import signal
import subprocess
import sys
from itertools import cycle, islice
from pathlib import Path

import anyio

from code_assistant.context7.docker import LABEL
from code_assistant.documentation.cache_schema import FILE_NAME
from fault_kinds.scene import KEY, LEFT_S, SERVER, STATUS, Json, Tally, python, require, require_gone
from groundwork.lifetime import process_space
from tests.support import external, processes
from tests.support.children import CHILDREN
from tests.support.raw_server import RawServer, clean_environment

ENDS = ("SIGKILL", "SIGTERM", "SIGINT", "end of input")
WRAPPED: Json = {
    "command": "sh",
    "args": ["-c", f"{shlex.quote(sys.executable)} {shlex.quote(str(CHILDREN / 'hangs.py'))}; true"],
}
SERVERS = {"wrapped": WRAPPED, "leaves": python("leaves_one.py"), "stubborn": python("stubborn.py")}
IMAGE = "mcp/context7:4"
WORKER = CHILDREN / "cache_worker.py"


async def inject_ends(tally: Tally, folder: Path, scale: float) -> None:
    """Kills, signals and the end of input; children behind wrappers, with children of their own, some in containers."""
    chance = random.Random(15)
    config = folder / "servers.json"
    config.write_text(json.dumps({"mcpServers": SERVERS}), encoding="utf-8")
    has_engine = _has_engine()
    for number, how in enumerate(islice(cycle(ENDS), round(48 * scale))):
        is_contained = has_engine and number % 4 == number // 4 % 4
        mode = {"CODE_ASSISTANT_CONTEXT7": "docker", "CODE_ASSISTANT_CONTEXT7_IMAGE": IMAGE} if is_contained else {}
        environment = clean_environment(
            CODE_ASSISTANT_CONFIG=str(config), CODE_ASSISTANT_CACHE_DIR=str(folder / "documentation"), **mode
        )
        name = f"{how}{' with a container' if is_contained else ''}"
        await tally.count(name, _end(environment, how, chance.uniform(0.5, 4.0)))


def _has_engine() -> bool:
    try:
        return IMAGE in external.docker("images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
    except (OSError, subprocess.SubprocessError):
        return False


async def _end(environment: dict[str, str], how: str, after_s: float) -> None:
    async with RawServer([sys.executable, SERVER], env=environment) as server:
        await server.initialize()
        owned = f"{LABEL}={process_space()}/{server.pid}"  # others may use the engine at the same time
        await asyncio.sleep(after_s)
        below = [process.pid for process in processes.descendants(server.pid)]
        if how == "end of input":
            server.close_stdin()
        else:
            server.signal(signal.Signals[how])
        code = await server.wait()
        expected = {"end of input": 0, "SIGKILL": -9, "SIGTERM": 143, "SIGINT": 130}[how]
        require(code == expected, f"exit code {code}")
        await require_gone(below)
    if "docker" in environment.get("CODE_ASSISTANT_CONTEXT7", ""):
        with anyio.move_on_after(LEFT_S):
            while external.containers(owned):  # noqa: ASYNC110 - the engine tells nobody
                await anyio.sleep(0.2)
        left = external.containers(owned)
        require(not left or how == "SIGKILL", f"containers left: {left}")  # created only: the next start sweeps it


SURROUNDINGS: dict[str, tuple[str, dict[str, str | None], str]] = {
    "no project": ("", {"PROJECT_DIR": "/nonexistent"}, "the project"),
    "no interpreter": ("", {"CODE_ASSISTANT_PYTHON": "/nonexistent"}, "the Python environment"),
    "no standards": ("", {"CODE_ASSISTANT_STANDARDS_DIR": "/nonexistent"}, "the team's standards"),
    "a key not filled in": ("", {"OPENAI_API_KEY": "${OPENAI_API_KEY}"}, "the setting OPENAI_API_KEY"),
    "300 MB": ("ulimit -v 307200; ", {"CODE_ASSISTANT_CONTEXT7": "auto"}, "memory"),
    "600 MB": ("ulimit -v 614400; ", {"CODE_ASSISTANT_CONTEXT7": "auto"}, "memory"),
    "stderr closed": ("exec 2>&-; ", {}, ""),
    "stderr full": ("exec 2>/dev/full; ", {"PROJECT_DIR": "/nonexistent"}, "the project"),
    "cache not writable": ("", {"CODE_ASSISTANT_CACHE_DIR": "/proc/nothing"}, ""),
}


async def inject_surroundings(tally: Tally, folder: Path, scale: float) -> None:
    """Starts in odd places: the status answers and names what is missing."""
    for name in islice(cycle(SURROUNDINGS), round(27 * scale)):
        await tally.count(name, _surround(*SURROUNDINGS[name]))


async def _surround(shell: str, variables: dict[str, str | None], named: str) -> None:
    command: list[str | Path] = ["sh", "-c", f'{shell}exec "$0" "$@"', sys.executable, SERVER]
    async with RawServer(command, env=clean_environment(**variables)) as server:
        await server.initialize()
        status = (await server.call(STATUS))["structuredContent"]
        missing = [gap["what"] for gap in status["missing"]]
        require(missing == ([named] if named else []), f"missing: {missing}")
        require(KEY not in json.dumps(server.messages), "a secret was told")
        below = [process.pid for process in processes.descendants(server.pid)]
        server.close_stdin()
        require(await server.wait() == 0, "exit code")
        await require_gone(below)


async def inject_cache_faults(tally: Tally, folder: Path, scale: float) -> None:
    """Files of the cache cut, overwritten or taken away while a process uses them."""
    place = folder / "cache"
    command = [sys.executable, str(WORKER), str(place), "2000000"]
    worker = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    assert worker.stdin is not None
    await worker.stdout.readline()
    damages = ("cut", "overwritten", "removed", "its side files cut")
    for how in islice(cycle(damages), round(60 * scale)):
        await tally.count(f"cache {how}", _damage(worker, place, how))
    worker.stdin.close()
    said = (await worker.stdout.readline()).decode()
    if not said.startswith("wrong 0,") or await worker.wait() != 0:
        tally.broken.append(f"the process that used the cache: {said!r}, {worker.returncode}")


async def _damage(worker: asyncio.subprocess.Process, place: Path, how: str) -> None:
    file = place / FILE_NAME
    sides = [place / f"{FILE_NAME}-{suffix}" for suffix in ("journal", "wal", "shm")]
    files = sides if how == "its side files cut" else [file]
    for one in files:
        try:
            if how == "overwritten":
                one.write_bytes(b"rubbish" * 500)
            elif how == "removed":
                one.unlink()
            else:
                os.truncate(one, 100 if one is file else 0)
        except FileNotFoundError:
            continue
    await asyncio.sleep(0.1)
    require(worker.returncode is None, f"the process ended with {worker.returncode}")
