"""A compiler's own tool as a process: asked about one text, bounded, and gone afterwards.

Its one rule: a tool that is missing, too slow or broken is an absence of an answer, never an error.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

TIMEOUT_S = 2.5
"""These tools take milliseconds for a text; a caller waits five seconds at most."""
_CPU_LIMIT_S = 4
"""Where this process is killed, nobody is left to end the tool; on Linux the kernel does it."""
MAX_OUTPUT = 100_000
"""Bytes that are read of what a tool says."""

# What a tool needs to start at all, and above all not the keys that are in our environment.
_PASSED_ON = (
    *("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH"),
    *("JAVA_HOME", "GOROOT", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN"),
)
_STACK = {"RUST_MIN_STACK": str(64 * 1024 * 1024)}
"""The threads of Rust's tools have 2 MB: a sum of some thousand parts ends the process."""


@dataclass(frozen=True)
class Answer:
    """What a tool left behind when it ended."""

    code: int
    output: str
    errors: str


def ask(command: Sequence[str], text: str) -> Answer | None:
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


def _wait(process: subprocess.Popen[bytes]) -> Answer | None:
    _limit(process.pid)
    try:
        output, errors = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return None
    told = [stream[:MAX_OUTPUT].decode("utf-8", "replace") for stream in (output, errors)]
    return Answer(process.returncode, *told) if process.returncode >= 0 else None


def environment() -> dict[str, str]:
    """What a tool gets to know of ours."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _STACK


@functools.cache
def find(name: str) -> str | None:
    """The program of this name on the machine's path."""
    return shutil.which(name)


def _limit(pid: int) -> None:
    if sys.platform == "linux":
        import resource  # not there on Windows

        try:
            resource.prlimit(pid, resource.RLIMIT_CPU, (_CPU_LIMIT_S, _CPU_LIMIT_S))
        except OSError:
            return  # it has ended already, or a sandbox forbids it
