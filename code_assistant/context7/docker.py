"""What we need to know of Docker and do with it: the engine, the image, and containers that a killed owner left."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping

from code_assistant.children.launch import LaunchError, StdioLaunch
from code_assistant.children.launcher import PID_LINE
from code_assistant.children.programs import run_program
from groundwork.lifetime import is_alive, process_space

LABEL = "code-assistant.owner"
LAUNCH_LABEL = "code-assistant.launch"
"""Tells the containers of one owner apart."""
BUILD_OWN_IMAGE = "docker build -t context7-stdio docker/context7` with CODE_ASSISTANT_CONTEXT7_IMAGE=`context7-stdio"
CLIENT_VARIABLES = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
_SWEEP_TIMEOUT_S = 8.0
_PULL_AGAIN_S = 300.0
"""A registry that refuses is not asked more often."""
_LOOK_AGAIN_S = 2.0
_LONGEST_PROGRESS = 200


def owner_label() -> str:
    """The label that says whose container it is: a process, and where its number means that process."""
    return f"{LABEL}={process_space()}/{os.getpid()}"


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


async def image_digest(image: str, environ: Mapping[str, str]) -> str | None:
    """The image as `name@sha256:...`, where it came from a registry."""
    wanted = ("docker", "image", "inspect", "--format", '{{join .RepoDigests " "}}', image)
    program = await run_program(wanted, environ)
    return program.output.split()[0] if program.is_ok and program.output else None


class Image:
    """One image, pulled in the background when it is missing: that can take longer than any call may wait."""

    def __init__(self, name: str, environ: Mapping[str, str]) -> None:
        self.name = name
        self._environ = environ
        self._pull: threading.Thread | None = None
        self._progress = "begun"
        self._pull_again_at = 0.0

    async def require(self) -> None:
        """Raise `LaunchError` unless the image is there; the error tells how far the pull is, or why it failed."""
        if await has_image(self.name, self._environ):
            return
        if self._pull is None or (not self._pull.is_alive() and time.monotonic() > self._pull_again_at):
            self._pull_again_at = time.monotonic() + _PULL_AGAIN_S
            self._pull = threading.Thread(target=self._run_pull, name=f"docker pull {self.name}", daemon=True)
            self._pull.start()
        if self._pull.is_alive():
            why = f"pulling {self.name}: {self._progress}"
            raise LaunchError(why, "wait until it is here; it needs no further step", retry_s=_LOOK_AGAIN_S)
        why = f"the Docker image {self.name} is not on this machine, and pulling it failed: {self._progress}"
        raise LaunchError(why, f"run `docker pull {self.name}`, or `{BUILD_OWN_IMAGE}`")

    def _run_pull(self) -> None:
        """In a thread, since nobody waits for it; guarded like a child, so that it ends with us."""
        self._progress = "begun"
        command, args = StdioLaunch("docker", ("pull", self.name)).guard()
        pipe, null = subprocess.PIPE, subprocess.DEVNULL
        try:
            with subprocess.Popen(
                (command, *args), stdin=null, stdout=pipe, stderr=subprocess.STDOUT, env=dict(self._environ)
            ) as process:
                for line in process.stdout or ():
                    said = line.decode("utf-8", "replace").strip()
                    if said and not said.startswith(PID_LINE):
                        self._progress = said[:_LONGEST_PROGRESS]
        except OSError as error:
            self._progress = f"{error.strerror or error}"


async def remove(label: str, environ: Mapping[str, str]) -> None:
    """Remove every container with this label, whatever state it is in."""
    program = await run_program(("docker", "ps", "-aq", "--filter", f"label={label}"), environ)
    if program.is_ok and program.output:
        await run_program(("docker", "rm", "-f", *program.output.split()), environ, _SWEEP_TIMEOUT_S)


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
    space, _, pid = owner.rpartition("/")
    return space == process_space() and pid.isdigit() and not is_alive(int(pid))
