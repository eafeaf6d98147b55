"""The public symbols of SQL, found in the text: a script in any dialect has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.astgrep.blank import keep_lines
from coding_standards.engines.source import Source
from coding_standards.report import Symbol

_SQL_SYMBOL = re.compile(
    r"^[ \t]*create\s+(?:or\s+(?:replace|alter)\s+)?(?:definer\s*=\s*\S+\s+)?"
    r"(?:(?:unlogged|materialized|recursive|foreign|external)\s+)?"
    r"(?P<kind>table|view|function|procedure)\s+(?:if\s+not\s+exists\s+)?(?P<name>[\w.\"`\[\]]+)"
    r"(?![\w.\"`\[\]]|\s+partition\s+of\b)",
    re.IGNORECASE | re.MULTILINE,
)
_COMMENT_ON = re.compile(r"\bcomment\s+on\s+(?:materialized\s+)?\w+\s+([\w.\"`\[\]]+)", re.IGNORECASE)
_COMMENT_OPTION = re.compile(r"\bcomment\s{0,9}=?\s{0,9}'", re.IGNORECASE)
_BODY = re.compile(r"\b(?:begin|as|return)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:delimiter\b|drop\s|if\s|go$|set\s)", re.IGNORECASE)
"""What may stand between a comment and what it documents."""
# No string over several lines: an apostrophe too many would turn the rest of the text inside out.
_TOKEN = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|--[^\n]*|/\*.*?(?:\*/|\Z)|\$\w*\$", re.DOTALL)
_MAX_OPEN = 50
"""Marks `$tag$` that are opened and never closed; each is looked for to the end of the text."""
_LOOKS_BACK = 20
_LOOKS_ON = 20_000
"""Characters of a statement in which its options are looked for."""


def find_sql(source: Source) -> Iterator[Symbol]:
    """Tables, views, functions and procedures that the script creates."""
    code = _bare(source.code)
    told = {_plain(name) for name in _COMMENT_ON.findall(code)}
    for found in _SQL_SYMBOL.finditer(code):
        kind, name = found["kind"].lower(), found["name"]
        documented = _plain(name) in told or _is_told_above(source, found.start()) or _has_option(code, found, kind)
        yield Symbol(name=name, kind=kind, line=source.position(found.start("kind"))[0], documented=documented)


def _plain(name: str) -> str:
    return re.sub(r"[\"`\[\]]", "", name.rpartition(".")[2]).lower()


def _is_told_above(source: Source, start: int) -> bool:
    """Whether a comment ends in the lines above, or before it in its line."""
    if source.code[start : start + 200].lstrip().startswith("/*"):
        return True
    above = source.position(start)[0] - 1
    for text in reversed(source.lines[max(0, above - _LOOKS_BACK) : above]):
        stripped = text.strip()
        if stripped and not _BETWEEN.match(stripped):
            return stripped.startswith("--") or stripped.endswith("*/")
    return False


def _has_option(code: str, found: re.Match[str], kind: str) -> bool:
    """Whether the statement has a `COMMENT '...'` of its own; one in the brackets of a table is a column's."""
    end = code.find(";", found.end(), found.end() + _LOOKS_ON)
    statement = code[found.end() : end if end >= 0 else found.end() + _LOOKS_ON]
    if kind == "table":
        return _COMMENT_OPTION.search(statement, statement.rfind(")") + 1) is not None
    body = _BODY.search(statement)
    return _COMMENT_OPTION.search(statement, 0, body.start() if body else len(statement)) is not None


def _bare(code: str) -> str:
    """The code with what stands in comments, strings and `$$` bodies blanked; every offset stays."""
    # The client of MySQL may take `$$` for the end of a statement.
    has_bodies = re.search(r"^[ \t]*delimiter[ \t]+\$", code, re.IGNORECASE | re.MULTILINE) is None
    parts: list[str] = []
    position = opened = 0
    while found := _TOKEN.search(code, position):
        start, end = found.span()
        mark = found[0]
        inner = (start, end) if mark.startswith(("--", "/*")) else (start + 1, end - 1)
        if mark.startswith("$"):
            close = code.find(mark, end) if has_bodies and opened < _MAX_OPEN else -1
            opened += close < 0
            inner = (end, close if close >= 0 else end)
            end = close + len(mark) if close >= 0 else end
        elif mark.startswith('"'):
            inner = (end, end)
        parts += [code[position : inner[0]], keep_lines(code[slice(*inner)]), code[inner[1] : end]]
        position = end
    return "".join([*parts, code[position:]])
