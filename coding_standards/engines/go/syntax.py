"""The syntax of Go: its grammar over a text whose line ends are semicolons, and gofmt where that is on the machine.

Its one rule: nothing is built or run; gofmt reads a text and knows of no file.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager

from ast_grep_py import SgNode, SgRoot

from coding_standards.engines.astgrep.blank import find_certain, impossible
from coding_standards.engines.astgrep.judgement import (
    Reading,
    begin_judging,
    outermost,
    read_shreds,
    read_tree,
)
from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.go.structure import CHECKS
from coding_standards.engines.go.text import GoText
from coding_standards.engines.run import MAX_ERRORS, Syntax
from coding_standards.engines.source import Source, broken_nodes
from coding_standards.engines.toolchain import gofmt

_NEW = re.compile(r"\bnew\(")
_METHOD_TYPES = re.compile(r"(\bfunc\s*\([^()]*\)\s*\w+\s*)(\[(?:[^\[\]]|\[[^\[\]]*\])*\])(?=\s*\()")
_BEGINNING = re.compile(r"\ufeff?(?:\s|//[^\n]*+|/\*.*?\*/)*+", re.DOTALL)
"""Comments may stand before the package clause, and nothing else."""
_PACKAGE = re.compile(r"package\b|\Z")
_MAX_CALLS = 500
"""Calls of `new` looked at: each may be as long as the rest of the text."""
_PARENTHESIS = re.compile(r"[()]")
_IMPOSSIBLE = impossible(after_comma=")]}", words="_")


def begin(source: Source) -> AbstractContextManager[Callable[[], Syntax]]:
    """The places where the text is not valid Go; gofmt works until they are asked for."""
    return begin_judging(source, read, gofmt.begin, "gofmt")


def read(source: Source) -> Reading:
    """What is found out without the compiler."""
    text = source.once(GoText)
    certain = [*_find_beginning(source.code), *itertools.islice(text.flaws(), MAX_ERRORS)]
    if not source.is_searchable:
        return read_shreds(source, certain)
    tree = SgRoot(text.text, "go").root()
    errors = broken_nodes(tree)
    if errors:
        tree = SgRoot(_as_older(text, outermost(errors)), "go").root()
        if broken_nodes(tree):
            certain += itertools.islice(find_certain(text.blank, _IMPOSSIBLE), MAX_ERRORS)
    return read_tree(tree, CHECKS, certain)


def _find_beginning(code: str) -> Iterator[Flaw]:
    beginning = _BEGINNING.match(code)
    start = beginning.end() if beginning else 0
    if not _PACKAGE.match(code, start):
        yield Flaw(start, "a file begins with its `package` clause")


def _as_older(text: GoText, errors: Iterable[SgNode]) -> str:
    """The text with what is newer than the grammar in older words, where its errors are.

    `new` takes a value since Go 1.26, as any other function does, and methods have type parameters since Go 1.27.
    """
    places = [(node.range().start.index, node.range().end.index) for node in errors]
    marks = list(text.text)
    for call in itertools.islice(_NEW.finditer(text.blank), _MAX_CALLS):
        end = _find_end(text.blank, call.end())
        if any(start <= end and stop >= call.start() for start, stop in places):
            marks[call.end() - 2] = "u"
    for method in _METHOD_TYPES.finditer(text.blank):
        marks[method.start(2) : method.end(2)] = " " * len(method[2])
    return "".join(marks)


def _find_end(text: str, start: int) -> int:
    """The place of the parenthesis that closes the one before `start`; the text's end where there is none."""
    depth = 1
    for found in _PARENTHESIS.finditer(text, start):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.start()
    return len(text)
