"""What code offers to others: its public symbols, whether each is documented, and whether the file holds tests.

Its one rule: it states facts and judges nothing; a language without an entry here has no symbols to tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import cast

from ast_grep_py import Config, SgNode

from coding_standards.engines.needs import needs_of
from coding_standards.engines.source import Source
from coding_standards.report import Symbol
from coding_standards.symbols.go import find_go
from coding_standards.symbols.java import find_java
from coding_standards.symbols.python import find_python
from coding_standards.symbols.rust import find_rust
from coding_standards.symbols.script import find_script
from coding_standards.symbols.sql import find_sql

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

_TESTS: dict[str, dict[str, object]] = {
    "python": {
        "any": [
            {"kind": "function_definition", "has": {"field": "name", "regex": "^test_"}},
            {"kind": "class_definition", "has": {"field": "superclasses", "regex": r"\bTestCase\b"}},
        ]
    },
    "javascript": {
        "kind": "call_expression",
        "all": [
            {"has": {"field": "function", "regex": r"^(describe|it|test|Deno\.test|QUnit\.test)(\.[A-Za-z0-9_]+)*$"}},
            {
                "has": {
                    "field": "arguments",
                    "has": {"any": [{"kind": "arrow_function"}, {"kind": "function_expression"}]},
                }
            },
        ],
    },
    "java": {
        "any": [{"kind": "marker_annotation"}, {"kind": "annotation"}],
        "regex": r"^@([A-Za-z0-9_]+\.)*(Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\b",
    },
    "go": {
        "kind": "function_declaration",
        "all": [
            {"has": {"field": "name", "regex": "^(Test|Benchmark|Fuzz)([A-Z_0-9]|$)"}},
            {"has": {"field": "parameters", "regex": r"\*testing\.[TBFM]\b"}},
        ],
    },
    "rust": {"kind": "attribute_item", "regex": r"^#\[([A-Za-z0-9_]+::)*(test|rstest|test_case|cfg\(test\))\b"},
}
_TESTS["typescript"] = _TESTS["tsx"] = _TESTS["javascript"]
_TESTS_NEED = {grammar: needs_of(rule) for grammar, rule in _TESTS.items()}
_SQL_TEST = re.compile(
    r"\b(?:select\s+(?:\*\s+from\s+)?(?:plan|finish|no_plan)\s*\(|tSQLt\.|ut\.expect\s*\()", re.IGNORECASE
)


def tells_symbols(source: Source) -> bool:
    """Whether the language has symbols that this module can tell."""
    return source.language.name == "sql" or source.grammar in _FINDERS


def public_symbols(source: Source) -> tuple[Symbol, ...]:
    """The public symbols in the order of the text; empty where the language has none."""
    if source.language.name == "sql":
        return tuple(find_sql(source))[:MAX_SYMBOLS]
    finder = _FINDERS.get(source.grammar or "")
    if finder is None or source.tree is None or not source.is_searchable:
        return ()
    return tuple(sorted(finder(source.tree), key=lambda symbol: symbol.line))[:MAX_SYMBOLS]


def has_tests(source: Source) -> bool:
    """Whether the file holds tests of a framework that is usual in its language."""
    if source.language.name == "sql":
        return _SQL_TEST.search(source.code) is not None
    rule = _TESTS.get(source.grammar or "")
    if rule is None or source.tree is None or not source.is_searchable:
        return False
    if not _TESTS_NEED[source.grammar or ""].is_met(source.seen):
        return False
    return source.tree.find(cast(Config, {"rule": rule})) is not None
