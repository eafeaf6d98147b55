"""Faults of the internal servers, seen through the real server: truthful results, and the next call is fine."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.fakes.model_script import ModelRequest, Turn, answer, call, hang
from tests.fakes.openai_api import OpenAIFake
from tests.support import external, processes
from tests.support.children import CHILDREN
from tests.support.raw_server import RawServer, clean_environment

SERVER = Path(__file__).parents[2] / "code-assistant-server.py"
GENERATE, STATUS = "generate_code_with_context", "get_server_status"
ANSWER_S = 60.0
AFTER_A_KILL_S = 30.0
"""5 s is what is promised; `bench/kill_test.py` measures it. The rest is for busy machines."""
CODE = '"""Add."""\n\n\ndef add(left: int, right: int) -> int:\n    """Return the sum."""\n    return left + right\n'
GOOD = answer({"files": [{"path": "add.py", "content": CODE}], "explanation": "Adds."})

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which only Linux has")
posix = pytest.mark.skipif(sys.platform == "win32", reason="kills by process ids that only POSIX launchers tell")

Json = dict[str, Any]


def python(name: str, *arguments: str, **more: object) -> Json:
    """An entry of the config file for one of `tests/children/`."""
    return {"command": sys.executable, "args": [str(CHILDREN / name), *arguments], **more}


@asynccontextmanager
async def assistant(
    folder: Path, servers: Json | None = None, api: OpenAIFake | None = None
) -> AsyncIterator[RawServer]:
    """The server with these further internal servers and this model."""
    variables: dict[str, str] = {}
    if servers:
        config = folder / "servers.json"
        config.write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")
        variables["CODE_ASSISTANT_CONFIG"] = str(config)
    if api is not None:
        variables |= {"OPENAI_BASE_URL": api.base_url, "CODE_ASSISTANT_MODEL": "scripted"}
        variables |= {"CODE_ASSISTANT_PROFILE": "full", "CODE_ASSISTANT_MODEL_REQUESTS": "64"}
    async with RawServer([sys.executable, SERVER], env=clean_environment(**variables)) as server:
        await server.initialize()
        yield server


async def statuses(server: RawServer) -> dict[str, Json]:
    """What the status says of each internal server, by name."""
    status = (await server.call(STATUS, ANSWER_S))["structuredContent"]
    return {child["name"]: child for child in status["children"]}


async def comes_to(server: RawServer, name: str, **facts: object) -> Json:
    """Ask for the status until it says this of the internal server."""
    with anyio.fail_after(ANSWER_S):
        while True:
            child = (await statuses(server))[name]
            if all(child[key] == value for key, value in facts.items()):
                return child
            await anyio.sleep(0.05)


async def generate(server: RawServer, request: str, **more: object) -> Json:
    result = await server.call(GENERATE, ANSWER_S, request=request, **more)
    assert not result.get("isError"), result["content"]
    data: Json = result["structuredContent"]
    return data


# --- the standards server


@posix
async def test_the_standards_server_killed_before_during_and_between_calls(tmp_path: Path) -> None:
    with OpenAIFake([GOOD, hang(GOOD.text), GOOD]) as api:
        async with assistant(tmp_path, api=api) as server:
            starting = await comes_to(server, "standards")
            if starting["pid"]:
                os.kill(starting["pid"], signal.SIGKILL)
            await comes_to(server, "standards", state="ready")
            assert (await generate(server, "Add before"))["checks"]["findings"] == []

            second = await server.start_request(
                "tools/call", {"name": GENERATE, "arguments": {"request": "Add during"}}
            )
            with anyio.fail_after(ANSWER_S):
                await api.received(2)
            os.kill((await statuses(server))["standards"]["pid"], signal.SIGKILL)
            api.release()
            during = (await server.reply(second, ANSWER_S))["result"]["structuredContent"]
            assert during["files"][0]["content"] == CODE
            assert "0 fail" in during["checks"]["summary"] or during["checks"]["not_checked"]

            ready = await comes_to(server, "standards", state="ready")
            os.kill(ready["pid"], signal.SIGKILL)
            between = await generate(server, "Add between")
            assert between["standards"]
            assert between["missing"] == []
            assert between["checks"]["proved"]


@posix
async def test_without_the_standards_server_the_answer_says_that_nothing_was_checked(tmp_path: Path) -> None:
    def stop_the_standards_server(request: ModelRequest) -> Turn:
        processes.kill(found := [p for p in processes.descendants(pid) if "standards-server" in p.command])
        assert found
        return GOOD

    processes.need_proc()
    with OpenAIFake(stop_the_standards_server) as api:
        async with assistant(tmp_path, api=api) as server:
            pid = server.pid
            await comes_to(server, "standards", state="ready")
            data = await generate(server, "Add")
            assert data["files"][0]["content"] == CODE
            assert data["checks"]["proved"] or "nothing was checked" in data["checks"]["summary"]
            await comes_to(server, "standards", state="ready")


# --- servers of the config file

TROUBLED = {
    "silent": python("silent.py"),
    "rubbish": python("rubbish.py"),
    "quitter": python("exits_at_once.py"),
    "absent": {"command": "no-such-program"},
    "flooding": python("floods_stderr.py"),
    "stubborn": python("stubborn.py"),
    "late": python("slow_start.py", "60"),
    "disabled": python("healthy.py", disabled=True),
}


async def test_troubled_servers_are_told_with_their_remedies_and_hinder_nothing(tmp_path: Path) -> None:
    with OpenAIFake(GOOD) as api:
        async with assistant(tmp_path, TROUBLED, api) as server:
            found = await statuses(server)
            assert {found[name]["state"] for name in ("silent", "rubbish", "late")} == {"starting"}
            assert "disabled" not in found
            data = await generate(server, "Add")
            assert data["checks"]["findings"] == []
            quitter = await comes_to(server, "quitter", state="failed")
            assert "exits_at_once: the configuration is missing" in quitter["last_error"]
            assert quitter["remedy"] == "check `quitter` in the file that CODE_ASSISTANT_CONFIG names"
            assert "no-such-program" in (await comes_to(server, "absent", state="failed"))["last_error"]
            flooding = await comes_to(server, "flooding", state="ready")
            assert len(flooding["stderr"]) == 50
            await comes_to(server, "stubborn", state="ready")
            assert (await generate(server, "Add again"))["status"] == "generated"
            below = [process.pid for process in processes.descendants(server.pid)]
            server.close_stdin()
            assert await server.wait() == 0
            with anyio.fail_after(AFTER_A_KILL_S):
                await processes.all_dead(below)


async def test_a_broken_file_of_the_team_is_missing_and_does_not_make_the_check_one_that_was_not_made(
    tmp_path: Path,
) -> None:
    (tmp_path / "standards.yml").write_text("line_length: wide\n", encoding="utf-8")
    variables = {"CODE_ASSISTANT_STANDARDS_DIR": str(tmp_path)}
    async with RawServer([sys.executable, SERVER], env=clean_environment(**variables)) as server:
        await server.initialize()
        data = await generate(server, "Add")
        (gap,) = [gap for gap in data["missing"] if gap["what"] == "part of your standards"]
        assert gap["why"].startswith("standards.yml: line_length: ")
        assert data["checks"]["not_checked"] == []
        assert data["checks"]["summary"].endswith(" need a person")


async def test_a_team_folder_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    variables = {"CODE_ASSISTANT_STANDARDS_DIR": str(tmp_path / "nowhere")}
    async with RawServer([sys.executable, SERVER], env=clean_environment(**variables)) as server:
        await server.initialize()
        data = await generate(server, "Add")
        (gap,) = [gap for gap in data["missing"] if "standards" in gap["what"]]
        assert gap["remedy"] == "correct CODE_ASSISTANT_STANDARDS_DIR"


async def test_a_further_server_that_is_not_there_is_named_in_the_answer(tmp_path: Path) -> None:
    servers = {"well": python("healthy.py"), "absent": {"command": "no-such-program"}}
    with OpenAIFake(GOOD) as api:
        async with assistant(tmp_path, servers, api) as server:
            await comes_to(server, "well", state="ready")
            data = await generate(server, "Add")
            (gap,) = [gap for gap in data["missing"] if gap["what"].startswith("the tools of ")]
            assert gap["what"] == "the tools of absent"
            assert "no-such-program" in gap["why"]
            assert gap["remedy"] == "check `absent` in the file that CODE_ASSISTANT_CONFIG names"
            assert offered(api.turns[0], "echo")


def offered(request: ModelRequest, suffix: str) -> list[str]:
    return [name for name in request.tools if name.endswith(suffix)]


async def test_the_agent_uses_allowed_tools_of_further_servers_by_unmistakable_names(tmp_path: Path) -> None:
    def use_everything(request: ModelRequest) -> Turn:
        if request.tool_outputs:
            return GOOD
        names = [*offered(request, "echo"), *offered(request, "delete_everything")]
        return Turn(calls=tuple(call(name, text=f"from {name}").calls[0] for name in names))

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    web = [sys.executable, str(CHILDREN / "healthy_http.py"), str(port)]
    servers = {
        "plain": python("healthy.py"),
        "picky": python("healthy.py", tools=["echo", "delete_everything"]),
        "web": {"type": "http", "url": f"http://127.0.0.1:{port}/mcp", "tools": ["echo"]},
    }
    with OpenAIFake(use_everything) as api:
        async with RawServer(web, expects_rubbish=True) as web_server:
            await web_server.wrote_to_stderr("running on")
            async with assistant(tmp_path, servers, api) as server:
                for name in servers:
                    await comes_to(server, name, state="ready")
                await generate(server, "Add")
                tools = set(api.turns[0].tools)
                echoes = offered(api.turns[0], "echo")
                assert len(echoes) == 3
                assert {"plain", "picky", "web"} == {name for name in servers for echo in echoes if name in echo}
                assert len(offered(api.turns[0], "delete_everything")) == 1
                assert len([tool for tool in tools if "web" in tool]) == 1
                outputs = "\n".join(api.turns[1].tool_outputs)
                assert all(f"from {echo}" in outputs for echo in echoes)
                assert "deleted" in outputs
                found = await statuses(server)
                assert (found["web"]["kind"], found["plain"]["calls"]) == ("remote", 1)


@linux
@pytest.mark.parametrize("tool", ["block", "spin"])
async def test_the_status_answers_while_a_child_is_busy_and_after_a_kill_nothing_is_left(
    tmp_path: Path, tool: str
) -> None:
    sign = {"block": "hangs: blocked", "spin": "hangs: spinning"}[tool]
    servers = {"busy": python("hangs.py", timeout_s=60), "stubborn": python("stubborn.py")}
    with OpenAIFake(lambda request: call(*offered(request, tool))) as api:
        async with assistant(tmp_path, servers, api) as server:
            for name in servers:
                await comes_to(server, name, state="ready")
            await server.start_request("tools/call", {"name": GENERATE, "arguments": {"request": "Add"}})
            await comes_to(server, "busy", stderr=[sign])
            below = [process.pid for process in processes.descendants(server.pid)]
            assert len(below) >= 3
            server.kill()
            with anyio.fail_after(AFTER_A_KILL_S):
                await processes.all_dead(below)


async def test_a_public_server_is_used_and_a_call_of_another_ends_at_its_own_time_limit(tmp_path: Path) -> None:
    args = [str(external.need_everything()), "${UNSET_TRANSPORT:-stdio}"]
    public = {"command": str(external.need_node()), "args": args, "tools": ["echo"]}
    servers = {"everything": public, "hangs": python("hangs.py", timeout_s=0.5, tools=["hang"])}
    with OpenAIFake([call("echo", message="from the model"), GOOD, call("hang"), GOOD]) as api:
        async with assistant(tmp_path, servers, api) as server:
            await comes_to(server, "hangs", state="ready")
            found = await comes_to(server, "everything", state="ready")
            assert "echo" in found["tools"]
            assert found["server_name"]
            await generate(server, "Add")
            assert "from the model" in api.turns[1].tool_outputs[0]
            assert [name for name in api.turns[0].tools if name in found["tools"]] == ["echo"]

            assert (await generate(server, "Add again"))["status"] == "generated"
            assert "no answer within 0.5 s" in api.turns[3].tool_outputs[0]
            hangs = (await statuses(server))["hangs"]
            assert (hangs["state"], hangs["calls"], hangs["errors"]) == ("ready", 1, 1)
