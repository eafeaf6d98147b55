"""Checks with a time limit: short code in a thread, long code in a process that can be killed.

Its one rule: whatever the code is, the caller has a report within the limit and the server keeps answering.
"""

from __future__ import annotations

import logging
import os
import pickle  # nosec - written to a pipe of our own, see worker.py
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import anyio
import anyio.to_thread
from anyio.abc import Process

from coding_standards.languages import Language
from coding_standards.library import Library
from coding_standards.report import CheckReport, ItemOutcome
from coding_standards.worker import LIMIT_S, Request

_PARALLEL = 4
"""Checks in threads at once; they share one interpreter lock, so that more would only make each slower."""

_Made = TypeVar("_Made")
_Given = TypeVarTuple("_Given")

log = logging.getLogger(__name__)


class ParserPanicError(RuntimeError):
    """A native parser gave up in a way that Python does not count as an error."""


class CheckRunner:
    """Runs checks for the server."""

    def __init__(self) -> None:
        self._threads = anyio.CapacityLimiter(_PARALLEL)
        self._turn = anyio.Lock()
        self._process: Process | None = None

    async def check(
        self, code: str, language: Language, path: str | None, dialect: str | None, library: Library
    ) -> CheckReport:
        """The report on `code`, or one that says why there is none."""
        try:
            with anyio.fail_after(LIMIT_S):
                report = await self._in_thread(_quickly_checked, code, language, path, dialect, library)
                if report is not None:
                    return report
                request = await self._in_thread(_request, code, language, path, dialect, library)
                async with self._turn:
                    return await self._in_process(request)
        except TimeoutError:
            return not_checked(
                f"the check took longer than {LIMIT_S:g} s; check smaller parts", language, path, library
            )
        except (OSError, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            log.warning("the check process ended: %r", error)
            return not_checked("the parser broke off; check smaller parts", language, path, library)
        except Exception as error:  # the tool boundary: a defect in one checker must not look like a verdict
            log.exception("checking %s failed", language.name)
            return not_checked(f"the checker failed: {type(error).__name__}: {error}", language, path, library)

    def kill(self) -> None:
        """End the worker at once; safe to call at any time."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def aclose(self) -> None:
        """End the worker and wait for its end."""
        process, self._process = self._process, None
        if process is None:
            return
        with anyio.CancelScope(shield=True):
            if process.returncode is None:
                process.kill()
            await process.aclose()

    async def _in_thread(self, work: Callable[[*_Given], _Made], *given: *_Given) -> _Made:
        return await anyio.to_thread.run_sync(work, *given, abandon_on_cancel=True, limiter=self._threads)

    async def _in_process(self, request: Request) -> CheckReport:
        is_done = False
        try:
            process = await self._started()
            assert process.stdin is not None
            await process.stdin.send(pickle.dumps(request))
            size = int.from_bytes(await _receive(process, 4), "big")
            report = CheckReport.model_validate_json(await _receive(process, size))
            is_done = True
            return report
        finally:
            if not is_done:
                # Its state is unknown: half a request written, or an answer to come that nobody waits for.
                await self.aclose()

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            await self.aclose()
            home = str(Path(__file__).parent.parent)
            search = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
            self._process = await anyio.open_process(
                [sys.executable, "-c", "from coding_standards.worker import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None,
                env={**os.environ, "PYTHONPATH": search},
            )
        return self._process


def not_checked(reason: str, language: Language, path: str | None, library: Library) -> CheckReport:
    """A report that proves nothing and says why."""
    place = library.place(path)
    items = tuple(
        ItemOutcome(id=item.id, title=item.title, outcome="not_checkable") for item in library.items_of(language, place)
    )
    return CheckReport(
        language=language.name,
        parsed=False,
        rules=items,
        project=tuple(text.source for text in library.texts_of(language, place)),
        notes=(f"Not checked: {reason}",),
    )


def prepare(library: Library, language: Language) -> None:
    """Import what a check needs and compile the rules of the language. Blocking; 0.2 s the first time."""
    from coding_standards.rulesets import ruleset_for  # late, see _request

    ruleset_for(library, language)


def _request(code: str, language: Language, path: str | None, dialect: str | None, library: Library) -> Request:
    from coding_standards.rulesets import ruleset_for  # late: it brings parsers that a handshake can do without

    return Request(code, language, ruleset_for(library, language, path), path, dialect)


def _quickly_checked(
    code: str, language: Language, path: str | None, dialect: str | None, library: Library
) -> CheckReport | None:
    """The report on code that no parser gets stuck in; None for other code."""
    from coding_standards.checker import check  # late, see _request
    from coding_standards.engines.slowness import is_quick
    from coding_standards.engines.source import Source

    if not is_quick(code, language, Source(code, language, path, dialect).grammar):
        return None
    request = _request(code, language, path, dialect, library)
    try:
        return check(request.code, request.language, request.ruleset, request.path, request.dialect)
    except Exception:
        raise
    except BaseException as error:
        # A panic in a Rust parser is no Exception; let through, it would end the server.
        raise ParserPanicError(str(error)) from error


async def _receive(process: Process, size: int) -> bytes:
    assert process.stdout is not None
    parts: list[bytes] = []
    while size > 0:
        parts.append(await process.stdout.receive(size))
        size -= len(parts[-1])
    return b"".join(parts)
