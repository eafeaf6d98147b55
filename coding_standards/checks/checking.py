"""Checks with a time limit: short code in a thread, long code in a process that can be killed.

Its one rule: whatever the code is, the caller has a report within the limit and the server keeps answering.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar, TypeVarTuple

import anyio
import anyio.to_thread

from coding_standards.checks.worker import LIMIT_S, Request
from coding_standards.checks.workers import OverdueError, WorkerEndedError, Workers
from coding_standards.languages import Language
from coding_standards.library.snapshot import Library
from coding_standards.report import CheckReport, ItemOutcome

_PARALLEL = 4
"""Checks in threads at once; they share one interpreter lock, so that more would only make each slower."""

ANSWER_S = LIMIT_S + 10.0
"""When there is an answer at the latest, the wait in line included: two hundred calls at once take 8 s, and those
who ask wait 15 s (the code assistant) or a minute (hosts)."""

_Made = TypeVar("_Made")
_Given = TypeVarTuple("_Given")

log = logging.getLogger(__name__)


class ParserPanicError(RuntimeError):
    """A native parser gave up in a way that Python does not count as an error."""


class CheckRunner:
    """Runs checks for the server."""

    def __init__(self, workers: Workers | None = None, answer_s: float = ANSWER_S) -> None:
        self._threads = anyio.CapacityLimiter(_PARALLEL)
        self._workers = workers or Workers()
        self._answer_s = answer_s

    async def check(
        self,
        code: str,
        language: Language,
        path: str | None,
        dialect: str | None,
        library: Library,
        existing: str | None = None,
        *,
        beside: Mapping[str, str] | None = None,
    ) -> CheckReport:
        """The report on `code`, or one that says why there is none. `existing` is what stood there before.

        `beside`: the other files by path where what a machine can mend is to be mended first; the report has the text.
        """
        try:
            deadline = anyio.current_time() + self._answer_s
            with anyio.fail_after(self._answer_s):
                begun = await self._in_thread(_begin, code, language, path, dialect, library, existing, beside)
            return begun if isinstance(begun, CheckReport) else await self._workers.check(begun, deadline)
        except TimeoutError:
            return not_checked("the checker was busy; check again", language, path, library)
        except OverdueError:
            why = f"the check took longer than {LIMIT_S:g} s; check smaller parts"
            return not_checked(why, language, path, library)
        except WorkerEndedError as error:
            log.warning("the check process ended: %r", error.__cause__)
            return not_checked("the parser broke off; check smaller parts", language, path, library)
        except Exception as error:  # the tool boundary: a defect in one checker must not look like a verdict
            log.exception("checking %s failed", language.name)
            return not_checked(f"the checker failed: {type(error).__name__}: {error}", language, path, library)

    def kill(self) -> None:
        """End the workers at once; safe to call at any time."""
        self._workers.kill()

    async def aclose(self) -> None:
        """End the workers and wait for their end."""
        await self._workers.aclose()

    async def _in_thread(self, work: Callable[[*_Given], _Made], *given: *_Given) -> _Made:
        return await anyio.to_thread.run_sync(work, *given, abandon_on_cancel=True, limiter=self._threads)


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
    from coding_standards.checks.checker import ruleset_for  # late, see _begin

    ruleset_for(library, language)


def _begin(
    code: str,
    language: Language,
    path: str | None,
    dialect: str | None,
    library: Library,
    existing: str | None,
    beside: Mapping[str, str] | None,
) -> CheckReport | Request:
    """The report on code that no parser gets stuck in; for other code what a worker is asked."""
    from coding_standards.checks.checker import ruleset_for  # late: it brings parsers that a handshake can do without
    from coding_standards.checks.mending import judge
    from coding_standards.engines.slowness import is_quick
    from coding_standards.engines.source import Source

    request = Request(code, language, ruleset_for(library, language, path), path, dialect, existing, beside)
    texts = (code, existing) if existing is not None else (code,)
    if not all(is_quick(text, language, Source(text, language, path, dialect).grammar) for text in texts):
        return request
    try:
        return judge(request)
    except Exception:
        raise
    except BaseException as error:
        # A panic in a Rust parser is no Exception; let through, it would end the server.
        raise ParserPanicError(str(error)) from error
