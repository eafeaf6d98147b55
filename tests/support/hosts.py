"""Real hosts from npm, for the tests: command lines that speak MCP to our servers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support import external

_STEP_S = 60.0


@dataclass(frozen=True)
class RealHost:
    """A host's command line, pinned."""

    name: str
    """As our table of hosts has it."""
    package: str
    version: str
    program: str


REAL_HOSTS = (
    RealHost("claude-code", "@anthropic-ai/claude-code", "2.1.197", "claude"),
    RealHost("codex", "@openai/codex", "0.171.0", "codex"),
    RealHost("gemini", "@google/gemini-cli", "0.61.0", "gemini"),
)


def need_host(host: RealHost) -> Path:
    """The program of a host, installed once per machine."""
    home = external.npm_folder() / f"{host.program}-{host.version}"
    package = external.need_npm(host.package, host.version, home)
    fetched = package / "install.cjs"  # Claude Code's puts its own binary in place; npm ran no scripts
    if fetched.is_file() and (package / "bin" / "claude.exe").stat().st_size < 1_000_000:
        subprocess.run([shutil.which("node") or "node", fetched], cwd=package, timeout=_STEP_S, check=True)
    return home / "node_modules" / ".bin" / host.program


if __name__ == "__main__":
    for each in REAL_HOSTS:
        print(need_host(each))
    sys.exit(0)
