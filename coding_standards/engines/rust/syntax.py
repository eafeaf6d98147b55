"""The syntax of Rust: its grammar, what the compiler finds beyond it, and rustfmt where that is on the machine.

Its one rule: nothing is built or run; rustfmt reads a text and knows of no file.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager

from ast_grep_py import SgRoot

from coding_standards.engines.astgrep.blank import find_certain
from coding_standards.engines.astgrep.judgement import Reading, begin_judging, read_shreds, read_tree
from coding_standards.engines.run import MAX_ERRORS, Syntax
from coding_standards.engines.rust import expressions, structure, text
from coding_standards.engines.source import Source, broken_nodes
from coding_standards.engines.toolchain import rustfmt

_CHECKS = {**structure.CHECKS, **expressions.CHECKS}


def begin(source: Source) -> AbstractContextManager[Callable[[], Syntax]]:
    """The places where the text is not valid Rust; rustfmt works until they are asked for."""
    return begin_judging(source, read, rustfmt.begin, "rustfmt")


def read(source: Source) -> Reading:
    """What is found out without the compiler."""
    blanked = text.read(source.code)
    certain = [*itertools.islice(text.find_flaws(blanked), MAX_ERRORS)]
    if source.tree is None or not source.is_searchable:
        return read_shreds(source, certain)
    tree = source.tree
    if broken_nodes(tree):
        tree = SgRoot(text.as_older(source.code, blanked), "rust").root()
        if broken_nodes(tree):
            found = find_certain(text.without_macros(blanked.text), text.IMPOSSIBLE)
            certain += itertools.islice(found, MAX_ERRORS)
    reading = read_tree(tree, _CHECKS, certain)
    numbers = (*reading.by_structure, *itertools.islice(text.find_wrong_numbers(blanked), MAX_ERRORS))
    if reading.by_words:
        return Reading(reading.by_words, numbers)
    reserved = itertools.islice(expressions.find_reserved(tree), MAX_ERRORS)
    return Reading((), (*numbers, *reserved))
