"""Both servers as the protocol's own clients meet them: TypeScript SDKs, Inspector, conformance suite."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support import external
from tests.support.protocol_clients import (
    CONFORMANCE,
    INSPECTOR,
    PROGRAMS,
    SDK_1,
    SDK_2,
    find_sdk_modules,
    need_client,
    need_new_node,
)
from tests.support.raw_server import clean_environment

pytestmark = pytest.mark.node
ROOT = Path(__file__).parents[3]
CALL_S = 120.0
ASSISTANT = ("code-assistant-server.py", "generate_code_with_context", {"request": "Make a slug", "language": "go"})
STANDARDS = ("standards-server.py", "check_code", {"code": "import os\n", "language": "python"})
EVERY_SERVER = pytest.mark.parametrize("server", [ASSISTANT, STANDARDS], ids=lambda server: server[0])
SCENARIOS = {
    "code-assistant-server.py": ("tools-list",),
    "standards-server.py": ("tools-list", "resources-list", "prompts-list"),
}
"""Those that need no tool of the suite's own; the rest tests a server that was written for it."""


def run(home: Path, *command: str | Path) -> str:
    environ = clean_environment(HOME=str(home))
    done = subprocess.run(command, env=environ, cwd=home, capture_output=True, text=True, timeout=CALL_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_answers(tool: str, result: dict[str, Any]) -> None:
    data = result["structuredContent"]
    if tool == "check_code":
        assert "F401" in data["findings"][0]["message"]
    else:
        assert data["status"] == "scaffold"
        assert data["files"][0]["language"] == "go"
    assert result["content"][0]["text"]


@EVERY_SERVER
@pytest.mark.parametrize("sdk", [SDK_1, SDK_2], ids=lambda sdk: f"{sdk[0]}@{sdk[1]}")
def test_a_typescript_sdk_lists_and_calls_our_tools(
    sdk: tuple[str, str], server: tuple[str, str, dict[str, str]], tmp_path: Path
) -> None:
    script, tool, arguments = server
    called = (sys.executable, ROOT / script, tool, json.dumps(arguments))
    said = run(tmp_path, external.need_node(), PROGRAMS / "call_tool.mjs", *find_sdk_modules(sdk), *called)
    told = json.loads(said)
    assert tool in told["tools"]
    assert_answers(tool, told["result"])


@EVERY_SERVER
def test_the_inspector_calls_our_tools(server: tuple[str, str, dict[str, str]], tmp_path: Path) -> None:
    script, tool, arguments = server
    given = [part for name, value in arguments.items() for part in ("--tool-arg", f"{name}={value}")]
    inspector = need_client(INSPECTOR).parents[1] / ".bin" / "mcp-inspector"
    command = (need_new_node(), inspector, "--cli", sys.executable, ROOT / script, "--method", "tools/call")
    assert_answers(tool, json.loads(run(tmp_path, *command, "--tool-name", tool, *given)))


@pytest.mark.parametrize("script", SCENARIOS)
def test_the_conformance_suite_finds_nothing(script: str, tmp_path: Path) -> None:
    suite = need_client(CONFORMANCE) / "dist" / "index.js"
    with served_over_http(script) as url:
        for scenario in SCENARIOS[script]:
            said = run(tmp_path, need_new_node(), suite, "server", "--url", url, "--scenario", scenario)
            assert "0 failed" in said, said


@contextmanager
def served_over_http(script: str) -> Iterator[str]:
    """The URL of a bridge, since the suite speaks HTTP alone; it goes when its stdin ends."""
    modules = need_client(SDK_1) / "dist" / "esm"
    command = (external.need_node(), PROGRAMS / "http_bridge.mjs", modules.as_uri(), sys.executable, ROOT / script)
    with subprocess.Popen(
        command, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as bridge:
        assert bridge.stdout is not None
        assert bridge.stdin is not None
        try:
            yield bridge.stdout.readline().strip()
        finally:
            bridge.stdin.close()
            bridge.wait(timeout=CALL_S)
