"""A real host from its start to our answer: Codex, whose model is played on loopback, calls both servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.model_script import ModelRequest, Turn, call, say
from tests.fakes.openai_api import OpenAIFake
from tests.support.hosts import REAL_HOSTS, need_host

pytestmark = pytest.mark.node
SCRIPT = Path(__file__).parents[3] / "code-assistant-server.py"
(CODEX,) = (host for host in REAL_HOSTS if host.name == "codex")
TURN_S = 180.0
CALLS = (
    call("mcp__coding_standards/check_code", code="import os\n", language="python"),
    call("mcp__code_assistant/generate_code_with_context", request="Make a slug", language="go"),
    say("done"),
)


def test_codex_calls_both_servers_and_its_model_gets_their_answers(tmp_path: Path) -> None:
    program = need_host(CODEX)
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "CODE_ASSISTANT_CONTEXT7": "off", "MODEL_KEY": "none"}
    subprocess.run([sys.executable, SCRIPT, "--install", "codex"], env=environ, timeout=TURN_S, check=True)
    seen: list[ModelRequest] = []

    def play(request: ModelRequest) -> Turn:
        seen.append(request)
        return CALLS[len(request.tool_outputs)]

    with OpenAIFake(play) as api:
        file = tmp_path / ".codex" / "config.toml"
        servers = file.read_text().replace("startup_timeout_sec", "required = true\nstartup_timeout_sec")
        head = 'model = "m"\nmodel_provider = "played"\napproval_policy = "never"\n'
        provider = f'name = "played"\nbase_url = "{api.base_url}"\nenv_key = "MODEL_KEY"\nwire_api = "responses"\n'
        file.write_text(f"{head}{servers}\n[model_providers.played]\n{provider}")
        done = subprocess.run(
            [program, "exec", "--skip-git-repo-check", "--json", "Judge this and write that."],
            env=environ,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TURN_S,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    judged, written = (json.loads(output[output.index("{") :]) for output in seen[-1].tool_outputs)
    assert "F401" in judged["findings"][0]["message"]
    assert (written["status"], written["files"][0]["language"]) == ("scaffold", "go")
