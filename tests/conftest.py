"""Fixtures for all tests: the fakes, the outside tools, and the check that nothing of ours is left running."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from code_assistant.context7.docker import LABEL
from code_assistant.project.reality.ty import end_ty
from coding_standards.engines.toolchain import javac
from tests.fakes.context7_api import Context7Fake
from tests.fakes.model_script import Script
from tests.fakes.openai_api import OpenAIFake
from tests.support import external, processes

gc.disable()  # until all tests are collected: thousands of objects that stay, looked through again and again

LAST_WORDS_S = 30.0  # The longest a stubborn child may take: 2 s for stdin, 2 s for SIGTERM, and a busy machine.

_STARTS_PROCESSES = {
    *("subprocess", "RawServer", "connected", "StdioLaunch", "ProjectTools", "supervised", "external", "diagnose"),
    *("need_host", "need_tool", "need_python_tools", "need_node_tools", "make_repository", "MCPServerStdio"),
}
"""Names whose import tells that a module's tests start processes of ours, or of the tools that they are about.

Others are marked where they stand."""
_OUTSIDE = {
    "docker": {"docker", "context7_images"},
    "node": {"node", "context7_script", "old_context7_script", "context7_api"},
}
"""Markers by the fixtures that need such a thing."""

StartOpenAI = Callable[[Script], OpenAIFake]


def pytest_configure(config: pytest.Config) -> None:
    """Have xdist hand files out as they are collected: by itself it leaves the few tests that take long for the end."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what it needs, so that `-m "not process"` is what can be run after every edit.

    Files with such tests come first, then those with many: short ones fill up what is left of each worker's time.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        outside = [marker for marker, needed in _OUTSIDE.items() if fixtures & needed]
        for marker in outside:
            item.add_marker(marker)
        module = getattr(item, "module", None)
        if outside or _STARTS_PROCESSES & vars(module).keys():
            item.add_marker("process")
    long = {item.path for item in items if item.get_closest_marker("process")}
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in long, -sizes[item.path]))


def pytest_collection_finish() -> None:
    """Spare the collector all that was imported and collected: looking through it took a tenth of the tests' time."""
    gc.enable()
    gc.freeze()


@pytest.fixture
def openai_api() -> Iterator[StartOpenAI]:
    """Start a fake of OpenAI's API with a script: `api = openai_api([call("echo"), say("done")])`."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(OpenAIFake(script))


@pytest.fixture
def context7_api() -> Iterator[Context7Fake]:
    """A running fake of Context7's API."""
    with Context7Fake() as api:
        yield api


@pytest.fixture(scope="session")
def node() -> Path:
    """The path of a node that runs the current Context7."""
    return external.need_node()


@pytest.fixture(scope="session")
def context7_script() -> Path:
    """The current Context7's `dist/index.js`, for `node <it>`."""
    return external.need_context7(external.CURRENT)


@pytest.fixture(scope="session")
def old_context7_script() -> Path:
    """The `dist/index.js` of Context7 1.0.14, which has the old tools."""
    return external.need_context7(external.OLD)


@pytest.fixture(scope="session")
def docker() -> None:
    """A Docker engine that answers."""
    external.need_docker()


@pytest.fixture(scope="session")
def context7_images() -> tuple[str, ...]:
    """All generations of the image mcp/context7, by their full names."""
    external.need_images()
    return external.IMAGES


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    """At the end of all tests no process and no container that they caused is alive."""
    processes.adopt_orphans()
    before = external.containers(LABEL)
    yield
    javac.end()  # it stays for the next text, and so does ty
    end_ty()
    left = processes.left_behind(LAST_WORDS_S)
    processes.kill(left)
    assert not left, f"left running: {[process.command for process in left]}"
    kept = {container for container in external.containers(LABEL) - before if not _has_living_owner(container)}
    assert not kept, f"containers left: {kept}"


def _has_living_owner(container: str) -> bool:
    """Another run on the same engine looks after its own containers."""
    template = f'{{{{index .Config.Labels "{LABEL}"}}}}'
    owner = external.docker("inspect", "--format", template, container).stdout.strip().rpartition("/")[2]
    return owner.isdigit() and processes.is_alive(int(owner))
