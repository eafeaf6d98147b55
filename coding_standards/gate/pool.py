"""Many files on all processors: worker processes that compile the rules once, and one loop that feeds them.

Its one rule: whatever a file does to a parser, the others are judged; a worker that hangs or dies over one is
replaced, and that file is told as not judged.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from coding_standards.gate.judging import Manner, Verdict, decode, judge_file, read_text
from coding_standards.gate.selection import Candidate
from coding_standards.languages import language_of_path
from coding_standards.library.snapshot import Library
from groundwork import lifetime

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext

FILE_S = 20.0
"""For one file and what stood in it before; the worst text known that is short enough takes some seconds."""
_AT_LEAST_PER_WORKER = 4
"""Files; for fewer a process costs more than it brings."""
_LAST_WORDS_S = 2.0
_COLLECT_EVERY = 100
"""Files; collecting goes on by itself in no process of this program, since it takes a tenth of the time."""

Judge = Callable[[Candidate, Library, Manner], Verdict]
_Work = tuple[Library, Manner, Judge, float]
"""What a worker is given when it starts: by what it judges, and how long it may take for a file."""


def judge_files(
    candidates: Sequence[Candidate],
    library: Library,
    manner: Manner,
    jobs: int,
    done: Callable[[int], None],
    *,
    judge: Judge = judge_file,
    file_s: float = FILE_S,
) -> list[Verdict]:
    """The verdicts in the order of the files. `done` is told how many there are, now and then.

    `file_s`: how long a worker may take for one file.
    """
    languages = {language_of_path(candidate.path) for candidate in candidates} - {None}
    workers = min(jobs, -(-len(candidates) // _AT_LEAST_PER_WORKER))
    if workers <= 1 and not _needs_guard(candidates):
        verdicts = []
        for number, candidate in enumerate(candidates, start=1):
            verdicts.append(_judge(candidate, library, manner, judge))
            done(number)
        return verdicts
    for language in languages:
        if language is not None:
            library.rules_for(language)  # compiled before the processes part, where they share memory
    with _Crew((library, manner, judge, file_s), max(workers, 1)) as crew:
        return crew.judge(candidates, done)


def _needs_guard(candidates: Sequence[Candidate]) -> bool:
    """Whether one of the files might keep a parser for ever: then it is judged where it can be killed."""
    # Late: they bring parsers.
    from coding_standards.engines.slowness import is_quick
    from coding_standards.engines.source import Source

    for candidate in candidates:
        language = language_of_path(candidate.path)
        if language is None:
            continue
        for text in (read_text(candidate), decode(candidate.before)):
            if text is not None and not is_quick(text, language, Source(text, language, candidate.path).grammar):
                return True
    return False


def _judge(candidate: Candidate, library: Library, manner: Manner, judge: Judge) -> Verdict:
    try:
        return judge(candidate, library, manner)
    except Exception as error:  # noqa: BLE001 - one file's failure is told, and the others are judged
        return _fail(candidate, f"the checker failed: {type(error).__name__}: {' '.join(str(error).split())[:200]}")


def _fail(candidate: Candidate, why: str) -> Verdict:
    language = language_of_path(candidate.path)
    return Verdict(candidate.path, language.name if language is not None else "", failed=why)


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    at: int | None = None
    """The number of the file that it has."""
    until: float = 0.0


class _Crew:
    """The workers; use it in a `with`, which leaves no process behind."""

    def __init__(self, work: _Work, count: int) -> None:
        # Where processes part with their memory nothing has to be read or compiled again. No thread runs here.
        self._how: ForkContext | SpawnContext = multiprocessing.get_context("spawn")
        if sys.platform == "linux":
            self._how = multiprocessing.get_context("fork")
        self._work, self._file_s = work, work[3]
        self._workers: list[_Worker] = []
        self._count = count

    def __enter__(self) -> _Crew:
        gc.freeze()  # else the first collection in a worker copies every page
        self._workers = [self._start() for _ in range(self._count)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            self._end(worker)

    def judge(self, candidates: Sequence[Candidate], done: Callable[[int], None]) -> list[Verdict]:
        """The verdicts in the order of the files."""
        verdicts: dict[int, Verdict] = {}
        # The largest first, so that none is left alone at the end.
        waiting = deque(sorted(range(len(candidates)), key=lambda at: -_size(candidates[at])))
        while len(verdicts) < len(candidates):
            for worker in self._workers:
                if worker.at is None and waiting:
                    self._give(worker, waiting.popleft(), candidates)
            busy = [worker for worker in self._workers if worker.at is not None]
            left_s = min(worker.until for worker in busy) - time.monotonic()
            ready = set(map(id, wait([worker.pipe for worker in busy], timeout=max(left_s, 0.0))))
            for worker in busy:
                if worker.at is None or (id(worker.pipe) not in ready and worker.until > time.monotonic()):
                    continue
                candidate = candidates[worker.at]
                if id(worker.pipe) in ready:
                    verdicts[worker.at] = self._take(worker, candidate)
                else:
                    verdicts[worker.at] = _fail(
                        candidate, f"took longer than {self._file_s:g} s; exclude it, or split it"
                    )
                    self._replace(worker)
                worker.at = None
            done(len(verdicts))
        return [verdicts[number] for number in range(len(candidates))]

    def _give(self, worker: _Worker, number: int, candidates: Sequence[Candidate]) -> None:
        worker.at, worker.until = number, time.monotonic() + self._file_s
        with contextlib.suppress(OSError):  # it is gone, which the loop will see
            worker.pipe.send(candidates[number])

    def _take(self, worker: _Worker, candidate: Candidate) -> Verdict:
        try:
            verdict: Verdict = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return _fail(candidate, "the parser broke off; exclude the file, or split it")
        return verdict

    def _replace(self, worker: _Worker) -> None:
        self._end(worker)
        self._workers[self._workers.index(worker)] = self._start()

    def _start(self) -> _Worker:
        ours, theirs = self._how.Pipe()
        process = self._how.Process(target=_serve, args=(theirs, *self._work), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _end(self, worker: _Worker) -> None:
        if worker.at is not None:
            worker.process.kill()
        with contextlib.suppress(OSError):
            worker.pipe.send(None)
        worker.pipe.close()
        worker.process.join(_LAST_WORDS_S)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _size(candidate: Candidate) -> int:
    if candidate.text is not None:
        return len(candidate.text)
    try:
        return candidate.file.stat().st_size
    except OSError:
        return 0


def _serve(pipe: Connection, library: Library, manner: Manner, judge: Judge, file_s: float) -> None:
    # Ctrl-C goes to the whole group; the parent ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lifetime.end_with_parent()
    for number in count(1):
        if number % _COLLECT_EVERY == 0:
            gc.collect()
        try:
            candidate: Candidate | None = pipe.recv()
        except (EOFError, OSError):
            return
        if candidate is None:
            return
        _set_alarm(file_s + 1)
        verdict = _judge(candidate, library, manner, judge)
        _set_alarm(0)
        try:
            pipe.send(verdict)
        except OSError:
            return


def _set_alarm(seconds: float) -> None:
    # The kernel ends this process even inside a parser and without a parent: SIGALRM's default needs no interpreter.
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def count_processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
