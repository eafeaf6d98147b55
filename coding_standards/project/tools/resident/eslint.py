"""The project's own eslint in a node process that stays: its start takes a second, its work some milliseconds.

Its one rule: it answers what the command would answer. Where it fails, or the project changed
since it read it, it is ended; plugins that remember what other files hold are never kept.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio.abc import Process
from pydantic import BaseModel, ConfigDict, ValidationError

from coding_standards.project.tools.process import MAX_OUTPUT, Ran, end_tool, start_tool

SCRIPT = Path(__file__).with_suffix(".mjs")
_REMEMBERS = re.compile(
    r"plugin-(?:import|import-x|n|node|unused)\b|import-x|projectService|parserOptions|TypeChecked|project:"
)
"""In a configuration: rules that look into other files, or whose parser does."""


class ResidentError(Exception):
    """The kept process gave no answer; the command has to be run."""


class _EslintAnswer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    results: list[dict[str, object]] | None = None
    error: str | None = None


@dataclass
class _Kept:
    process: Process
    state: object
    """What the project was like when it began."""


class ResidentEslint:
    """At most one process for each configuration of a project."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    @staticmethod
    def may_keep(config: str) -> bool:
        """Whether the rules of this configuration judge each file by itself."""
        return _REMEMBERS.search(config) is None

    async def lint(
        self,
        name: str,
        state: object,
        command: Sequence[str],
        place: tuple[Path, Mapping[str, str]],
        files: Mapping[str, str],
        limit_s: float,
    ) -> Ran:
        """What `eslint --format=json` would have written of these texts.

        `state` changes with the project; `command` starts the process, in the folder and environment of `place`.

        Raises:
            ResidentError: no answer came; run the command.
        """
        try:
            with anyio.fail_after(limit_s):
                kept = await self._ready(name, state, command, place)
                line = await _ask(kept.process, json.dumps({"files": list(files.items())}))
            answer = _EslintAnswer.model_validate_json(line)
        except (TimeoutError, OSError, ValidationError, anyio.BrokenResourceError, anyio.EndOfStream) as error:
            await self._end(name)
            raise ResidentError(f"{type(error).__name__}") from error
        except BaseException:
            await self._end(name)  # half an answer may still come
            raise
        if answer.results is None:
            await self._end(name)
            raise ResidentError(answer.error or "no results")
        found = any(result.get("messages") for result in answer.results)
        return Ran(1 if found else 0, json.dumps(answer.results).encode(), b"")

    async def aclose(self) -> None:
        """End all processes."""
        for name in tuple(self._kept):
            await self._end(name)

    async def _ready(
        self, name: str, state: object, command: Sequence[str], place: tuple[Path, Mapping[str, str]]
    ) -> _Kept:
        kept = self._kept.get(name)
        if kept is not None and kept.state == state and kept.process.returncode is None:
            return kept
        await self._end(name)
        kept = self._kept[name] = _Kept(await start_tool(command, *place), state)
        return kept

    async def _end(self, name: str) -> None:
        kept = self._kept.pop(name, None)
        if kept is not None:
            await end_tool(kept.process)


async def _ask(process: Process, line: str) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    answer = bytearray()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_drain, process)
        await process.stdin.send(f"{line}\n".encode())
        while not answer.endswith(b"\n"):
            answer += await process.stdout.receive()
            if len(answer) > MAX_OUTPUT:
                raise OSError("too much")
        tasks.cancel_scope.cancel()
    return bytes(answer)


async def _drain(process: Process) -> None:
    """What it writes to people while it works would fill the pipe and hold it up."""
    assert process.stderr is not None
    with contextlib.suppress(anyio.EndOfStream, anyio.BrokenResourceError):
        while True:
            await process.stderr.receive()
