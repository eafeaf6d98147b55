"""Rust's own parser: rustfmt, which reads a text from standard input and opens no module that it names.

Its one rule: only what it says of places in the text counts. A text is tried in the newest edition first; one that
only an older edition takes is doubtful, not wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from coding_standards.engines.astgrep.judgement import ParserVerdict
from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.places import PlacedText
from coding_standards.engines.process import LinterAnswer
from coding_standards.engines.run import MAX_ERRORS
from coding_standards.engines.toolchain.process import begin as begin_process
from coding_standards.engines.toolchain.process import find

_EDITIONS = ("2024", "2021", "2015")
_ERROR = re.compile(r"^error(?:\[\w+\])?: (.+)\n +--> <stdin>:(\d+):(\d+)$", re.MULTILINE)


@contextmanager
def begin(code: str) -> Iterator[Callable[[], ParserVerdict | None]]:
    """What rustfmt says of the text, once it is asked for; None where it is missing or gave no answer."""
    with _begin(code, _EDITIONS[0]) as answer:
        yield lambda: _read(code, _errors(answer()))


def _read(code: str, newest: str | None) -> ParserVerdict | None:
    if newest is None:
        return None
    if not newest or _ERROR.search(newest) is None:
        return ParserVerdict(()) if not newest else None
    told = _ERROR.findall(newest)[:MAX_ERRORS]
    older = next((edition for edition in _EDITIONS[1:] if _is_taken(code, edition)), "")
    more = f"; edition {older} takes it" if older else ""
    text = PlacedText(code)
    return ParserVerdict(
        tuple(Flaw(text.offset(int(row), int(at)), message + more, not older) for message, row, at in told)
    )


def _begin(code: str, edition: str) -> AbstractContextManager[Callable[[], LinterAnswer | None]]:
    program = find("rustfmt")
    if program is None:
        return nullcontext(lambda: None)
    return begin_process([program, "--edition", edition, "--emit", "stdout", "--quiet"], code)


def _is_taken(code: str, edition: str) -> bool:
    with _begin(code, edition) as answer:
        return _errors(answer()) == ""


def _errors(answer: LinterAnswer | None) -> str | None:
    """The errors of an answer, empty where the text is taken; None without an answer."""
    if answer is None or answer.code == 0:
        return "" if answer is not None else None
    return answer.errors if "error" in answer.errors else None
