"""Containers: started so that they speak stdio, cleaned up after every end, and nobody else's ever touched."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio
import pytest

from code_assistant.children.child import Child
from code_assistant.children.errors import ChildError
from code_assistant.children.launch import LaunchError
from code_assistant.context7 import docker
from code_assistant.context7.launch import context7_launcher
from code_assistant.settings import Settings, read_settings
from tests.fakes.context7_api import REDIRECT, REDIRECT_VARIABLE, Context7Fake
from tests.support import external
from tests.support.children import WAIT_S, comes_to, say, supervised
from tests.support.raw_server import clean_environment

IMAGE = "mcp/context7:1.0.14"
KILL_TEST = Path(__file__).parents[3] / "bench" / "kill_test.py"
NOWHERE = "unix:///nonexistent/docker.sock"

pytestmark = pytest.mark.usefixtures("docker")
linux = pytest.mark.skipif(sys.platform != "linux", reason="containers reach the host's loopback on Linux only")


def settings(**variables: str) -> Settings:
    return read_settings(clean_environment(CODE_ASSISTANT_CONTEXT7="docker", **variables))


@asynccontextmanager
async def context7(**variables: str) -> AsyncIterator[Child]:
    """Context7 as the settings start it, supervised."""
    launcher = context7_launcher(settings(**variables))
    assert launcher is not None
    async with supervised(launcher) as child:
        yield child


def all_containers(label: str) -> set[str]:
    return external.containers(label)


@contextmanager
def created(owner: str, *command: str) -> Iterator[str]:
    """A container with this owner: created only, or running where there is a command."""
    action = ["run", "-d"] if command else ["create"]
    label = f"{docker.LABEL}={owner}"
    done = external.docker(*action, "--pull=never", "--label", label, IMAGE, *command)
    container = done.stdout.strip()
    assert container, done.stderr
    try:
        yield container
    finally:
        external.docker("rm", "-f", container)


def dead_pid() -> int:
    """The number of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def derived(tag: str, *lines: str, base: str) -> str:
    """An image made from another without a registry."""
    name = f"code-assistant-tests:{tag}"
    text = "\n".join([f"FROM {base}", *lines])
    environ = {**os.environ, "DOCKER_BUILDKIT": "0"}
    command = ["docker", "build", "--network=none", "-q", "-t", name, "-f", "-", str(REDIRECT.parent)]
    done = subprocess.run(command, input=text, env=environ, capture_output=True, text=True, timeout=WAIT_S, check=False)
    assert done.returncode == 0, done.stderr
    return name


# --- the sweep

APART = ("unshare", "--pid", "--fork", "--mount-proc")


def can_part() -> bool:
    """Whether we may make a process namespace."""
    return shutil.which(APART[0]) is not None and subprocess.run([*APART, "true"], check=False).returncode == 0


async def test_a_sweep_removes_what_dead_owners_left_and_nothing_else(context7_images: tuple[str, ...]) -> None:
    assert IMAGE in context7_images
    host = docker.owner_label().partition("=")[2].rpartition("/")[0]
    with (
        created(f"{host}/{dead_pid()}") as never_started,
        created(f"{host}/{dead_pid()}", "sleep", "60") as running,
        created(f"{host}/{os.getpid()}") as ours,
        created(f"{host}/1", "sleep", "60") as a_living_owners,
        created(f"elsewhere/{dead_pid()}") as another_hosts,
        created(f"{socket.gethostname()}/{dead_pid()}") as of_an_unknown_namespace,
        created("nonsense") as nobodys,
    ):
        assert await docker.sweep(dict(os.environ)) >= 2
        left = all_containers(docker.LABEL)
        assert not {never_started, running} & left
        assert {ours, a_living_owners, another_hosts, of_an_unknown_namespace, nobodys} <= left


@linux
async def test_a_sweep_in_another_namespace_of_the_same_host_leaves_a_living_owners_container(
    context7_images: tuple[str, ...],
) -> None:
    assert IMAGE in context7_images
    if not can_part():
        pytest.skip("makes a process namespace, which takes unshare and the right to it")
    with created(docker.owner_label().partition("=")[2]) as ours:
        program = "import asyncio, os; from code_assistant.context7.docker import sweep; asyncio.run(sweep(os.environ))"
        done = await asyncio.create_subprocess_exec(*APART, sys.executable, "-c", program, cwd=KILL_TEST.parents[1])
        with anyio.fail_after(WAIT_S):
            assert await done.wait() == 0
        assert ours in all_containers(docker.LABEL)


async def test_a_sweep_without_an_engine_does_nothing() -> None:
    assert await docker.sweep({**os.environ, "DOCKER_HOST": NOWHERE}) == 0


# --- the engine and the image


async def test_an_engine_that_is_off_is_told_with_its_remedy_and_looked_for_again() -> None:
    async with context7(DOCKER_HOST=NOWHERE) as child:
        with pytest.raises(ChildError, match="docker is not running; start Docker"):
            await child.wait_ready(WAIT_S)
        await comes_to(child, lambda child: child.restarts >= 1)
        assert child.state == "failed"


async def test_without_docker_the_remedy_is_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LaunchError, match="docker is not installed") as caught:
        await docker.require_engine({"PATH": str(tmp_path)})
    assert caught.value.remedy == "install Docker"


async def test_a_missing_image_is_pulled_in_the_background_and_a_failure_is_told() -> None:
    name = f"127.0.0.1:9/nobody/nothing:{uuid.uuid4().hex[:8]}"  # no registry listens there
    async with context7(CODE_ASSISTANT_CONTEXT7_IMAGE=name) as child:
        with pytest.raises(ChildError, match=f"pulling {name}: "):
            await child.wait_ready(WAIT_S)
        await comes_to(child, lambda child: "pulling it failed" in (child.last_error or ""))
        assert child.state == "failed"
        assert name in (child.last_error or "")
        assert f"run `docker pull {name}`, or `docker build" in (child.remedy or "")


# --- images that serve HTTP only


@pytest.mark.parametrize(
    ("tag", "server"),
    [
        ("talks", "console.error('Server running on HTTP at http://localhost:8080/mcp')"),
        ("is-silent", ""),
    ],
)
async def test_an_image_that_serves_http_only_is_recognised_and_its_container_removed(
    tag: str, server: str, context7_images: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert IMAGE in context7_images
    program = f"{server}; setInterval(() => 0, 1000)"
    image = derived(tag, f'RUN echo "{program}" > dist/index.js', base=IMAGE)
    monkeypatch.setattr("code_assistant.context7.launch._DOCKER_TIMEOUT_S", 3.0)
    before = all_containers(docker.LAUNCH_LABEL)
    async with context7(CODE_ASSISTANT_CONTEXT7_IMAGE=image) as child:
        await comes_to(child, lambda child: child.state == "failed")
        assert f"the image {image} does not speak MCP on stdio, it serves HTTP only" in (child.last_error or "")
        assert "docker build -t context7-stdio" in (child.remedy or "")
        with anyio.fail_after(WAIT_S):
            await comes_to(child, lambda child: child.restarts >= 1)
    assert not all_containers(docker.LAUNCH_LABEL) - before


# --- the real thing


def reaching(image: str, api: Context7Fake) -> tuple[str, dict[str, str]]:
    """The image, and the variables that let it ask the fake; the old generation needs an image with a preload."""
    if image.endswith(":4"):
        return image, {"CONTEXT7_API_URL": api.api_url}
    lines = (
        f"COPY {REDIRECT.name} /redirect.mjs",
        f"ENV NODE_OPTIONS=--import=/redirect.mjs {REDIRECT_VARIABLE}={api.api_url}",
    )
    return derived(image.rpartition(":")[2], *lines, base=image), {"CONTEXT7_API_URL": api.api_url}


@linux
@pytest.mark.parametrize("image", ["mcp/context7:1.0.13", "mcp/context7:1.0.14", "mcp/context7:4"])
async def test_every_generation_of_the_image_is_started_on_stdio_and_leaves_nothing(
    image: str, context7_images: tuple[str, ...], context7_api: Context7Fake
) -> None:
    assert image in context7_images
    name, variables = reaching(image, context7_api)
    before = all_containers(docker.LAUNCH_LABEL)
    async with context7(CODE_ASSISTANT_CONTEXT7_IMAGE=name, **variables) as child:
        with anyio.fail_after(WAIT_S):
            await child.wait_ready(WAIT_S)
        assert child.launch is not None
        assert child.launch.kind == "docker"
        assert "--cap-drop ALL" in child.launch.shown
        assert "/fastapi/fastapi" in await say(child, "resolve-library-id", libraryName="fastapi", query="x")
        assert len(all_containers(docker.LAUNCH_LABEL) - before) == 1
    assert not all_containers(docker.LAUNCH_LABEL) - before


@linux
async def test_a_killed_container_is_replaced(context7_images: tuple[str, ...], context7_api: Context7Fake) -> None:
    assert IMAGE in context7_images
    before = all_containers(docker.LAUNCH_LABEL)
    variables = {"CODE_ASSISTANT_CONTEXT7_IMAGE": "mcp/context7:4", "CONTEXT7_API_URL": context7_api.api_url}
    async with context7(**variables) as child:
        await child.wait_ready(WAIT_S)
        (container,) = all_containers(docker.LAUNCH_LABEL) - before
        external.docker("kill", container)
        assert "/fastapi/fastapi" in await say(child, "resolve-library-id", libraryName="fastapi", query="x")
        assert child.restarts == 1
        assert child.launch is not None
        assert child.launch.kind == "docker"


@linux
async def test_after_kills_at_random_moments_the_next_start_leaves_nothing_and_touches_no_neighbour(
    context7_images: tuple[str, ...],
) -> None:
    assert IMAGE in context7_images
    command = [sys.executable, str(KILL_TEST), "--kills", "3", "--seed", "7"]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    with anyio.fail_after(3 * WAIT_S):
        out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
