"""The recipes with the real programs: pre-commit refuses a commit, Claude Code's model is told what to mend."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.anthropic_api import AnthropicFake
from tests.support.hosts import REAL_HOSTS, need_host
from tests.support.repositories import make_repository, run_gate
from tests.support.team_tools import need_python_tools

RUN_S = 240.0
BAD = '"""A."""\n\nVALUE = eval(input())\n'
GOOD = '"""A."""\n\nVALUE = 1\n'


@pytest.mark.skipif(sys.platform == "win32", reason="the environments of the tests are laid out for POSIX")
def test_pre_commit_runs_our_hook(tmp_path: Path) -> None:
    program = need_python_tools() / "bin" / "pre-commit"
    repository = make_repository(tmp_path)
    assert run_gate(tmp_path, "--install-hooks", "pre-commit").code == 0

    def run(text: str) -> subprocess.CompletedProcess[str]:
        repository.write({"a.py": text})
        repository.git("add", "-A")
        environ = os.environ | {"PRE_COMMIT_HOME": str(tmp_path.parent / "pre-commit"), "PROJECT_TOOLS": "off"}
        return subprocess.run(
            [program, "run"], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=RUN_S, check=False
        )

    refused = run(BAD)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "SEC-002" in refused.stdout
    passed = run(GOOD)
    assert passed.returncode == 0, passed.stdout + passed.stderr


def test_claude_code_tells_its_model_what_to_mend(tmp_path: Path) -> None:
    program = need_host(REAL_HOSTS[0])
    repository = make_repository(tmp_path / "project")
    assert run_gate(repository.folder, "--install-hooks", "claude-code").code == 0
    file = repository.folder / "a.py"
    with AnthropicFake("Write", {"file_path": str(file), "content": BAD}) as api:
        environ = {
            "HOME": str(tmp_path),
            "PATH": os.environ["PATH"],
            "ANTHROPIC_BASE_URL": api.url,
            "ANTHROPIC_API_KEY": "sk-ant-test",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "PROJECT_TOOLS": "off",
        }
        done = subprocess.run(
            [program, "-p", "Write a.py", "--permission-mode", "acceptEdits"],
            cwd=repository.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=RUN_S,
            check=False,
        )
        assert file.read_text() == BAD, done.stdout + done.stderr
        told = [text for text in api.requests if "new breach of the team" in text]
    assert told, done.stdout + done.stderr
    assert "a.py:3" in told[0]
    assert "in the uncommitted changes" in told[-1]
