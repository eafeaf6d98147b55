"""`--doctor`'s look at a team's standards: which of its files count, which are ignored, which are broken and why.

The one rule: the standards server judges them, asked over MCP; what it says in its index is what holds.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import TextResourceContents

from code_assistant.children.errors import describe
from code_assistant.children.launch import StdioLaunch
from code_assistant.orchestrator import standards_launcher
from code_assistant.settings import Settings
from code_assistant.terminal.diagnosis import Diagnosis

_ANSWER_TIMEOUT_S = 30.0
"""For a start and for compiling the rules of all languages, which takes two seconds on a quiet machine."""
_MAX_NAMED = 10
_SUFFIXES = (".md", ".yml", ".yaml")


async def examine_standards(settings: Settings) -> list[Diagnosis]:
    """One line on the directory, and one for each thing that is wrong in it."""
    if settings.standards_dir is None:
        return [Diagnosis("standards", "ok", "the built-in ones")]
    launch = await standards_launcher(settings)()
    assert isinstance(launch, StdioLaunch)
    try:
        async with asyncio.timeout(_ANSWER_TIMEOUT_S):
            index = await _index(launch)
    except (MCPError, OSError, TimeoutError, ExceptionGroup) as error:
        return [Diagnosis("standards", "failed", f"the standards server: {describe(error)}", launch.remedy)]
    return _judge(Path(settings.standards_dir), index)


async def _index(launch: StdioLaunch) -> str:
    parameters = StdioServerParameters(command=launch.command, args=list(launch.args), env=dict(launch.env))
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        async with Client(stdio_client(parameters, errlog=log)) as client:
            contents = (await client.read_resource("standards://index")).contents
    return "".join(part.text for part in contents if isinstance(part, TextResourceContents))


def _judge(folder: Path, index: str) -> list[Diagnosis]:
    if not folder.is_dir():
        return [Diagnosis("standards", "failed", f"{folder} is no directory", "correct CODE_ASSISTANT_STANDARDS_DIR")]
    used = [line.strip("`") for line in _section(index, "Files of the team")]
    ignored = sorted(_files(folder) - {*used})
    beside = f"; ignored: {_name(ignored)}" if ignored else ""
    if used:
        found = f"{_name(used)} in {folder}, over the built-in ones{beside}"
        lines = [Diagnosis("standards", "ok", found)]
    else:
        remedy = "see the README on team standards"
        lines = [Diagnosis("standards", "warning", f"{folder} holds no file that counts{beside}", remedy)]
    for number, problem in enumerate(_section(index, "Problems"), 1):
        lines.append(Diagnosis(f"standards, problem {number}", "warning", problem, "correct the file that it names"))
    return lines


def _section(index: str, title: str) -> list[str]:
    found = re.search(rf"^## {title}\n\n((?:- .*\n)*)", index, re.MULTILINE)
    return [line.removeprefix("- ") for line in found[1].splitlines()] if found else []


def _files(folder: Path) -> set[str]:
    """What looks like a standard or a rule, hidden folders left out."""
    found: set[str] = set()
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = Path(where).relative_to(folder)
        found |= {(here / name).as_posix() for name in names if name.endswith(_SUFFIXES) and not name.startswith(".")}
    return found


def _name(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" and {len(shown) - _MAX_NAMED} more" if len(shown) > _MAX_NAMED else ""
    return ", ".join(shown[:_MAX_NAMED]) + more
