"""uv's lines, as the documents give them: each makes an environment of its own, in which a server answers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import external
from tests.support.protocol_clients import need_uv
from tests.support.raw_server import RawServer, clean_environment

ROOT = Path(__file__).resolve().parents[1]
FETCH_S = 300.0
LINES = {
    "uv run --script code-assistant-server.py": "generate_code_with_context",
    "uv run --script standards-server.py": "check_code",
    "uvx --from . code-assistant": "generate_code_with_context",
    "uvx --from . coding-standards": "check_code",
}


def fetch(command: list[str], environ: dict[str, str]) -> None:
    """Let uv fetch what the servers require, which the network may forbid."""
    told = subprocess.run(
        [*command, "--version"], env=environ, capture_output=True, text=True, timeout=FETCH_S, check=False
    )
    if told.returncode and "error sending request" in told.stderr:
        external.missing(f"uv cannot fetch what the servers require: {told.stderr[-300:]}", "look at the network")
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("line", LINES)
async def test_a_line_of_uv_starts_a_server(line: str, tmp_path: Path) -> None:
    program, *arguments = line.split()
    command = [str(need_uv().with_name(program)), *arguments]
    command[-1] = str(ROOT / command[-1]) if program == "uv" else command[-1]
    command = [str(ROOT) if part == "." else part for part in command]
    cache = str(external.tests_cache() / "uv")
    environ = clean_environment(UV_CACHE_DIR=cache, UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never")
    await asyncio.to_thread(fetch, command, environ)
    async with RawServer(command, env=environ, cwd=tmp_path) as server:
        await server.initialize()
        listed = (await server.request("tools/list"))["result"]["tools"]
    assert LINES[line] in [tool["name"] for tool in listed]
