"""What a child starts ends with it and with us, whoever stands between and however we end."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
from pathlib import Path

import anyio
import pytest

from code_assistant.children.launch import StdioLaunch
from tests.support import processes
from tests.support.children import CHILDREN, WAIT_S, comes_to, program, say, supervised
from tests.support.raw_server import RawServer, clean_environment

SERVER = Path(__file__).parents[3] / "code-assistant-server.py"
LEFT_S = 5.0
"""What is promised for everything that is still there after an end."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")


def wrapped(name: str) -> tuple[str, ...]:
    """One of `tests/children/` behind a shell that stays, as npx and uvx do."""
    return ("sh", "-c", f"{shlex.quote(sys.executable)} {shlex.quote(str(CHILDREN / name))}; true")


async def test_a_blocked_child_behind_a_wrapper_ends_with_a_killed_orchestrator(tmp_path: Path) -> None:
    processes.need_proc()
    command, *arguments = wrapped("hangs.py")
    config = tmp_path / "servers.json"
    config.write_text(json.dumps({"mcpServers": {"wrapped": {"command": command, "args": arguments}}}), "utf-8")
    with anyio.fail_after(WAIT_S):
        async with RawServer(
            [sys.executable, SERVER], env=clean_environment(CODE_ASSISTANT_CONFIG=str(config))
        ) as host:
            await host.initialize()

            def blocked() -> list[processes.Process]:
                return [p for p in processes.descendants(host.pid) if "hangs.py" in p.command]

            await processes.until(lambda: len(blocked()) == 2)
            below = [process.pid for process in processes.descendants(host.pid)]
            for process in blocked():  # as one that computes: it reads no end of its input
                if "sh -c" not in process.command:
                    os.kill(process.pid, signal.SIGSTOP)
            host.kill()
            await host.wait()
            with anyio.fail_after(LEFT_S):
                await processes.all_dead(below)


@pytest.mark.parametrize("is_killed", [False, True], ids=["ended", "killed"])
async def test_what_a_child_leaves_in_its_group_ends_after_it(is_killed: bool) -> None:
    with anyio.fail_after(WAIT_S):
        async with supervised(program("leaves_one.py")) as child:
            left = int(await say(child, "pid_of_it"))
            if is_killed:
                assert child.pid is not None
                os.kill(child.pid, signal.SIGKILL)
                with anyio.fail_after(LEFT_S):
                    await processes.all_dead([left])
                left = int(await say(child, "pid_of_it"))
        with anyio.fail_after(LEFT_S):
            await processes.all_dead([left])


async def test_a_wrapped_child_works_and_ends_with_its_wrapper() -> None:
    processes.need_proc()
    command, *arguments = wrapped("healthy.py")
    with anyio.fail_after(WAIT_S):
        async with supervised(StdioLaunch(command, tuple(arguments))) as child:
            await comes_to(child, lambda c: c.state == "ready")
            real = int(await say(child, "pid"))
            assert real != child.pid
        with anyio.fail_after(LEFT_S):
            await processes.all_dead([real])
