"""What we write is what real hosts read: each lists both servers after `--install`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from code_assistant.hosts.registration import ASSISTANT, STANDARDS
from tests.support.hosts import REAL_HOSTS, RealHost, need_host

SCRIPT = Path(__file__).parents[3] / "code-assistant-server.py"
LIST_S = 120.0
"""Claude Code starts both servers and asks how they are; it takes two seconds on a machine that does nothing else."""


@pytest.mark.parametrize("host", REAL_HOSTS, ids=lambda host: host.name)
def test_a_real_host_lists_both_servers_after_the_installation(host: RealHost, tmp_path: Path) -> None:
    program = need_host(host)
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "CODE_ASSISTANT_CONTEXT7": "off"}

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            command, env=environ, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIST_S
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    run(sys.executable, SCRIPT, "--install", host.name)
    listed = run(program, "mcp", "list")
    for server in (ASSISTANT, STANDARDS):
        (line,) = [line for line in listed.splitlines() if server in line]
        assert "code-assistant-server.py" in line or "standards-server.py" in line
    if host.name == "claude-code":
        assert listed.count("Connected") == 2
