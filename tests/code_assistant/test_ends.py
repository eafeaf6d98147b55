"""Ends that hosts and terminals bring about at awkward moments: exit codes, nothing left, no traceback."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import anyio
import pytest

from tests.fakes.model_script import hang
from tests.fakes.openai_api import OpenAIFake
from tests.support import processes
from tests.support.raw_server import RawServer, clean_environment

ROOT = Path(__file__).resolve().parents[2]
ASSISTANT, STANDARDS = ROOT / "code-assistant-server.py", ROOT / "standards-server.py"
GENERATE = "generate_code_with_context"
WAIT_S = 60.0
EXIT_S = 10.0


def server(script: Path, **variables: str) -> RawServer:
    return RawServer([sys.executable, script], env=clean_environment(**variables))


async def stop_reading(host: RawServer) -> None:
    """Close our end of the server's stdout; the event loop does so a moment after it was asked to."""
    transport = host.process._transport.get_pipe_transport(1)  # type: ignore[attr-defined]
    transport.close()
    with anyio.fail_after(WAIT_S):
        while transport._pipe is not None:
            await anyio.lowlevel.checkpoint()


def handles(pid: int, number: int) -> bool:
    """Whether the process has a handler for the signal."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    caught = next(line for line in status if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


@pytest.mark.parametrize("script", [ASSISTANT, STANDARDS], ids=lambda script: script.stem)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
async def test_a_signal_during_the_imports_ends_with_its_code(script: Path, number: int, code: int) -> None:
    processes.need_proc()
    async with server(script) as host:
        with anyio.fail_after(WAIT_S):
            # Python itself handles SIGINT from its first moment; SIGTERM is the one that tells that we do.
            while not handles(host.pid, signal.SIGTERM):
                await anyio.lowlevel.checkpoint()
        host.signal(number)
        assert await host.wait(EXIT_S) == code
        await host.drained()
        assert host.stderr == ""


@pytest.mark.parametrize("script", [ASSISTANT, STANDARDS], ids=lambda script: script.stem)
async def test_a_host_that_reads_no_more_has_left(script: Path) -> None:
    processes.need_proc()
    async with server(script) as host:
        await host.initialize()
        await host.request("tools/list")
        below = [process.pid for process in processes.descendants(host.pid)]
        await stop_reading(host)
        await host.start_request("ping", {})
        assert await host.wait(EXIT_S) == 0
        with anyio.fail_after(EXIT_S):
            await processes.all_dead(below)
        assert "Traceback" not in host.stderr


async def test_a_host_that_is_killed_in_the_middle_of_a_job_leaves_nothing_behind() -> None:
    processes.need_proc()
    with OpenAIFake(hang()) as api:
        model = {"OPENAI_BASE_URL": api.base_url, "OPENAI_API_KEY": "k", "CODE_ASSISTANT_MODEL": "scripted"}
        async with server(ASSISTANT, **model) as host:
            await host.initialize()
            await host.start_request("tools/call", {"name": GENERATE, "arguments": {"request": "Add"}})
            with anyio.fail_after(WAIT_S):
                await api.received(1)
            below = [process.pid for process in processes.descendants(host.pid)]
            await stop_reading(host)
            host.close_stdin()
            assert await host.wait(EXIT_S) == 0
            with anyio.fail_after(EXIT_S):
                await processes.all_dead(below)
                await api.disconnected(1)
            assert "Traceback" not in host.stderr
