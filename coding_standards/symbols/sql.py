"""The public symbols of SQL, found in the text: a script in any dialect has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.source import Source
from coding_standards.report import Symbol

_SQL_SYMBOL = re.compile(
    r"^[ \t]*create\s+(?:or\s+(?:replace|alter)\s+)?(?:(?:unlogged|materialized)\s+)?"
    r"(?P<kind>table|view|function|procedure)\s+(?:if\s+not\s+exists\s+)?(?P<name>[\w.\"`\[\]]+)",
    re.IGNORECASE | re.MULTILINE,
)


def find_sql(source: Source) -> Iterator[Symbol]:
    """Tables, views, functions and procedures that the script creates."""
    for found in _SQL_SYMBOL.finditer(source.code):
        line = source.code.count("\n", 0, found.start("kind")) + 1
        name = found["name"]
        yield Symbol(name=name, kind=found["kind"].lower(), line=line, documented=_has_sql_doc(source, line, name))


def _has_sql_doc(source: Source, line: int, name: str) -> bool:
    before = next((text.strip() for text in reversed(source.lines[: line - 1]) if text.strip()), "")
    if before.startswith("--") or before.endswith("*/"):
        return True
    pattern = rf"comment\s+on\s+(?:\w+\s+){{1,2}}{re.escape(name)}\b"
    return re.search(pattern, source.code, re.IGNORECASE) is not None
