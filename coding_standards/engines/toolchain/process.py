"""A compiler's own tool as a process: asked about one text, bounded, and gone afterwards. It works beside this one.

Its one rule: a tool that is missing, too slow or broken is an absence of an answer, never an error.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from coding_standards.engines.process import LinterAnswer, LinterProcess, make_environment
from coding_standards.engines.run import EngineUnavailableError

_PASSED_ON = ("JAVA_HOME", "GOROOT", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN")


@contextmanager
def begin(command: Sequence[str], text: str) -> Iterator[Callable[[], LinterAnswer | None]]:
    """Start the tool with `text` as its standard input; what is yielded waits for its end, None for a bad one."""
    program, *options = command
    with ExitStack() as running:
        try:
            # In a folder of its own a tool finds no configuration and no other file of anybody's.
            folder = running.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            process = LinterProcess(program, options, text, Path(folder), environment())
        except (OSError, EngineUnavailableError):
            yield lambda: None
            return
        running.enter_context(process)
        yield partial(_read, process)


def _read(process: LinterProcess) -> LinterAnswer | None:
    try:
        answer = process.answer()
    except EngineUnavailableError:
        return None
    return answer if answer.code >= 0 else None


def environment() -> dict[str, str]:
    """What a tool gets to know of ours."""
    return make_environment(*_PASSED_ON)


@functools.cache
def find(name: str) -> str | None:
    """The program of this name on the machine's path."""
    return shutil.which(name)
