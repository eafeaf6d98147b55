"""The image of the product: it runs read-only, as nobody in particular, and does the main job."""

from __future__ import annotations

import pytest

from tests.support import external
from tests.support.raw_server import RawServer, clean_environment

pytestmark = pytest.mark.docker
IMAGE = "code-assistant-stdio"  # built from docker/Dockerfile by .ci/docker.sh
RUN = ("docker", "run", "-i", "--rm", "--init", "--network=none", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL")


def need_image() -> None:
    external.need_docker()
    if external.docker("image", "inspect", IMAGE).returncode:
        external.missing(f"the image {IMAGE} is missing", "as root: .ci/docker.sh")


async def test_the_image_writes_a_scaffold_and_judges_it() -> None:
    need_image()
    command = [*RUN, "-e", "CODE_ASSISTANT_CONTEXT7=off", "-e", "CODE_ASSISTANT_MODEL=offline", IMAGE]
    async with RawServer(command, env=clean_environment()) as server:
        await server.initialize()
        made = await server.call("generate_code_with_context", request="Parse a date", language="python")
    checks = made["structuredContent"]["checks"]
    assert made["structuredContent"]["status"] == "scaffold"
    assert "GEN-005" in checks["proved"]
    assert checks["fail"] == []


async def test_the_image_has_the_standards_server_too() -> None:
    need_image()
    async with RawServer([*RUN, IMAGE, "standards-server.py"], env=clean_environment()) as server:
        await server.initialize()
        told = await server.call("check_code", code="import os\n", language="python")
    assert "F401" in str(told["structuredContent"])


def test_the_image_runs_as_no_root() -> None:
    need_image()
    shown = external.docker("image", "inspect", "--format", "{{.Config.User}} {{json .Config.Cmd}}", IMAGE).stdout
    assert shown.strip() == '1000:1000 ["code-assistant-server.py"]'
