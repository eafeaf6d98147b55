"""What every kind of fault needs: a server with a scripted model, and what must hold after each fault.

One rule: an invariant that does not hold raises `BrokenError`; nothing is tried a second time.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fakes import model_script as script
from tests.fakes.model_script import ModelRequest, Turn
from tests.fakes.openai_api import OpenAIFake
from tests.support import processes
from tests.support.children import CHILDREN
from tests.support.raw_server import RawServer, clean_environment

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "code-assistant-server.py"
GENERATE, STATUS = "generate_code_with_context", "get_server_status"
KEY = "sk-faults-key-0123456789abcdef"
TOKEN = "tok-faults-9876543210fedcba"
BOUND_S = 60.0
"""Hosts cut a call here; every answer has to come before."""
LEFT_S = 5.0
"""What is promised for everything that is still there after an end."""
CODE = '"""Add."""\n\n\ndef add(left: int, right: int) -> int:\n    """Return the sum."""\n    return left + right\n'
GOOD = script.answer({"files": [{"path": "add.py", "content": CODE}], "explanation": "Adds."})
_UNEXPLAINED = re.compile(
    r"Traceback|AttributeError|NoneType|KeyError|IndexError|RuntimeError|fault in the code assistant"
)

Json = dict[str, Any]


class BrokenError(Exception):
    """An invariant that did not hold after a fault."""


@dataclass
class Tally:
    """How one kind came out."""

    kind: str
    faults: int = 0
    slowest_s: float = 0.0
    broken: list[str] = field(default_factory=list)

    async def count(self, what: str, fault: Awaitable[None]) -> None:
        """Inject one fault and note how it came out."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(2 * BOUND_S):
                await fault
        except (BrokenError, AssertionError, TimeoutError, OSError) as error:
            self.broken.append(f"{what}: {type(error).__name__}: {str(error)[:300]}")
        self.faults += 1
        self.slowest_s = max(self.slowest_s, time.monotonic() - begun)


def require(is_true: object, what: str) -> None:
    """Raise `BrokenError` unless it holds."""
    if not is_true:
        raise BrokenError(what)


@dataclass
class Scene:
    """One running server; its model plays the turns planned for the marker that it finds in a request."""

    server: RawServer
    plans: dict[str, list[Turn]]
    asked: dict[str, list[ModelRequest]] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    looked_at: int = 0

    async def ask(self, *turns: Turn, **more: object) -> tuple[Json, list[ModelRequest]]:
        """Ask for code and play these turns, the last one for ever."""
        marker = f"marker-{next(self.numbers)}-end"
        self.plans[marker] = list(turns)
        result = await self.server.call(GENERATE, BOUND_S, request=f"Add {marker}", **more)
        require_truth(result)
        return result, self.asked.pop(marker, [])

    async def holds(self) -> None:
        """Whether the next request works, and no secret has been told."""
        result, tries = await self.ask(GOOD)
        require(not result.get("isError"), f"the next request failed: {result['content'][0]['text'][:200]}")
        require(len(tries) == 1, "the next request was asked for more than once")
        self.require_no_secret()

    def require_no_secret(self) -> None:
        new, self.looked_at = self.server.messages[self.looked_at :], len(self.server.messages)
        told = json.dumps(new) + self.server.stderr
        require(KEY not in told and TOKEN not in told, "a secret was told")


def require_truth(result: Json) -> None:
    """An answer says what it is: files, or an error with its cause and remedy."""
    text = result["content"][0]["text"]
    if result.get("isError"):
        require(text.startswith("The generation failed: ") and "Remedy: " in text, f"no cause and remedy: {text[:200]}")
        require(not _UNEXPLAINED.search(text), f"an error that nobody explains: {text[:200]}")
    else:
        require(result["structuredContent"]["status"] in ("generated", "scaffold", "failed"), "no status")


@asynccontextmanager
async def stage(
    folder: Path, servers: Mapping[str, Json] | None = None, *, wire: str = "responses", **variables: str
) -> AsyncIterator[Scene]:
    """A server with these further internal servers; when it has ended, nothing of it may be left."""
    plans: dict[str, list[Turn]] = {}
    asked: dict[str, list[ModelRequest]] = {}

    def play(request: ModelRequest) -> Turn:
        marker = next(marker for marker in tuple(plans) if marker in request.text)  # others plan while this looks
        tries = asked.setdefault(marker, [])
        tries.append(request)
        return plans[marker][min(len(tries), len(plans[marker])) - 1]

    if servers:
        config = folder / "servers.json"
        config.write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")
        variables["CODE_ASSISTANT_CONFIG"] = str(config)
    variables.setdefault("CODE_ASSISTANT_CACHE_DIR", str(folder / "documentation"))
    variables.setdefault("CODE_ASSISTANT_PROFILE", "full")  # the model calls tools, which `lean` does not show it
    streamed = {"CODE_ASSISTANT_STREAM": "on"} if wire == "chat" else {}
    with OpenAIFake(play) as api:
        model = {"OPENAI_BASE_URL": api.base_url, "OPENAI_API_KEY": KEY, "CODE_ASSISTANT_MODEL": "scripted"}
        environment = clean_environment(**model, CODE_ASSISTANT_API=wire, **streamed, **variables)
        async with RawServer([sys.executable, SERVER], env=environment) as server:
            await server.initialize()
            yield Scene(server, plans, asked)
            below = [process.pid for process in processes.descendants(server.pid)]
            server.close_stdin()
            await server.wait()
            await require_gone(below)


async def require_gone(pids: list[int]) -> None:
    """Nothing of these is alive after `LEFT_S`."""
    try:
        async with asyncio.timeout(LEFT_S):
            await processes.all_dead(pids)
    except TimeoutError:
        left = [pid for pid in pids if processes.is_alive(pid)]
        raise BrokenError(f"left running: {left}") from None


def python(name: str, *arguments: str, **more: object) -> Json:
    """An entry of the config file for one of `tests/children/`."""
    return {"command": sys.executable, "args": [str(CHILDREN / name), *arguments], **more}


Kind = Callable[[Tally, Path, float], Awaitable[None]]
"""Injects its faults, as many as the scale says, and counts them."""
