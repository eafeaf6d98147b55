"""Syntax by a grammar: what is certain, what is doubt, and what a compiler's own parser says to it.

Its one rule: a text is refused only when that is certain. The grammar is older than the language, so that an error in
its tree is certain only where the text shows why: a bracket or quote without its partner, two words that no grammar
puts together, or one missing mark that makes all the rest valid. Where the language's own parser is on the machine,
it decides.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from ast_grep_py import SgNode

from coding_standards.engines.astgrep.structure import Checks, Flaw, find_flaws
from coding_standards.engines.run import MAX_ERRORS, Syntax
from coding_standards.engines.source import Source, broken_nodes
from coding_standards.report import Finding

_MAX_ERRORS_SEEN = 30
"""To tell the place of a node takes as long as its line, and line ends that are semicolons leave one line."""


@dataclass(frozen=True)
class ParserVerdict:
    """What a compiler's own parser says of a text."""

    flaws: tuple[Flaw, ...]
    """Nothing where it accepts the text."""
    is_newest: bool = True
    """Whether it knows the newest form of the language, so that what it refuses is wrong."""


Parser = Callable[[str], AbstractContextManager[Callable[[], ParserVerdict | None]]]
"""A compiler's parser, begun with a text; None where there is none on this machine, or it gave no answer."""


@dataclass(frozen=True)
class Reading:
    """What was found out about a text without a compiler."""

    by_words: tuple[Flaw, ...]
    """Flaws of words and marks, and errors of the tree: what a parser decides."""
    by_structure: tuple[Flaw, ...] = ()
    """What compilers find later than their parser."""


@contextmanager
def begin_judging(
    source: Source, read: Callable[[Source], Reading], parser: Parser, name: str
) -> Iterator[Callable[[], Syntax]]:
    """Find out what can be without the compiler, while the compiler's parser of this name works."""
    with parser(source.code) as verdict:
        reading = read(source)
        yield lambda: judge(source, reading, verdict(), name)


def judge(source: Source, reading: Reading, verdict: ParserVerdict | None, name: str) -> Syntax:
    """The places where a text is not valid, and whether the parser of this name decided that."""
    if verdict is None or (verdict.flaws and not verdict.is_newest and not reading.by_words):
        return Syntax(tuple(_report(source, (*reading.by_words, *reading.by_structure))), "searched", "ast-grep")
    return Syntax(tuple(_report(source, verdict.flaws or reading.by_structure)), by=name)


def read_tree(tree: SgNode, checks: Checks, certain: Sequence[Flaw]) -> Reading:
    """What a tree and the certain flaws of its text come to."""
    errors = outermost(broken_nodes(tree))
    if not errors:
        return Reading(tuple(certain), tuple(itertools.islice(find_flaws(tree, checks), MAX_ERRORS)))
    is_certain = bool(certain) or all(not node.is_named() for node in errors)
    doubts = [Flaw(node.range().start.index, _describe(node), is_certain) for node in errors]
    return Reading((*certain, *doubts))


def read_shreds(source: Source, certain: Sequence[Flaw]) -> Reading:
    """The same for a text that is too broken or too deeply nested to be looked at closely."""
    if source.tree is None:
        return Reading((*certain, Flaw(0, "thousands of comments are open")))
    errors = outermost(source.broken)
    return Reading((*certain, *(Flaw(node.range().start.index, _describe(node)) for node in errors)))


def _report(source: Source, flaws: Iterable[Flaw]) -> list[Finding]:
    """One finding for each line, the certain ones first."""
    of_line: dict[int, Finding] = {}
    for flaw in sorted(flaws, key=lambda flaw: not flaw.is_certain):
        line, column = source.position(flaw.offset)
        message = f"Make this valid {source.language.title}: {flaw.message}."
        of_line.setdefault(line, source.syntax_finding(line, column, message, soft=not flaw.is_certain))
        if len(of_line) == MAX_ERRORS:
            break
    return list(of_line.values())


def outermost(nodes: Sequence[SgNode]) -> list[SgNode]:
    """The first of those that lie in no other."""
    kept: list[SgNode] = []
    end = -1
    for node in nodes[:_MAX_ERRORS_SEEN]:
        place = node.range()
        if place.start.index >= end:
            kept.append(node)
            end = place.end.index
        if len(kept) == MAX_ERRORS:
            break
    return kept


def _describe(node: SgNode) -> str:
    return "the parser does not understand it" if node.kind() == "ERROR" else f"`{node.kind()}` is missing here"
