"""Small outside programs run to learn something: bounded in time, never raising; a missing one is a value."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

TIMEOUT_S = 4.0
"""`docker version` answers in 0.1 s; against a dead remote engine it would hang for minutes."""


@dataclass(frozen=True)
class ProgramRun:
    """How a program ended."""

    exit_code: int | None
    """None when it could not be run, or did not end in time."""
    output: str
    """Stdout, or stderr where stdout is empty, or why it could not be run."""

    @property
    def is_ok(self) -> bool:
        """True when it ended with 0."""
        return self.exit_code == 0


async def run_program(
    command: Sequence[str], environ: Mapping[str, str] | None = None, timeout_s: float = TIMEOUT_S
) -> ProgramRun:
    """Run a program without stdin and return how it ended."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(environ) if environ else dict(os.environ),
        )
    except OSError as error:
        return ProgramRun(None, f"{command[0]}: {error.strerror or error}")
    try:
        out, err = await asyncio.wait_for(process.communicate(), timeout_s)
    except TimeoutError:
        return ProgramRun(None, f"{command[0]}: no answer within {timeout_s:.0f} s")
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return ProgramRun(process.returncode, (out.strip() or err.strip()).decode("utf-8", "replace"))
