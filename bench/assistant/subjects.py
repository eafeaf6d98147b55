"""The servers that are compared, the loopback services behind them, and a folder for what they write.

Its one rule: all of them get the same children, the same model and the same environment, and nothing of the user's.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from assistant.session import Session
from code_assistant.documentation.cache import Cache
from tests.support.external import CURRENT, PACKAGE, node_problem, npm_folder

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
Name = Literal["hello", "naive", "ours"]
SCRIPTS: dict[Name, Path] = {
    "hello": HERE / "hello_server.py",
    "naive": HERE / "naive_server.py",
    "ours": ROOT / "code-assistant-server.py",
}
GENERATE, STATUS = "generate_code_with_context", "get_server_status"
LIBRARIES = ("fastapi", "pydantic", "react")
READY_S = 60.0
_LOOK_AGAIN_S = 0.02
_FOREIGN = ("OPENAI_", "CODE_ASSISTANT_", "CONTEXT7_", "STANDARDS_DIR", "PROJECT_DIR", "CLAUDE_PROJECT_DIR")


class Loopback:
    """The process that plays the model and Context7's API."""

    def __init__(self, process: asyncio.subprocess.Process, urls: Mapping[str, str]) -> None:
        self._process = process
        self.urls = urls

    async def set(self, *, turn_s: float = 0.0, docs_s: float = 0.0) -> None:
        """Set the latencies from now on and forget what came in."""
        await self._order({"turn_s": turn_s, "docs_s": docs_s})

    async def record(self) -> dict[str, Any]:
        """What came in since `set`: `turns` with seconds, tokens and tools each, and `docs_calls`."""
        return await self._order({})

    async def _order(self, order: dict[str, float]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return await _line_of(self._process)


async def _line_of(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    answer: dict[str, Any] = json.loads(await process.stdout.readline())
    return answer


@dataclass(frozen=True)
class Bench:
    """Where everything is."""

    loopback: Loopback
    folder: Path
    context7_script: Path | None
    repetitions: int
    generations: int = 2_000
    """How many the memory part makes."""

    @property
    def cache(self) -> Cache:
        """The documentation cache that our server uses, to empty it."""
        return Cache(self.folder / "cache")

    def session(self, name: Name, *, with_context7: bool = False, **variables: str) -> Session:
        """A server that is not yet started. Without Context7 it has one child, the standards."""
        return Session([sys.executable, str(SCRIPTS[name])], self.environment(with_context7, variables))

    def environment(self, with_context7: bool = False, variables: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of every process that is measured."""
        env = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        env |= {
            "PATH": f"{self.folder}{os.pathsep}{env.get('PATH', '')}",
            "OPENAI_BASE_URL": self.loopback.urls["model"],
            "OPENAI_API_KEY": "sk-bench",
            "CODE_ASSISTANT_MODEL": "bench-model",
            "CODE_ASSISTANT_API": "responses",
            "CODE_ASSISTANT_PROFILE": "full",
            "CODE_ASSISTANT_MODEL_REQUESTS": "64",
            "CODE_ASSISTANT_CONTEXT7": "npx" if with_context7 else "off",
            "CODE_ASSISTANT_CACHE_DIR": str(self.folder / "cache"),
        }
        if with_context7:
            env |= {"CONTEXT7_SCRIPT": str(self.context7_script), "CONTEXT7_API_URL": self.loopback.urls["context7"]}
        return env | dict(variables or {})


@asynccontextmanager
async def bench(repetitions: int) -> AsyncIterator[Bench]:
    """Start the loopback services and make the folder; both are gone afterwards."""
    pipe = asyncio.subprocess.PIPE
    with tempfile.TemporaryDirectory(prefix="code-assistant-bench-") as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(HERE / "loopback.py"), stdin=pipe, stdout=pipe, limit=64 * 1024 * 1024
        )
        try:
            loopback = Loopback(process, await _line_of(process))
            yield Bench(loopback, Path(folder), _context7_script(Path(folder)), repetitions)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()


def _context7_script(folder: Path) -> Path | None:
    """Context7 as the tests install it, and an `npx` that starts it; None where it is missing."""
    script = npm_folder() / CURRENT / "node_modules" / PACKAGE / "dist" / "index.js"
    if node_problem() or not script.is_file():
        return None
    npx = folder / "npx"
    npx.write_text(f"#!/bin/sh\nexec {shutil.which('node')} {script}\n", encoding="utf-8")
    npx.chmod(0o755)
    return script


async def until_ready(session: Session) -> None:
    """Wait until all children of our server are ready."""
    async with asyncio.timeout(READY_S):
        while True:
            status = (await session.call(STATUS))["structuredContent"]
            if all(child["state"] == "ready" for child in children_of(status)):
                return
            await asyncio.sleep(_LOOK_AGAIN_S)


def children_of(status: dict[str, Any]) -> list[dict[str, Any]]:
    """The children in the answer of `get_server_status`."""
    children: list[dict[str, Any]] = status["children"]
    return children


async def generate(session: Session, number: int, libraries: tuple[str, ...] = ()) -> dict[str, Any]:
    """One generation; every number is another request."""
    request = f"Tell whether user name and password belong together, variant {number}"
    return await session.call(GENERATE, request=request, language="python", libraries=list(libraries))
