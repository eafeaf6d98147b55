"""What code offers to others: its public symbols, whether each is documented, and whether the file holds tests.

Its one rule: it states facts and judges nothing; a language without an entry here has no symbols to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from ast_grep_py import SgNode

from coding_standards.engines.source import Source
from coding_standards.report import Symbol
from coding_standards.symbols.go import find_go
from coding_standards.symbols.java import find_java
from coding_standards.symbols.python import find_python
from coding_standards.symbols.rust import find_rust
from coding_standards.symbols.script import find_script
from coding_standards.symbols.sql import find_sql
from coding_standards.symbols.testing import Regions, find_test_regions, holds_tests

__all__ = ["MAX_SYMBOLS", "Regions", "find_test_regions", "holds_tests", "public_symbols", "tells_symbols"]

MAX_SYMBOLS = 500
"""More are not listed; a generated file can have ten thousand."""

_Finder = Callable[[SgNode], Iterator[Symbol]]

_FINDERS: dict[str, _Finder] = {
    "python": find_python,
    "javascript": find_script,
    "typescript": find_script,
    "tsx": find_script,
    "java": find_java,
    "go": find_go,
    "rust": find_rust,
}


def tells_symbols(source: Source) -> bool:
    """Whether the language has symbols that this module can tell."""
    return source.language.name == "sql" or source.grammar in _FINDERS


def public_symbols(source: Source) -> tuple[Symbol, ...]:
    """The public symbols in the order of the text; empty where the language has none."""
    if source.language.name == "sql":
        return tuple(islice(find_sql(source), MAX_SYMBOLS))
    finder = _FINDERS.get(source.grammar or "")
    if finder is None or source.tree is None or not source.is_searchable:
        return ()
    return tuple(sorted(islice(finder(source.tree), MAX_SYMBOLS), key=lambda symbol: symbol.line))
