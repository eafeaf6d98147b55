"""Makes releases."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from string import Template

log = logging.getLogger("release")
VERSION = re.compile(r"^(?P<major>\d+)\.(?P<minor>\d+)\.(?P<patch>\d+)$")
TEMPLATE = Template("Release $version\n\n$changes\n")


class ReleaseError(RuntimeError):
    """The release cannot be made."""


def run(*command: str, folder: Path | None = None, check: bool = True) -> str:
    """Run a program and return what it says."""
    log.debug("$ %s", shlex.join(command))
    try:
        done = subprocess.run(command, cwd=folder, check=check, capture_output=True, text=True, timeout=60)
    except subprocess.CalledProcessError as error:
        raise ReleaseError(f"{command[0]} failed with {error.returncode}: {error.stderr.strip()}") from error
    return done.stdout.strip()


def in_container(image: str, path: str) -> str:
    """List a folder inside a container."""
    return run("docker", "run", "--rm", image, "sh", "-c", 'exec ls -la -- "$1"', "sh", path)


def bumped(version: str, part: str) -> str:
    """The next version."""
    found = VERSION.match(version)
    if found is None:
        raise ReleaseError(f"{version!r} is no version")
    numbers = {name: int(text) for name, text in found.groupdict().items()}
    numbers[part] += 1
    return "{major}.{minor}.{patch}".format(**numbers)


@contextlib.contextmanager
def inside(folder: Path):
    """Work in a folder for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def main() -> int:
    """Make a release."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = bumped(project["version"], "minor")
    changes = run("git", "log", "--oneline", f"v{project['version']}..HEAD")
    if not changes:
        return 1
    message = TEMPLATE.substitute(version=version, changes=changes)
    subprocess.run(["git", "tag", "-a", f"v{version}", "-F", "-"], input=message, text=True, check=True)
    subprocess.run("git push --tags | cat", shell=True, check=True)
    with inside(Path("dist")), contextlib.suppress(FileNotFoundError):
        os.remove("old.whl")
    return 0


if __name__ == "__main__":
    sys.exit(main())
