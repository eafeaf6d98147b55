"""How Context7 is started: in Docker, with npx, or not at all because it is hosted.

Decided anew at each start, so that an engine that comes up later is used without a restart of ours.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from uuid import uuid4

from code_assistant.children.launch import (
    PASSED_ON,
    HttpLaunch,
    Launch,
    Launcher,
    LaunchError,
    StdioLaunch,
    pass_environment,
)
from code_assistant.children.programs import run_program
from code_assistant.context7 import docker
from code_assistant.settings import Settings, is_here

CONTEXT7 = "context7"
"""The name of the child."""

OLDEST_NODE = (20, 18, 1)
"""What the package's `engines` field asks for."""
_OWN_VARIABLES = ("CONTEXT7_API_KEY", "CONTEXT7_API_URL", *PASSED_ON)
_DOCKER_TIMEOUT_S = 30.0
_NPX_TIMEOUT_S = 60.0
"""A first `npx -y` downloads 61 MB: 6 to 13 s on a good line."""
_SERVES_HTTP = r"(running|listening|started) (on|at) (streamable )?http|listening on port"
"""What such images say on stderr when they do not speak stdio."""
_OFF_REMEDY = "or set CODE_ASSISTANT_CONTEXT7=off"


def context7_launcher(settings: Settings) -> Launcher | None:
    """Return what starts Context7 as the settings say, or None when it is off."""
    container = _Context7Container(settings)

    async def launch() -> Launch:
        match settings.context7:
            case "docker":
                return await container.launch()
            case "npx":
                return await _npx(settings)
            case "remote":
                return _remote(settings)
            case _:
                return await _auto(settings, container)

    return None if settings.context7 == "off" else launch


async def _auto(settings: Settings, container: _Context7Container) -> Launch:
    """Docker if it can be, else npx. An image that did not answer comes second, too."""
    try:
        if container.has_failed:
            with suppress(LaunchError):
                return await _npx(settings)
        return await container.launch()
    except LaunchError as no_docker:
        try:
            return await _npx(settings)
        except LaunchError as no_npx:
            why = f"{no_docker.why}; {no_npx.why}"
            remedy = f"{no_docker.remedy}; or {no_npx.remedy}; {_OFF_REMEDY}"
            raise LaunchError(why, remedy, no_docker.retry_s) from no_docker


class _Context7Container:
    """Context7 as a container: what is known of it from one start to the next."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._image = docker.Image(settings.context7_image, settings.environ)
        self.has_failed = False
        """True when the last container ended before it was ready."""

    async def launch(self) -> StdioLaunch:
        settings, label = self._settings, f"{docker.LAUNCH_LABEL}={uuid4().hex}"
        await docker.require_engine(settings.environ)
        await self._image.require()

        async def clean_up(was_well: bool) -> None:
            self.has_failed = not was_well
            await docker.remove(label, settings.environ)

        return StdioLaunch(
            command="docker",
            args=_docker_arguments(settings, label),
            env=_environment(settings, *docker.CLIENT_VARIABLES),
            remedy=f"run `{docker.BUILD_OWN_IMAGE}`, or set CODE_ASSISTANT_CONTEXT7=npx; {_OFF_REMEDY}",
            kind="docker",
            connect_timeout_s=_DOCKER_TIMEOUT_S,
            unanswered=f"the image {settings.context7_image} does not speak MCP on stdio, it serves HTTP only",
            hopeless=_SERVES_HTTP,
            clean_up=clean_up,
        )


def _docker_arguments(settings: Settings, label: str) -> tuple[str, ...]:
    """The one command line that speaks stdio on every generation of the image, hardened.

    1.0.13 reads MCP_TRANSPORT, later ones only the flag; all of them would start HTTP without either.
    """
    passed = (argument for name in _environment(settings) for argument in ("-e", name))  # the name only: no key in argv
    host_network = ("--network=host",) if is_here(settings.context7_api_url) else ()
    return (
        *("run", "-i", "--rm", "--init", "--pull=never"),
        *("--label", docker.owner_label(), "--label", label),
        *("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),  # noqa: S108
        *("--memory", "512m", "--pids-limit", "128"),
        *host_network,
        *("-e", "MCP_TRANSPORT=stdio", *passed),
        *(settings.context7_image, "node", "dist/index.js", "--transport", "stdio"),
    )


async def _npx(settings: Settings) -> StdioLaunch:
    install = f"install Node.js {'.'.join(map(str, OLDEST_NODE))} or newer"
    if shutil.which("npx") is None:
        raise LaunchError("npx is not installed", install)
    version = await node_version(settings.environ)
    if version is None or version < OLDEST_NODE:
        found = ".".join(map(str, version)) if version else "none"
        raise LaunchError(f"Context7 needs Node.js 20.18.1 or newer, found {found}", install)
    return StdioLaunch(
        command="npx",
        args=("-y", "--prefer-offline", settings.context7_package),
        env={**_environment(settings), "npm_config_fetch_retries": "1", "npm_config_update_notifier": "false"},
        remedy=f"run `npx -y {settings.context7_package}` once by hand to see why; {_OFF_REMEDY}",
        kind="npx",
        connect_timeout_s=_NPX_TIMEOUT_S,
    )


def _remote(settings: Settings) -> HttpLaunch:
    headers = {"CONTEXT7_API_KEY": settings.context7_api_key} if settings.context7_api_key else {}
    remedy = "check the network and the proxy, or set CODE_ASSISTANT_CONTEXT7=docker or npx"
    return HttpLaunch(settings.context7_url, headers, remedy)


async def node_version(environ: Mapping[str, str]) -> tuple[int, ...] | None:
    """The version of the installed Node.js, or None."""
    program = await run_program(("node", "--version"), environ)
    parts = program.output.strip().removeprefix("v").split("-")[0].split(".")
    return tuple(int(part) for part in parts) if program.is_ok and all(part.isdigit() for part in parts) else None


def _environment(settings: Settings, *more: str) -> dict[str, str]:
    return pass_environment(settings.environ, *_OWN_VARIABLES, *more)
