"""Rust's own parser: rustfmt, which reads a text from standard input and opens no module that it names.

Its one rule: only what it says of places in the text counts. A text is tried in the newest edition first; one that
only an older edition takes is doubtful, not wrong.
"""

from __future__ import annotations

import re

from coding_standards.engines.astgrep.judgement import ParserVerdict
from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.toolchain.places import offset_of
from coding_standards.engines.toolchain.process import ask, find

_EDITIONS = ("2024", "2021", "2015")
_ERROR = re.compile(r"^error(?:\[\w+\])?: (.+)\n +--> <stdin>:(\d+):(\d+)$", re.MULTILINE)
_MAX_ERRORS = 20


def parse(code: str) -> ParserVerdict | None:
    """What rustfmt says of the text; None where it is missing or gave no answer."""
    newest = _ask(code, _EDITIONS[0])
    if newest is None:
        return None
    if not newest or _ERROR.search(newest) is None:
        return ParserVerdict(()) if not newest else None
    told = _ERROR.findall(newest)[:_MAX_ERRORS]
    older = next((edition for edition in _EDITIONS[1:] if _ask(code, edition) == ""), "")
    more = f"; edition {older} takes it" if older else ""
    return ParserVerdict(
        tuple(Flaw(offset_of(code, int(row), int(at)), message + more, not older) for message, row, at in told)
    )


def _ask(code: str, edition: str) -> str | None:
    """The errors of one edition, empty where it takes the text; None without an answer."""
    program = find("rustfmt")
    if program is None:
        return None
    answer = ask([program, "--edition", edition, "--emit", "stdout", "--quiet"], code)
    if answer is None or answer.code == 0:
        return "" if answer is not None else None
    return answer.errors if "error" in answer.errors else None
