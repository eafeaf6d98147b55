"""The misbehaving children misbehave as they say, and the helpers that watch them see it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import anyio
import pytest

from tests.support import clients, processes
from tests.support.raw_server import LEGACY, MODERN, RawServer

CHILDREN = Path(__file__).parents[2] / "children"
WAIT_S = 60


def child(name: str, *arguments: str, rubbish: bool = False) -> RawServer:
    return RawServer([sys.executable, CHILDREN / name, *arguments], expects_rubbish=rubbish)


@pytest.mark.parametrize("version", [LEGACY, MODERN])
async def test_the_healthy_child_answers_raw_lines_in_both_eras(version: str) -> None:
    async with child("healthy.py") as server:
        hello = await server.initialize(version)
        assert "capabilities" in hello
        assert (await server.call("echo", text="grüße"))["content"][0]["text"] == "grüße"
        assert (await server.call("pid"))["structuredContent"] == {"result": server.pid}
        await server.send_line("this is no JSON")
        resource = await server.request("resources/read", {"uri": "healthy://greeting"})
        assert resource["result"]["contents"][0]["text"] == "hello"
        server.close_stdin()
        assert await server.wait() == 0


@pytest.mark.parametrize("era", clients.ERAS)
async def test_the_healthy_child_speaks_to_the_client_in_both_eras(era: str) -> None:
    command: clients.Command = [sys.executable, CHILDREN / "healthy.py"]
    with anyio.fail_after(WAIT_S):
        async with clients.connected(command, era, env={"MARK": "here"}) as client:
            assert client.protocol_version == era
            result = await client.call_tool("environment", {})
            assert result.structured_content is not None
            assert result.structured_content["MARK"] == "here"


async def test_a_silent_child_says_nothing_and_ends_with_its_input() -> None:
    async with child("silent.py") as server:
        with pytest.raises(TimeoutError, match="no answer to request 1 within"):
            await server.request("ping", deadline_s=0.3)
        server.close_stdin()
        assert await server.wait() == 0
        assert server.messages == []


async def test_a_rubbish_child_is_caught_by_every_wait() -> None:
    with pytest.raises(AssertionError, match="not JSON-RPC on stdout"):
        async with child("rubbish.py") as server:
            await server.initialize()


async def test_a_rubbish_child_can_work_afterwards() -> None:
    async with child("rubbish.py", "work", rubbish=True) as server:
        await server.initialize()
        assert (await server.call("add", a=1, b=2))["structuredContent"] == {"result": 3}
        assert len(server.rubbish) == 5


async def test_a_child_that_exits_at_once_leaves_its_reason() -> None:
    async with child("exits_at_once.py") as server:
        assert await server.wait() == 3
        await server.drained()
        assert "the configuration is missing" in server.stderr


async def test_a_wait_on_a_child_that_has_ended_fails_at_once_with_its_stderr() -> None:
    async with child("dies_on_call.py", "2") as server:
        await server.initialize()
        assert (await server.call("echo", text="one"))["content"][0]["text"] == "one"
        with pytest.raises(AssertionError, match=r"the server has ended.*out of calls"), anyio.fail_after(WAIT_S):
            await server.call("echo", text="two", deadline_s=60)
        assert await server.wait() == 9


async def test_a_hanging_call_leaves_the_others_alone_and_can_be_cancelled() -> None:
    async with child("hangs.py") as server:
        await server.initialize()
        request_id = await server.start_request("tools/call", {"name": "hang", "arguments": {}})
        await server.wrote_to_stderr("hangs: waiting")
        assert (await server.call("echo", text="still here"))["content"][0]["text"] == "still here"
        await server.send({"method": "notifications/cancelled", "params": {"requestId": request_id}})
        await server.wrote_to_stderr("hangs: cancelled")


@pytest.mark.parametrize(("tool", "sign"), [("block", "hangs: blocked"), ("spin", "hangs: spinning")])
async def test_a_blocked_child_answers_nobody_and_dies_of_sigkill(tool: str, sign: str) -> None:
    async with child("hangs.py") as server:
        await server.initialize()
        await server.start_request("tools/call", {"name": tool, "arguments": {}})
        await server.wrote_to_stderr(sign)
        with pytest.raises(TimeoutError):
            await server.call("echo", text="anybody", deadline_s=0.5)
        server.kill()
        assert await server.wait() != 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to ignore")
async def test_a_stubborn_child_survives_its_stdin_and_sigterm() -> None:
    async with child("stubborn.py") as server:
        await server.initialize()
        server.close_stdin()
        await server.wrote_to_stderr("stdin has ended")
        server.signal(signal.SIGTERM)
        with pytest.raises(TimeoutError):
            await server.wait(0.5)
        server.kill()
        assert await server.wait() == -signal.SIGKILL


async def test_a_flooding_child_works_when_its_stderr_is_read() -> None:
    async with child("floods_stderr.py") as server:
        await server.initialize()
        assert (await server.call("echo", text="dry"))["content"][0]["text"] == "dry"
        assert server.stderr.count("flood line") == 20_000


async def test_descendants_and_their_environment_are_seen() -> None:
    processes.need_proc()
    starter = "import subprocess, sys; subprocess.run(['sleep', '60'], env={'MARK': 'below', 'PATH': '/usr/bin:/bin'})"
    async with RawServer([sys.executable, "-c", starter]) as server:
        with anyio.fail_after(WAIT_S):
            await processes.until(lambda: any("sleep 60" in p.command for p in processes.descendants(server.pid)))
            below = processes.descendants(server.pid)
            assert processes.environment(below[0].pid)["MARK"] == "below"
            server.kill()
            await server.wait()
            assert [p.pid for p in processes.descendants(os.getpid()) if p.pid == below[0].pid], (
                "the orphan is ours now"
            )
            processes.kill(below)
            await processes.all_dead(p.pid for p in below)
