"""Long code is checked in processes: one that is gone is replaced, and a line in front of them is called one."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator

import anyio
import pytest
import pytest_asyncio

from coding_standards.checks.checking import CheckRunner
from coding_standards.checks.worker import LIMIT_S
from coding_standards.checks.workers import Workers
from coding_standards.languages import find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.store import load_library
from coding_standards.report import CheckReport
from tests.coding_standards.server.test_standards_server import COMMAND
from tests.support import processes
from tests.support.raw_server import RawServer, clean_environment

LONG = "a {\n  color: red;\n}\n\n" * 1_500
ENDLESS = "->" * 10_000
"""JavaScript that keeps its parser for a minute."""
OVERDUE = "Not checked: the check took longer than 4 s; check smaller parts"
BUSY = "Not checked: the checker was busy; check again"


@pytest_asyncio.fixture
async def single() -> AsyncIterator[CheckRunner]:
    """A runner with one worker and little patience, so that the second check has to wait and cannot wait for long."""
    runner = CheckRunner(Workers(1), answer_s=LIMIT_S + 0.5)
    yield runner
    await runner.aclose()


async def checked(runner: CheckRunner, code: str, language: str, library: Library) -> CheckReport:
    return await runner.check(code, find_language(language), None, None, library)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
async def test_a_worker_that_was_killed_while_it_was_idle_costs_no_report() -> None:
    processes.need_proc()
    async with RawServer(COMMAND, env=clean_environment()) as server:
        await server.initialize()
        for _ in range(3):
            result = await server.call("check_code", code=LONG, language="css")
            assert result["structuredContent"]["notes"] == []
            for worker in processes.descendants(server.pid):
                os.kill(worker.pid, signal.SIGKILL)


async def test_a_check_that_takes_too_long_holds_up_no_other() -> None:
    async with RawServer(COMMAND, env=clean_environment()) as server:
        await server.initialize()
        await server.call("check_code", code=LONG, language="css")
        arguments = {"code": ENDLESS, "language": "javascript"}
        hostile = await server.start_request("tools/call", {"name": "check_code", "arguments": arguments})
        result = await server.call("check_code", code=LONG, language="css")
        assert result["structuredContent"]["notes"] == []
        assert not any(message.get("id") == hostile for message in server.messages)
        answer = await server.reply(hostile)
        assert answer["result"]["structuredContent"]["notes"] == [OVERDUE]


async def test_who_waited_in_line_for_too_long_is_told_so(single: CheckRunner) -> None:
    library = load_library()
    notes: dict[str, tuple[str, ...]] = {}

    async def check(name: str, code: str, language: str) -> None:
        notes[name] = (await checked(single, code, language, library)).notes

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(check, "first", ENDLESS, "javascript")
        tasks.start_soon(check, "second", ENDLESS, "javascript")
    assert sorted(notes.values()) == [(OVERDUE,), (BUSY,)]
    assert (await checked(single, LONG, "css", library)).notes == ()


async def test_two_hundred_checks_at_once_all_come_to_a_verdict() -> None:
    async with RawServer(COMMAND, env=clean_environment()) as server:
        await server.initialize()
        asked = [
            await server.start_request(
                "tools/call", {"name": "check_code", "arguments": {"code": "x = 1\n" * size, "language": language}}
            )
            for size in range(1, 41)
            for language in ("python", "javascript", "go", "css", "sql")
        ]
        answers = [await server.reply(request) for request in asked]
    assert {
        note for answer in answers for note in answer["result"]["structuredContent"]["notes"] if "busy" in note
    } == set()
