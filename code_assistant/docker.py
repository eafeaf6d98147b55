"""What we need to know of Docker and do with it: the engine, the image, and containers that a killed owner left."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Mapping

from code_assistant.launch import LaunchError
from code_assistant.programs import run_program

LABEL = "code-assistant.owner"
CLIENT_VARIABLES = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
_SWEEP_TIMEOUT_S = 8.0


def owner_label() -> str:
    """The label that says whose container it is. The host's name is part of it: several hosts may share an engine."""
    return f"{LABEL}={socket.gethostname()}/{os.getpid()}"


async def engine_version(environ: Mapping[str, str]) -> tuple[str | None, str]:
    """The engine's version, or None with the reason."""
    if shutil.which("docker") is None:
        return None, "docker is not installed"
    program = await run_program(("docker", "version", "--format", "{{.Server.Version}}"), environ)
    if program.is_ok and program.output:
        return program.output, ""
    return None, "docker is not running"


async def require_engine(environ: Mapping[str, str]) -> None:
    """Raise `LaunchError` unless a Docker engine answers."""
    version, why = await engine_version(environ)
    if version is None:
        remedy = "start Docker (Docker Desktop, or `sudo systemctl start docker`)"
        raise LaunchError(why, remedy if "running" in why else "install Docker")


async def has_image(image: str, environ: Mapping[str, str]) -> bool:
    """True when the image is on this engine."""
    return (await run_program(("docker", "image", "inspect", "--format", "{{.Id}}", image), environ)).is_ok


async def require_image(image: str, environ: Mapping[str, str]) -> None:
    """Raise `LaunchError` unless the image is there: a pull can take longer than any call may wait."""
    if not await has_image(image, environ):
        raise LaunchError(f"the Docker image {image} is not on this machine", f"run `docker pull {image}`")


async def sweep(environ: Mapping[str, str]) -> int:
    """Remove containers of ours whose owner is dead, also those never started. Returns how many were found.

    `--rm` does not remove a container that was created but not started, as a kill during start-up leaves it.
    """
    listing = ("docker", "ps", "-a", "--filter", f"label={LABEL}", "--format", f'{{{{.ID}}}} {{{{.Label "{LABEL}"}}}}')
    program = await run_program(listing, environ)
    if not program.is_ok:
        return 0
    rows = [line.split(" ", 1) for line in program.output.splitlines() if " " in line]
    orphans = [container for container, owner in rows if _is_orphan(owner)]
    if orphans:
        await run_program(("docker", "rm", "-f", *orphans), environ, _SWEEP_TIMEOUT_S)
    return len(orphans)


def _is_orphan(owner: str) -> bool:
    host, _, pid = owner.rpartition("/")
    return host == socket.gethostname() and pid.isdigit() and not _is_alive(int(pid))


def _is_alive(pid: int) -> bool:
    if pid == os.getpid():
        return True
    if sys.platform == "win32":
        return True  # os.kill would end the process there; better a container too many than a living one removed
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
