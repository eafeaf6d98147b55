"""Where a tool runs: with the tree in the place of the project, no network, and nothing left when it ends.

Its one rule: what the machine does not allow is done without and said; it is found out by trying, once. On Linux with
namespaces (user namespaces where this is not root) the tool sees the tree under the project's own path, the project
itself only to be read, and no network. Elsewhere it runs in the tree, and in a process group of its own.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TRY_S = 5.0
_SCRIPT = """
real=$1 tree=$2 project=$3 folder=$4; shift 4
mount -o rbind,ro "$project" "$real" && mount --bind "$tree" "$project" || exit 125
ip link set lo up 2>/dev/null
cd "$folder" || exit 125
"$@"
exit $?
"""
# Not `exec`: the first process of a namespace takes no signal that it did not ask for, not even its own.
_PASSED_ON = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TERM", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "COMSPEC"),
    *("JAVA_HOME", "MAVEN_HOME", "GRADLE_USER_HOME", "GOPATH", "GOROOT", "GOCACHE", "GOMODCACHE", "GOFLAGS"),
    *("CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH", "PYENV_ROOT", "NVM_DIR", "VOLTA_HOME"),
)
"""What a tool needs to start; above all not the keys that are in our environment."""
_QUIET: Mapping[str, str] = {
    "NO_COLOR": "1",
    "CI": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
    "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    "npm_config_offline": "true",
    "npm_config_update_notifier": "false",
    "PIP_NO_INDEX": "1",
    "GOPROXY": "off",
    "GOTOOLCHAIN": "local",
    "CARGO_NET_OFFLINE": "true",
    "CARGO_TERM_COLOR": "never",
}
"""Nothing is downloaded for a check, and nothing is coloured."""


@dataclass(frozen=True)
class Sandbox:
    """How a process is started for one project."""

    project: Path
    base: Path
    """A folder of ours, for the tree and what tools keep."""
    is_covered: bool = False
    """Whether the tree stands in the place of the project."""

    @property
    def tree(self) -> Path:
        """Where the tree is written."""
        return self.base / "tree"

    @property
    def seen(self) -> Path:
        """The path under which a tool sees the tree."""
        return self.project if self.is_covered else self.tree

    @property
    def real(self) -> Path:
        """The path under which a tool sees the project itself."""
        return self.base / "project" if self.is_covered else self.project

    def wrap(self, command: list[str], folder: str) -> list[str]:
        """The command that runs `command` in a folder of the project."""
        if not self.is_covered:
            return command
        place = str(self.seen / folder)
        return [*_namespaces(), _SCRIPT, "sh", str(self.real), str(self.tree), str(self.project), place, *command]

    def folder(self, folder: str) -> Path:
        """The working directory to start in."""
        return self.base if self.is_covered else self.tree / folder


def make_sandbox(project: Path, base: Path, search: str | None = None) -> Sandbox:
    """Make the folders, and find out what is allowed here; programs are looked for in `search`. Blocking; 30 ms."""
    (base / "tree").mkdir(parents=True, exist_ok=True)
    (base / "project").mkdir(exist_ok=True)
    plain = Sandbox(project, base)
    has_namespaces = sys.platform.startswith("linux") and shutil.which("unshare", path=search) is not None
    if not has_namespaces or base.is_relative_to(project):
        return plain
    covered = Sandbox(project, base, is_covered=True)
    try:
        with tempfile.TemporaryFile() as errors:
            done = subprocess.run(
                covered.wrap(["true"], ""), stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, timeout=_TRY_S
            )
    except (OSError, subprocess.TimeoutExpired):
        return plain
    return covered if done.returncode == 0 else plain


def tool_environment(environ: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a tool."""
    kept = {name: environ[name] for name in _PASSED_ON if name in environ}
    return {**kept, **_QUIET, **more}


@functools.cache
def _namespaces() -> tuple[str, ...]:
    death = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
    user = () if os.geteuid() == 0 else ("--map-root-user",)
    return (*death, "unshare", *user, "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c")
