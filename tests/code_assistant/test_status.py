"""The status as a person reads it: sentences, with the numbers in their units."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import anyio
import pytest

from code_assistant.children.child import Child, Condition
from code_assistant.children.launch import Launch, LaunchError
from code_assistant.context7.reach import Reach
from code_assistant.settings import read_settings
from code_assistant.status import ChildStatus, JobsStatus, OrchestratorStatus, ServerStatus, render_status
from tests.support.raw_server import clean_environment

SERVER = Path(__file__).parents[2] / "code-assistant-server.py"
NOWHERE = "unix:///nonexistent/docker.sock"


def shown(
    jobs: dict[str, int] | None = None,
    cache: dict[str, int | float | str] | None = None,
    child: ChildStatus | None = None,
) -> list[str]:
    counts = {"running": 0, "queued": 0, "kept": 0, "max_running": 8, "started": 0, "joined": 0}
    status = ServerStatus(
        ready=True,
        orchestrator=OrchestratorStatus(version="1", uptime_s=7_300.4, pid=5, model="m", served_by="here"),
        jobs=JobsStatus(**(counts | (jobs or {}))),
        documentation_cache=cache or {"path": "c.sqlite3", "entries": 0, "bytes": 0},
        children=(child,) if child else (),
    )
    return render_status(status).splitlines()


@pytest.mark.parametrize(
    ("jobs", "sentence"),
    [
        ({}, "No generation has been asked for yet."),
        ({"started": 3}, "No generation running; 3 started so far."),
        ({"started": 1, "running": 1}, "1 generation of 8 at most running; 1 started so far."),
        (
            {"started": 12, "running": 8, "queued": 2, "kept": 1, "joined": 2},
            "8 generations of 8 at most running, 2 waiting for a place, 1 finished result not collected yet; "
            "12 started so far, and 2 calls joined one that was running.",
        ),
    ],
)
def test_generations_are_told_in_a_sentence(jobs: dict[str, int], sentence: str) -> None:
    assert f"- {sentence}" in shown(jobs)


@pytest.mark.parametrize(
    ("cache", "sentence"),
    [
        ({"entries": 1, "bytes": 395}, "The documentation cache holds 1 text, 1 KB, in `c`."),
        ({"entries": 40, "bytes": 2_500_000, "hit_rate": 0.6}, "40 texts, 2.5 MB, in `c`. It had 60% of what was"),
        ({"entries": 0, "bytes": 0, "trouble": "locked"}, "The documentation cache cannot be used: locked (`c`)."),
    ],
)
def test_the_cache_is_told_in_a_sentence(cache: dict[str, int | float | str], sentence: str) -> None:
    assert sentence in "\n".join(shown(cache={"path": "c", **cache}))


@pytest.mark.parametrize(
    ("state", "calls", "sentence"),
    [
        ("ready", {}, "Up for 2 min, never restarted, not called yet."),
        (
            "ready",
            {"calls": 1, "latency_ms": 3.21},
            "Up for 2 min, never restarted, 1 call answered, in 3.2 ms as a rule.",
        ),
        (
            "unreachable",
            {"last_error": "no network", "remedy": "a cable"},
            "- no network. Remedy: a cable\n- Up for 2 min",
        ),
        ("failed", {"calls": 9, "errors": 2, "restarts": 1}, "Not up, 1 restart so far, 9 calls answered, 2 of them"),
    ],
)
def test_an_internal_server_is_told_in_a_sentence(state: Condition, calls: dict[str, int], sentence: str) -> None:
    child = ChildStatus.model_validate({"name": "standards", "state": state, "uptime_s": 130.0, **calls})
    assert sentence in "\n".join(shown(child=child))


def test_how_long_the_server_is_up_is_told_in_its_largest_unit() -> None:
    assert "- The server has been up for 2 h, as process 5." in shown()


@pytest.mark.process
async def test_the_command_ends_with_1_when_an_internal_server_has_failed() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        SERVER,
        "--status",
        env=clean_environment(CODE_ASSISTANT_CONTEXT7="docker", DOCKER_HOST=NOWHERE),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    with anyio.fail_after(60):
        out, _ = await process.communicate()
    assert "not everything is ready" in out.decode()
    assert "### context7: failed" in out.decode()
    assert process.returncode == 1


async def test_a_service_that_cannot_be_reached_is_not_ready_until_it_can() -> None:
    async def launch() -> Launch:
        raise LaunchError("this child is never started", "")

    listener = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    child = Child("context7", launch)
    reach = Reach(read_settings({"CONTEXT7_API_URL": f"http://127.0.0.1:{port}/api"}), child)
    child.state = "ready"
    seen = [child.condition]
    await reach.look()
    seen.append(child.condition)
    listener.close()
    await listener.wait_closed()
    await reach.look()
    assert [*seen, child.condition] == ["starting", "ready", "unreachable"]
    assert child.hindrance is not None
    assert "127.0.0.1, which it asks, is not reachable" in child.hindrance.why
