"""`--doctor`: each precondition on its own, with the line that fixes it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from code_assistant.context7.registry import newest_digest
from code_assistant.settings import CONTEXT7_PACKAGE, read_settings
from code_assistant.terminal.diagnosis import Diagnosis
from code_assistant.terminal.doctor import describe_image, diagnose
from tests.fakes.context7_api import Context7Fake
from tests.fakes.loopback import Exchange, LoopbackServer
from tests.fakes.model_script import Turn, fail, reply, say
from tests.fakes.openai_api import OpenAIFake
from tests.support.external import need_node
from tests.support.raw_server import clean_environment

OLD, NEW = f"sha256:{'0' * 64}", f"sha256:{'1' * 64}"
NOWHERE = "unix:///nonexistent/docker.sock"
NOBODY = "http://127.0.0.1:9/v1"  # the discard port: nothing listens there


class ModelsFake(OpenAIFake):
    """A model server that plays its turn when it is asked for its models."""

    async def respond(self, exchange: Exchange) -> None:
        turn = self._script
        assert isinstance(turn, Turn)
        headers = dict(turn.headers)
        await exchange.send(turn.status, turn.body or b"{}", headers.pop("Content_Type", "application/json"), **headers)


async def doctor(**variables: str | None) -> dict[str, Diagnosis]:
    found = await diagnose(read_settings(clean_environment(**variables)))
    assert len({line.what for line in found}) == len(found)
    assert all(line.remedy for line in found if line.verdict != "ok")
    return {line.what: line for line in found}


async def test_an_offline_set_up_is_well() -> None:
    found = await doctor()
    assert {line.verdict for line in found.values()} == {"ok"}
    assert found["model"].found == "offline, as set: answers are scaffolds"
    assert found["packages"].found == "all that is required, in range"
    assert found["Context7"].found == "switched off"


async def test_a_model_server_that_answers_is_ok_and_one_that_is_not_there_failed() -> None:
    with OpenAIFake(say("x")) as api:
        well = await doctor(OPENAI_BASE_URL=api.base_url, CODE_ASSISTANT_MODEL="fake-model")
        assert (well["model"].verdict, well["model"].found) == ("ok", f"fake-model at {api.base_url}, which answers")
    ill = await doctor(OPENAI_BASE_URL=NOBODY, CODE_ASSISTANT_MODEL="m")
    assert ill["model"].verdict == "failed"
    assert ill["model"].remedy == "start the model server, or correct OPENAI_BASE_URL"


async def test_the_servers_of_the_config_file_are_looked_for(tmp_path: Path) -> None:
    servers = {
        "well": {"command": sys.executable},
        "timed": {"command": sys.executable, "timeout": 60},
        "absent": {"command": "no-such-program"},
        "near": {"command": "./run", "cwd": str(tmp_path)},
        "far": {"url": "http://127.0.0.1:9/mcp"},
    }
    (tmp_path / "run").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "run").chmod(0o755)
    config = tmp_path / "servers.json"
    config.write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")
    found = await doctor(CODE_ASSISTANT_CONFIG=str(config))
    verdicts = {name: found[f"server {name}"].verdict for name in servers}
    assert verdicts == {"well": "ok", "timed": "warning", "absent": "failed", "near": "ok", "far": "failed"}
    assert found["server absent"].found == "no-such-program is not found"
    assert "use `timeout_s`" in (found["server timed"].remedy or "")


async def test_folders_and_interpreters_that_are_not_there_are_named(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    found = await doctor(PROJECT_DIR=nowhere, CODE_ASSISTANT_PYTHON=nowhere)
    assert [found[what].verdict for what in ("the project", "the Python environment")] == ["failed", "failed"]


MODELS = {
    "right": (reply('{"data": [{"id": "m"}]}'), "ok", "which answers"),
    "wrong key": (fail(401), "failed", "refused the key (401)"),
    "forbidden": (fail(403), "failed", "refused the key (403)"),
    "wrong path": (fail(404), "failed", "has no `/models` (404)"),
    "a login page": (reply("<html>", Content_Type="text/html"), "failed", "a web page instead of an answer"),
    "another model": (reply('{"data": [{"id": "other"}]}'), "warning", "lists no m"),
    "no models": (reply('{"object": "list", "data": null}'), "ok", ""),
    "elsewhere": (reply(status=302, Location="http://example.com/v1/models"), "failed", "redirects (302)"),
}


@pytest.mark.parametrize("name", MODELS)
async def test_the_model_server_is_asked_with_the_key(name: str) -> None:
    turn, verdict, said = MODELS[name]
    with ModelsFake(turn) as api:
        variables = {
            "OPENAI_BASE_URL": api.base_url,
            "CODE_ASSISTANT_MODEL": "m",
            "OPENAI_API_KEY": "sk-key-0123456789",
        }
        model = (await doctor(**variables))["model"]
        assert model.verdict == verdict, model
        assert said in model.found
        assert model.remedy or verdict == "ok"
        assert [request.has_key for request in api.requests] == [True]


async def test_a_value_that_the_host_did_not_fill_in_is_named() -> None:
    found = await doctor(OPENAI_API_KEY="${OPENAI_API_KEY}", CODE_ASSISTANT_MODEL=None)
    assert found["the setting OPENAI_API_KEY"].verdict == "failed"
    assert "none set" in found["model"].found


async def test_a_local_model_server_that_is_not_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with OpenAIFake(say("x")) as api:
        port = int(api.url.rpartition(":")[2])
        monkeypatch.setattr("code_assistant.terminal.doctor._LOCAL_SERVERS", {port: "Ollama"})
        model = (await diagnose(read_settings(clean_environment(CODE_ASSISTANT_MODEL=None))))[2]
    assert model.verdict == "warning"
    assert f"Ollama answers on {port}" in model.found
    assert f"OPENAI_BASE_URL=http://localhost:{port}/v1 CODE_ASSISTANT_MODEL=" in model.remedy


async def test_a_standards_folder_is_looked_into(tmp_path: Path) -> None:
    empty = await doctor(CODE_ASSISTANT_STANDARDS_DIR=str(tmp_path))
    assert empty["standards"].verdict == "warning"
    (tmp_path / "python.md").write_text("# Python\n", encoding="utf-8")
    assert (await doctor(CODE_ASSISTANT_STANDARDS_DIR=str(tmp_path)))["standards"].verdict == "ok"
    absent = await doctor(CODE_ASSISTANT_STANDARDS_DIR=str(tmp_path / "absent"))
    assert absent["standards"].verdict == "failed"


async def test_files_of_a_standards_folder_are_named_when_they_count_are_ignored_or_broken(tmp_path: Path) -> None:
    for name, text in {
        "topics/ops.md": "- `OPS-001` Programs log.\n",
        "rules/python.yml": "id: [\n",
        "docs/notes.md": "# Notes\n",
        "mkdocs.yml": "site_name: x\n",
        ".github/ci.yml": "on: push\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = await doctor(CODE_ASSISTANT_STANDARDS_DIR=str(tmp_path))
    said = found["standards"].found
    assert said.startswith(f"topics/ops.md in {tmp_path}")
    assert said.endswith("ignored: docs/notes.md, mkdocs.yml, rules/python.yml")
    problem = found["standards, problem 1"]
    assert problem.verdict == "warning"
    assert problem.found.startswith("rules/python.yml: not YAML")
    assert "standards, problem 2" not in found


@pytest.mark.parametrize(("mode", "verdict"), [("docker", "failed"), ("auto", "warning")])
@pytest.mark.usefixtures("docker")
async def test_an_engine_that_is_off_matters_where_it_is_needed(mode: str, verdict: str) -> None:
    found = await doctor(CODE_ASSISTANT_CONTEXT7=mode, DOCKER_HOST=NOWHERE)
    assert (found["docker"].verdict, found["docker"].found) == (verdict, "docker is not running")


@pytest.mark.usefixtures("context7_images")
async def test_engine_and_image_are_looked_for() -> None:
    found = await doctor(CODE_ASSISTANT_CONTEXT7="docker")
    assert (found["docker"].verdict, found["image"].verdict) == ("ok", "ok")
    found = await doctor(CODE_ASSISTANT_CONTEXT7="docker", CODE_ASSISTANT_CONTEXT7_IMAGE="no/such:image")
    assert found["image"].remedy == "docker pull no/such:image"


class Registry(LoopbackServer):
    """A registry of npm and of images: the package at 9.9.9, and an image for whoever has the token of everybody."""

    async def respond(self, exchange: Exchange) -> None:
        asked = exchange.request
        if asked.path == "/token":
            assert asked.query == {"service": "here", "scope": "repository:a/b:pull"}
            await exchange.send_json(200, {"token": "of everybody"})
        elif asked.path == "/v2/a/b/manifests/4" and asked.has_key:
            await exchange.send(200, "", Docker_Content_Digest=NEW)
        elif asked.path.startswith("/v2/"):
            told = f'Bearer realm="{self.url}/token",service="here",scope="repository:a/b:pull"'
            await exchange.send(401, "", WWW_Authenticate=told)
        else:
            versions = {"9.9.9": {"name": "@upstash/context7-mcp", "version": "9.9.9"}}
            await exchange.send_json(200, {"dist-tags": {"latest": "9.9.9"}, "versions": versions})


async def test_a_newer_package_than_the_pinned_one_is_named(tmp_path: Path) -> None:
    need_node()
    with Registry() as registry:
        npm = {"npm_config_registry": registry.url, "npm_config_cache": str(tmp_path)}
        package = (await doctor(CODE_ASSISTANT_CONTEXT7="npx", CONTEXT7_API_URL=NOBODY, **npm))["package"]
    assert package.found == f"{CONTEXT7_PACKAGE} is pinned, 9.9.9 is out"
    assert (package.verdict, package.remedy) == ("ok", "CODE_ASSISTANT_CONTEXT7_PACKAGE=@upstash/context7-mcp@9.9.9")


async def test_a_newer_image_than_the_one_that_is_here_is_named() -> None:
    with Registry() as registry:
        image = f"{registry.url.removeprefix('http://')}/a/b"
        assert await asyncio.to_thread(newest_digest, f"{image}:4") == NEW
        assert await asyncio.to_thread(newest_digest, f"{image}:5") is None
    assert "and a newer one is out" in describe_image("a/b:4", f"a/b@{OLD}", NEW).found
    assert describe_image("a/b:4", f"a/b@{NEW}", NEW).found == "a/b:4, not pinned"
    assert describe_image(f"a/b:4@{NEW}", f"a/b@{NEW}", None) == Diagnosis("image", "ok", f"a/b:4@{NEW}")


async def test_without_node_npx_mode_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = await doctor(CODE_ASSISTANT_CONTEXT7="npx", CONTEXT7_API_URL=NOBODY)
    assert found["node"].verdict == "failed"
    assert "install Node.js" in found["node"].remedy
    assert found["Context7"].verdict == "warning"


async def test_a_context7_that_answers_is_ok(context7_api: Context7Fake) -> None:
    found = await doctor(CODE_ASSISTANT_CONTEXT7="npx", CONTEXT7_API_URL=context7_api.api_url)
    assert found["Context7"].verdict == "ok"


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "CONTEXT7_API_KEY"])
async def test_no_key_is_shown(name: str) -> None:
    key = "sk-a-key-that-must-not-be-seen-0123456789"
    model = {"OPENAI_BASE_URL": f"http://{key}@127.0.0.1:9/v1", "CODE_ASSISTANT_MODEL": "m", name: key}
    assert key not in str(await doctor(**model))
