"""A compiler's own tool as a process: asked about one text, bounded, and gone afterwards.

Its one rule: a tool that is missing, too slow or broken is an absence of an answer, never an error.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from coding_standards.engines.process import LinterAnswer, LinterProcess, make_environment
from coding_standards.engines.run import EngineUnavailableError

_PASSED_ON = ("JAVA_HOME", "GOROOT", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN")


def ask(command: Sequence[str], text: str) -> LinterAnswer | None:
    """Run the tool with `text` as its standard input; None where it did not end well in time."""
    program, *options = command
    try:
        # In a folder of its own a tool finds no configuration and no other file of anybody's.
        with (
            tempfile.TemporaryDirectory() as folder,
            LinterProcess(program, options, text, Path(folder), environment()) as process,
        ):
            answer = process.answer()
    except (OSError, EngineUnavailableError):
        return None
    return answer if answer.code >= 0 else None


def environment() -> dict[str, str]:
    """What a tool gets to know of ours."""
    return make_environment(*_PASSED_ON)


@functools.cache
def find(name: str) -> str | None:
    """The program of this name on the machine's path."""
    return shutil.which(name)
