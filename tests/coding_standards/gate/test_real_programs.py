"""The recipes with the real programs: pre-commit refuses a commit, Claude Code's model is told what to mend."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import tomlkit

from tests.fakes.host_models import ClaudeModel, GeminiModel
from tests.fakes.model_script import ModelRequest, ToolCall, Turn, say
from tests.fakes.openai_api import OpenAIFake
from tests.support.hosts import REAL_HOSTS, need_host
from tests.support.repositories import SCRIPT, make_repository, run_gate
from tests.support.team_tools import need_python_tools

RUN_S = 240.0
CLAUDE, CODEX, GEMINI = REAL_HOSTS
CLAUDE_WRITES = ("-p", "Write a.py", "--permission-mode", "acceptEdits")
BAD = '"""A."""\n\nVALUE = eval(input())\n'
PATCH = "*** Begin Patch\n*** Add File: a.py\n" + "".join(f"+{line}\n" for line in BAD.splitlines()) + "*** End Patch"
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


def claude_environment(api: ClaudeModel) -> dict[str, str]:
    """By which Claude Code asks this model and nobody else."""
    key = {"ANTHROPIC_BASE_URL": api.url, "ANTHROPIC_API_KEY": "sk-ant-test"}
    return {**key, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}


def run_host(program: Path, arguments: Sequence[str], folder: Path, home: Path, **environ: str) -> str:
    """Let a host do its work in a folder. Returns what it said."""
    kept = {"HOME": str(home), "PATH": os.environ["PATH"], "PROJECT_TOOLS": "off"}
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env={**kept, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_S,
        check=False,
    )
    return done.stdout + done.stderr


def expect_told(requests: Sequence[str], said: str) -> None:
    """The model hears of the breach after its edit, and again when it wants to stop."""
    told = [text for text in requests if "new breach of the team" in text]
    assert told, said
    assert "new breach" not in requests[0]
    assert "in this edit" in told[0]
    assert "a.py:3" in told[0]
    assert "in the uncommitted changes" in told[-1]


def test_claude_code_tells_its_model_what_to_mend(tmp_path: Path) -> None:
    program = need_host(CLAUDE)
    folder = make_repository(tmp_path / "project").folder
    assert run_gate(folder, "--install-hooks", "claude-code").code == 0
    with ClaudeModel("Write", {"file_path": str(folder / "a.py"), "content": BAD}) as api:
        said = run_host(program, CLAUDE_WRITES, folder, tmp_path, **claude_environment(api))
    assert (folder / "a.py").read_text() == BAD, said
    expect_told(api.requests, said)


def test_claude_code_calls_our_tool_by_the_hook_that_the_page_shows(tmp_path: Path) -> None:
    program = need_host(CLAUDE)
    folder = make_repository(tmp_path / "project").folder
    page = (SCRIPT.parent / "docs" / "gate.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (folder / ".claude").mkdir()
    (folder / ".claude" / "settings.json").write_text(shown)
    server = {"type": "stdio", "command": sys.executable, "args": [str(SCRIPT)]}
    (tmp_path / ".claude.json").write_text(json.dumps({"mcpServers": {"coding-standards": server}}))
    with ClaudeModel("Write", {"file_path": str(folder / "a.py"), "content": BAD}) as api:
        waits = {"MCP_CONNECTION_NONBLOCKING": "false"}  # this model answers before a server can have started
        said = run_host(program, CLAUDE_WRITES, folder, tmp_path, **claude_environment(api), **waits)
    assert "hook additional context: 2 fail" in api.requests[-1], said
    assert "python-no-eval" not in api.requests[0]


def test_gemini_tells_its_model_what_to_mend(tmp_path: Path) -> None:
    program = need_host(GEMINI)
    folder = make_repository(tmp_path / "project").folder
    assert run_gate(folder, "--install-hooks", "gemini").code == 0
    settings = tmp_path / ".gemini" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{"security": {"auth": {"selectedType": "gemini-api-key"}}}')
    with GeminiModel("write_file", {"file_path": str(folder / "a.py"), "content": BAD}) as api:
        environ = {"GEMINI_API_KEY": "x", "GOOGLE_GEMINI_BASE_URL": api.url, "GEMINI_CLI_TRUST_WORKSPACE": "true"}
        arguments = ["-p", "Write a.py", "--approval-mode", "yolo", "-m", "gemini-2.5-flash"]
        said = run_host(program, arguments, folder, tmp_path, **environ)
    assert (folder / "a.py").read_text() == BAD, said
    expect_told(api.requests, said)


def test_codex_tells_its_model_what_to_mend(tmp_path: Path) -> None:
    program = need_host(CODEX)
    folder = make_repository(tmp_path / "project").folder
    assert run_gate(folder, "--install-hooks", "codex").code == 0
    seen: list[str] = []

    def play(request: ModelRequest) -> Turn:
        seen.append(json.dumps(request.body["input"]))
        patch = ToolCall("apply_patch", PATCH, is_text=True)
        return say("done") if request.tool_outputs else Turn(calls=(patch,))

    with OpenAIFake(play) as api:
        provider = {"name": "played", "base_url": api.base_url, "env_key": "MODEL_KEY", "wire_api": "responses"}
        trusted = {str(folder): {"trust_level": "trusted"}}
        config = {"model": "gpt-5.5", "model_provider": "played", "approval_policy": "never"}
        file = tmp_path / ".codex" / "config.toml"
        file.parent.mkdir()
        file.write_text(tomlkit.dumps({**config, "model_providers": {"played": provider}, "projects": trusted}))
        arguments = ["exec", "--sandbox", "danger-full-access", "--dangerously-bypass-hook-trust", "Write a.py"]
        said = run_host(program, arguments, folder, tmp_path, MODEL_KEY="none")
    assert (folder / "a.py").read_text() == BAD, said
    expect_told(seen, said)
