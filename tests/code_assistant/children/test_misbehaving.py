"""What the tests of children do not show of themselves: that those misbehave, and that the helpers see it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import anyio
import pytest

from tests.support import processes
from tests.support.raw_server import RawServer

CHILDREN = Path(__file__).parents[2] / "children"
WAIT_S = 60


def child(name: str, *arguments: str) -> RawServer:
    return RawServer([sys.executable, CHILDREN / name, *arguments])


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


async def test_a_wait_on_a_child_that_has_ended_fails_at_once_with_its_stderr() -> None:
    async with child("dies_on_call.py", "2") as server:
        await server.initialize()
        assert (await server.call("echo", text="one"))["content"][0]["text"] == "one"
        with pytest.raises(AssertionError, match=r"the server has ended.*out of calls"), anyio.fail_after(WAIT_S):
            await server.call("echo", text="two", deadline_s=60)
        assert await server.wait() == 9


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
