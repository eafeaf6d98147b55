"""One supervised child: whatever happens to it, calls get an answer or a reason, and it is started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from code_assistant.children.child import FIRST_BACKOFF_S, STDERR_LINES, Child
from code_assistant.children.errors import ChildError
from code_assistant.children.launch import HttpLaunch, Launch, LaunchError, Mask, StdioLaunch
from code_assistant.orchestrator import GRACE_S, Fleet
from tests.support import processes
from tests.support.children import CHILDREN, WAIT_S, comes_to, launching, program, say, supervised
from tests.support.raw_server import RawServer

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process ids from the launcher")
AT_ONCE_S = 0.1


def kill(child: Child) -> int:
    pid = child.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


# --- well


async def test_a_ready_child_tells_who_it_is() -> None:
    async with supervised(program("healthy.py")) as child:
        await child.wait_ready(WAIT_S)
        assert (child.state, child.server_name, child.server_version) == ("ready", "healthy", "1.2.3")
        assert "echo" in [tool.name for tool in child.tools]
        assert child.protocol_version == "2026-07-28"
        assert await child.read_resource("healthy://greeting", WAIT_S) == "hello"
        if sys.platform != "win32":
            assert await say(child, "pid") == str(child.pid)
        assert child.uptime_s > 0
        assert (child.restarts, child.last_error, child.remedy) == (0, None, None)
    assert child.state == "stopped"
    assert child.pid is None


async def test_calls_run_side_by_side_and_are_counted() -> None:
    async with supervised(program("healthy.py")) as child:
        answers = await asyncio.gather(*(say(child, "echo", text=str(number)) for number in range(50)))
        assert answers == [str(number) for number in range(50)]
        assert (child.calls, child.errors, len(child.latencies_ms)) == (50, 0, 50)


async def test_a_call_waits_for_a_child_that_starts() -> None:
    async with supervised(program("slow_start.py", "0.5")) as child:
        assert child.state == "starting"
        assert await say(child, "echo", text="late") == "late"


async def test_a_call_whose_deadline_is_shorter_than_the_start_says_so() -> None:
    async with supervised(program("slow_start.py", "60")) as child:
        with pytest.raises(ChildError, match="still starting") as caught:
            await child.call_tool("echo", {"text": "x"}, AT_ONCE_S)
        assert caught.value.remedy
        assert (child.calls, child.errors) == (1, 1)


async def test_a_resource_that_does_not_exist_is_an_error_of_the_call_alone() -> None:
    async with supervised(program("healthy.py")) as child:
        with pytest.raises(ChildError, match="healthy://nothing"):
            await child.read_resource("healthy://nothing", WAIT_S)
        assert await say(child, "echo", text="well") == "well"
        assert child.restarts == 0


# --- killed


@posix
async def test_a_child_killed_before_it_is_ready_is_started_again() -> None:
    async with supervised(program("slow_start.py", "1")) as child:
        await comes_to(child, lambda child: child.pid is not None)
        kill(child)
        with pytest.raises(ChildError, match="it ended before it answered"):
            await child.wait_ready(WAIT_S)
        assert child.state == "failed"
        assert child.remedy == "do this"
        await comes_to(child, lambda child: child.state == "ready")
        assert child.restarts == 1
        assert child.last_error is None


@posix
async def test_a_death_between_calls_is_noticed_without_a_call() -> None:
    async with supervised(program("healthy.py")) as child:
        await child.wait_ready(WAIT_S)
        first = kill(child)
        await comes_to(child, lambda child: child.state == "restarting")
        await comes_to(child, lambda child: child.state == "ready")
        assert child.restarts == 1
        assert child.pid != first


@posix
async def test_a_call_right_after_a_kill_is_answered_by_the_successor() -> None:
    async with supervised(program("healthy.py")) as child:
        await child.wait_ready(WAIT_S)
        first = kill(child)
        assert await say(child, "pid") != str(first)
        assert child.errors == 0


@posix
async def test_a_call_whose_child_is_killed_meanwhile_is_asked_once_more() -> None:
    async with supervised(program("healthy.py")) as child:
        await child.wait_ready(WAIT_S)
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(say(child, "answer_slowly", seconds=0.3))
            await comes_to(child, lambda child: child.calls == 1)
            kill(child)
        assert slow.result() == "after 0.3 s"


async def test_a_child_that_dies_of_each_call_costs_that_call_two_tries() -> None:
    async with supervised(program("dies_on_call.py", "1")) as child:
        with pytest.raises(ChildError, match="Connection closed"):
            await child.call_tool("echo", {"text": "x"}, WAIT_S)
        assert child.errors == 1
        assert "dies_on_call: out of calls" in child.stderr
        await comes_to(child, lambda child: child.state == "ready")


async def test_a_child_that_dies_says_its_last_words_while_it_restarts() -> None:
    async with supervised(program("dies_on_call.py", "2")) as child:
        await say(child, "echo", text="one")
        async with asyncio.TaskGroup() as group:
            group.create_task(say(child, "echo", text="two"))
            await comes_to(child, lambda child: child.last_error is not None)
            assert child.state == "restarting"
            assert child.last_error is not None
            assert "it last said: dies_on_call: out of calls" in child.last_error


# --- not answering


async def test_a_hanging_call_ends_at_its_deadline_and_costs_a_healthy_child_nothing() -> None:
    async with supervised(program("hangs.py")) as child:
        await child.wait_ready(WAIT_S)
        first = child.pid
        with pytest.raises(ChildError, match="no answer within"):
            await child.call_tool("hang", {}, AT_ONCE_S)
        assert await say(child, "echo", text="still here") == "still here"
        assert (child.pid, child.restarts) == (first, 0)
        await comes_to(child, lambda child: "hangs: cancelled" in child.stderr)


@posix
async def test_a_blocked_child_fails_calls_at_their_deadlines_until_it_is_killed() -> None:
    async with supervised(program("hangs.py")) as child:
        await child.wait_ready(WAIT_S)
        for tool, arguments in (("block", {}), ("echo", {"text": "x"})):
            with pytest.raises(ChildError, match="no answer within"):
                await child.call_tool(tool, arguments, AT_ONCE_S)
        kill(child)
        assert await say(child, "echo", text="back") == "back"


async def test_a_child_that_hangs_is_found_out_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("code_assistant.children.child.PROBE_TIMEOUT_S", AT_ONCE_S)
    async with supervised(program("hangs.py")) as child:
        await child.wait_ready(WAIT_S)
        first = child.pid
        with pytest.raises(ChildError, match="no answer within"):
            await child.call_tool("block", {}, AT_ONCE_S)
        with anyio.fail_after(WAIT_S):
            assert await say(child, "echo", text="back") == "back"
        assert child.pid != first


@pytest.mark.parametrize("name", ["silent.py", "rubbish.py"])
async def test_a_child_that_never_answers_fails_at_its_limit(name: str) -> None:
    async with supervised(program(name, connect_timeout_s=1.0)) as child:
        with pytest.raises(ChildError, match="it did not answer within 1 s; do this"):
            await child.wait_ready(WAIT_S)
        assert child.state == "failed"


async def test_a_child_that_says_it_will_never_answer_fails_at_once() -> None:
    code = "import sys; print('Server running on HTTP at port 8080', file=sys.stderr, flush=True); sys.stdin.read()"
    launch = StdioLaunch(sys.executable, ("-c", code), hopeless="running on http", unanswered="it speaks HTTP only")
    async with supervised(launch) as child:
        with pytest.raises(ChildError, match=r"it speaks HTTP only .it last said: Server running on HTTP"):
            await child.wait_ready(WAIT_S)


async def test_rubbish_on_a_childs_stdout_is_passed_over() -> None:
    async with supervised(program("rubbish.py", "work")) as child:
        assert await say(child, "echo", text="clean") == "clean"


async def test_a_child_that_exits_at_once_fails_with_its_reason_and_is_tried_again() -> None:
    async with supervised(program("exits_at_once.py")) as child:
        with pytest.raises(ChildError, match=r"it ended before it answered .it last said: exits_at_once: the config"):
            await child.wait_ready(WAIT_S)
        assert (child.state, child.remedy) == ("failed", "do this")
        await comes_to(child, lambda child: child.restarts == 1)
        with pytest.raises(ChildError, match="exits_at_once"):
            await child.call_tool("echo", {}, WAIT_S)


async def test_a_command_that_does_not_exist_is_named() -> None:
    async with supervised(StdioLaunch("no-such-program", remedy="install it")) as child:
        with pytest.raises(ChildError, match="no-such-program") as caught:
            await child.wait_ready(WAIT_S)
        assert caught.value.remedy == "install it"


async def test_a_flood_on_stderr_blocks_nothing_and_leaves_its_last_lines() -> None:
    async with supervised(program("floods_stderr.py")) as child:
        assert await say(child, "echo", text="dry") == "dry"
        await comes_to(child, lambda child: any("flood line 19999" in line for line in child.stderr))
        assert len(child.stderr) == STDERR_LINES


async def test_secrets_are_masked_in_what_a_child_says() -> None:
    code = "import sys; print('the key is very-secret-value', file=sys.stderr)"
    async with supervised(StdioLaunch(sys.executable, ("-c", code)), mask=Mask(["very-secret-value"])) as child:
        with pytest.raises(ChildError, match=r"the key is \*\*\*") as caught:
            await child.wait_ready(WAIT_S)
        assert "very-secret-value" not in f"{caught.value} {list(child.stderr)}"


# --- started again


async def test_the_pause_before_a_new_try_doubles() -> None:
    tries: list[float] = []

    async def refuse() -> Launch:
        tries.append(time.monotonic())
        raise LaunchError("not today", "come tomorrow")

    async with supervised(refuse) as child:
        await comes_to(child, lambda _: len(tries) == 3)
        assert (child.state, child.last_error, child.remedy) == ("failed", "not today", "come tomorrow")
        assert child.restarts == 2
    assert tries[1] - tries[0] >= FIRST_BACKOFF_S
    assert tries[2] - tries[1] >= 2 * FIRST_BACKOFF_S


async def test_a_start_that_is_under_way_is_looked_at_again_without_backing_off() -> None:
    tries = 0

    async def pull() -> Launch:
        nonlocal tries
        tries += 1
        if tries < 10:
            raise LaunchError(f"pulling: {tries} of 10", "wait", retry_s=0.01)
        return program("healthy.py")

    async with supervised(pull) as child:
        await comes_to(child, lambda child: child.state == "ready")
        assert child.restarts == 0


async def test_a_call_during_a_new_try_waits_for_it() -> None:
    launches = [program("exits_at_once.py"), program("slow_start.py", "1")]

    async def next_one() -> Launch:
        return launches.pop(0) if len(launches) > 1 else launches[0]

    async with supervised(next_one) as child:
        await comes_to(child, lambda child: child.state == "failed")
        await comes_to(child, lambda child: child.state == "restarting")
        assert await say(child, "echo", text="patience") == "patience"


async def test_one_that_has_worked_and_is_killed_while_it_starts_again_is_still_waited_for() -> None:
    launches = [program("healthy.py"), program("exits_at_once.py"), program("exits_at_once.py"), program("healthy.py")]

    async def next_one() -> Launch:
        return launches.pop(0) if len(launches) > 1 else launches[0]

    async with supervised(next_one) as child:
        await child.wait_ready(WAIT_S)
        child.kill()
        await comes_to(child, lambda child: child.state == "restarting")
        assert await say(child, "echo", text="patience") == "patience"
        assert child.restarts == 3


async def test_each_end_is_cleaned_up_after() -> None:
    ends: list[bool] = []

    async def clean_up(was_well: bool) -> None:
        ends.append(was_well)

    async with supervised(program("exits_at_once.py", clean_up=clean_up)) as child:
        await comes_to(child, lambda _: len(ends) == 1)
    async with supervised(program("healthy.py", clean_up=clean_up)) as child:
        await child.wait_ready(WAIT_S)
    assert ends[0] is False
    assert ends[-1] is True


# --- elsewhere, over HTTP


@asynccontextmanager
async def http_server(port: int) -> AsyncIterator[RawServer]:
    command = [sys.executable, str(CHILDREN / "healthy_http.py"), str(port)]
    async with RawServer(command, expects_rubbish=True) as server:  # its web server logs on stdout
        await server.wrote_to_stderr("running on")
        yield server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_server_over_http_that_goes_away_fails_and_is_found_again() -> None:
    port = free_port()
    async with supervised(HttpLaunch(f"http://127.0.0.1:{port}/mcp", remedy="start it")) as child:
        with pytest.raises(ChildError, match=r"Could not reach the server.*start it"):
            await child.wait_ready(WAIT_S)
        async with http_server(port):
            await comes_to(child, lambda child: child.state == "ready")
            assert await say(child, "echo", text="far") == "far"
        with pytest.raises(ChildError, match="Could not reach"):
            await child.call_tool("echo", {"text": "x"}, WAIT_S)
        assert child.state == "failed"


# --- the end


async def test_a_healthy_fleet_ends_politely() -> None:
    fleet = Fleet([Child(f"child{number}", launching(program("healthy.py"))) for number in range(2)])
    fleet.start()
    await asyncio.gather(*(child.wait_ready(WAIT_S) for child in fleet.children.values()))
    with anyio.fail_after(WAIT_S):
        await fleet.stop()
    for child in fleet.children.values():
        with pytest.raises(ChildError, match="it is stopped"):
            await child.wait_ready(0)


@posix
async def test_a_stubborn_child_is_ended_by_force() -> None:
    fleet = Fleet([child := Child("stubborn", launching(program("stubborn.py")))])
    fleet.start()
    await child.wait_ready(WAIT_S)
    pid = child.pid
    assert pid is not None
    begun = time.monotonic()
    await fleet.stop()
    assert time.monotonic() - begun >= GRACE_S  # it was asked first
    with anyio.fail_after(WAIT_S):
        await processes.all_dead([pid])


async def test_a_fleet_ends_while_a_launcher_still_thinks() -> None:
    ended = asyncio.Event()

    async def think() -> Launch:
        try:
            await anyio.sleep_forever()
            raise AssertionError("unreachable")
        finally:
            ended.set()

    async with supervised(think) as child:
        assert child.state == "starting"
        await anyio.lowlevel.checkpoint()
    assert ended.is_set()


@posix
async def test_a_fleet_ends_while_a_child_starts() -> None:
    async with supervised(program("slow_start.py", "60")) as child:
        await comes_to(child, lambda child: child.pid is not None)
        pid = child.pid
        assert pid is not None
    with anyio.fail_after(WAIT_S):
        await processes.all_dead([pid])
