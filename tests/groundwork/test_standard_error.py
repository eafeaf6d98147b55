"""A start whose stderr is closed or full: the protocol stays pure, exit codes stay what they are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.raw_server import LEGACY, clean_environment

ROOT = Path(__file__).parents[2]
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "tests", "version": "0"}},
}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="redirects with a POSIX shell")
EXIT_USAGE = 2


def run(script: str, redirect: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Start a script with its stderr closed or full, give it this input and wait for its end."""
    if redirect == "2>/dev/full" and not Path("/dev/full").exists():
        pytest.skip("writes to /dev/full, which only Linux has")
    command = ["sh", "-c", f'exec "$0" "$@" {redirect}', sys.executable, str(ROOT / script)]
    environment = clean_environment(**variables)
    return subprocess.run(
        command, input=given, env=environment, stdout=subprocess.PIPE, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full"])
@pytest.mark.parametrize("script", ["code-assistant-server.py", "standards-server.py"])
def test_a_server_without_a_place_for_its_words_serves_and_ends_well(script: str, redirect: str) -> None:
    variables = {"CODE_ASSISTANT_LOG_LEVEL": "DEBUG", "PROJECT_DIR": "/nonexistent"}
    done = run(script, redirect, json.dumps(HELLO) + "\n", **variables)
    lines = done.stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [1]
    assert done.returncode == 0


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full"])
def test_a_bad_setting_keeps_its_exit_code_and_stdout_clean(redirect: str) -> None:
    done = run("code-assistant-server.py", redirect, CODE_ASSISTANT_NO_SUCH="1")
    assert (done.returncode, done.stdout) == (EXIT_USAGE, "")
