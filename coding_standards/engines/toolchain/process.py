"""A compiler's own tool as a process: asked about one text, bounded, and gone afterwards.

Its one rule: a tool that is missing, too slow or broken is an absence of an answer, never an error.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from coding_standards.engines.process import CPU_LIMIT_S, TIMEOUT_S, make_environment
from groundwork.lifetime import limit_cpu

MAX_OUTPUT = 100_000
"""Bytes that are read of what a tool says."""

_PASSED_ON = ("JAVA_HOME", "GOROOT", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN")


@dataclass(frozen=True)
class ToolAnswer:
    """What a tool left behind when it ended."""

    code: int
    output: str
    errors: str


def ask(command: Sequence[str], text: str) -> ToolAnswer | None:
    """Run the tool with `text` as its standard input; None where it did not end well in time."""
    try:
        # In a folder of its own a tool finds no configuration and no other file of anybody's.
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as given:
            given.write(text.encode("utf-8"))
            given.seek(0)
            with subprocess.Popen(
                command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=folder
            ) as process:
                return _wait(process)
    except OSError:
        return None


def _wait(process: subprocess.Popen[bytes]) -> ToolAnswer | None:
    limit_cpu(process.pid, CPU_LIMIT_S)
    try:
        output, errors = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return None
    told = [stream[:MAX_OUTPUT].decode("utf-8", "replace") for stream in (output, errors)]
    return ToolAnswer(process.returncode, *told) if process.returncode >= 0 else None


def environment() -> dict[str, str]:
    """What a tool gets to know of ours."""
    return make_environment(*_PASSED_ON)


@functools.cache
def find(name: str) -> str | None:
    """The program of this name on the machine's path."""
    return shutil.which(name)
