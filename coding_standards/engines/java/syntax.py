"""The syntax of Java: its grammar, what the compiler finds beyond it, and javac's own parser where that is.

Its one rule: nothing is compiled or run; javac's parser reads a text and knows of no file.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager

from ast_grep_py import SgRoot

from coding_standards.engines.astgrep.blank import find_certain
from coding_standards.engines.astgrep.judgement import Reading, begin_judging, read_shreds, read_tree
from coding_standards.engines.java import statements, structure, text
from coding_standards.engines.run import MAX_ERRORS, Syntax
from coding_standards.engines.source import Source, broken_nodes
from coding_standards.engines.toolchain import javac

_CHECKS = {**structure.CHECKS, **statements.CHECKS}


def begin(source: Source) -> AbstractContextManager[Callable[[], Syntax]]:
    """The places where the text is not valid Java; javac works until they are asked for."""
    return begin_judging(source, read, javac.begin, "javac")


def read(source: Source) -> Reading:
    """What is found out without the compiler."""
    blanked = text.read(source.code)
    certain = [*itertools.islice(text.find_flaws(blanked), MAX_ERRORS)]
    if source.tree is None or not source.is_searchable:
        return read_shreds(source, certain)
    tree = source.tree
    if broken_nodes(tree):
        tree = SgRoot(text.as_older(source.code, blanked), "java").root()
        if broken_nodes(tree):
            certain += itertools.islice(find_certain(blanked.text, text.IMPOSSIBLE), MAX_ERRORS)
    reading = read_tree(tree, _CHECKS, certain)
    names = () if reading.by_words else itertools.islice(statements.find_wrong_names(tree), MAX_ERRORS)
    later = (*statements.find_mixed_switches(tree), *names)
    return Reading(reading.by_words, (*reading.by_structure, *later))
