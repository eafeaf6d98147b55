"""Go's own parser: `gofmt -e`, which reads a text from standard input and no file.

Its one rule: only what it says of places in the text counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from coding_standards.engines.astgrep.judgement import ParserVerdict
from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.places import PlacedText
from coding_standards.engines.process import LinterAnswer
from coding_standards.engines.run import MAX_ERRORS
from coding_standards.engines.toolchain.process import begin as begin_process
from coding_standards.engines.toolchain.process import find

_ERROR = re.compile(r"^<standard input>:(\d+):(\d+): (.+)$", re.MULTILINE)
_FILE = re.compile(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*package\b", re.DOTALL)
_NEWER = "must have no type parameters"
"""What a gofmt before Go 1.27 says of a method that has some; no other syntax is newer than Go 1.18."""


@contextmanager
def begin(code: str) -> Iterator[Callable[[], ParserVerdict | None]]:
    """What gofmt says of the text, once it is asked for; None where it is missing or gave no answer."""
    program = find("gofmt")
    if program is None or not _FILE.match(code):  # to gofmt a piece of a file is good as well
        yield lambda: None
        return
    with begin_process([program, "-e"], code) as answer:
        yield lambda: _read(code, answer())


def _read(code: str, answer: LinterAnswer | None) -> ParserVerdict | None:
    if answer is None or answer.code not in (0, 2):
        return None
    told = [one for one in _ERROR.findall(answer.errors)[:MAX_ERRORS] if _NEWER not in one[2]]
    text = PlacedText(code)
    found = [Flaw(text.offset(int(row), int(column), in_bytes=True), message) for row, column, message in told]
    return ParserVerdict(tuple(found)) if found or answer.code == 0 or _NEWER in answer.errors else None
