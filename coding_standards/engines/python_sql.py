"""Queries in Python that hold values where placeholders belong, and that are executed in the same piece of code.

Its one rule: a query that is only made, or that travels further under another name, is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from ast_grep_py import Config, SgNode

from coding_standards.engines.named import Hit
from coding_standards.engines.python_templates import Hole, parts_of, whole_of
from coding_standards.engines.sql_values import is_query, unsafe_holes
from coding_standards.engines.text import Text

_EXECUTES = (
    "execute|executemany|executescript|exec_driver_sql|execute_sql|raw|query|sql|fetch|fetchrow|fetchval|fetch_all|"
    "fetch_one|fetch_val|iterate|scalar|scalars|read_sql|read_sql_query|mogrify"
)
_WRAPS = "text|SQL|TextClause"
_IS_EXECUTING = re.compile(rf"(?:.*\.(?:{_EXECUTES})|execute|executemany|read_sql|read_sql_query)\Z", re.DOTALL)
_IS_WRAPPING = re.compile(rf"(?:\w+\.)*(?:{_WRAPS})\Z")
_QUERY_NAMES = frozenset({"sql", "query", "statement", "stmt", "operation", "clause", "text"})
_WORDS = ("execute", "exec_driver_sql", ".query(", ".sql(", "read_sql", ".raw(", "fetch", ".scalar", "mogrify", "text(")
_BEGINS = re.compile(r"[\"']\s*(?:select|insert|update|delete|replace|with|merge)\s")
_STRINGS: Config = cast(
    Config,
    {
        "rule": {
            "kind": "string",
            "regex": "^[A-Za-z]*[\"']+\\s*(?i:select|insert|update|delete|replace|with|merge)\\s",
        }
    },
)
_MAX_STRINGS = 100
_CHANGES: Config = cast(Config, {"rule": {"any": [{"kind": "assignment"}, {"kind": "augmented_assignment"}]}})


def pasted_values(text: Text) -> Iterator[Hit]:
    """Values that are pasted into a query which is executed."""
    source = text.source
    if source.grammar != "python" or not source.is_searchable or source.tree is None:
        return
    folded = source.seen.folded
    if not any(word in folded for word in _WORDS) or not _BEGINS.search(folded):
        return
    seen: set[int] = set()
    growing: dict[tuple[int, str], SgNode] = {}
    for string in source.tree.find_all(_STRINGS)[:_MAX_STRINGS]:
        whole = whole_of(string)
        start = whole.range().start.index
        if start not in seen:
            seen.add(start)
            yield from _judged(whole, source.code, growing)
    yield from _grown(source.tree, source.code, growing)


def _judged(whole: SgNode, code: str, growing: dict[tuple[int, str], SgNode]) -> Iterator[Hit]:
    parts = parts_of(whole)
    if not is_query(parts):
        return
    target = _target(whole)
    if target is not None:
        scope = _scope(target)
        growing[scope.range().start.index, target.text()] = scope
    hole = next(unsafe_holes(parts), None)
    if hole is not None and (_is_executed_as(target, code) if target is not None else _is_passed(whole, code)):
        yield _hit(whole, hole)


def _grown(tree: SgNode, code: str, growing: dict[tuple[int, str], SgNode]) -> Iterator[Hit]:
    """What is added to a query later: `query += f" AND name = '{name}'"`."""
    names = {name for _, name in growing}
    if not any(re.search(rf"\b{re.escape(name)}\s*(?:\+=|=\s*{re.escape(name)}\s*\+)", code) for name in names):
        return
    for change in tree.find_all(_CHANGES)[:_MAX_STRINGS]:
        left, right = change.field("left"), change.field("right")
        if left is None or right is None or left.text() not in names:
            continue
        if change.kind() == "assignment" and not re.match(rf"{re.escape(left.text())}\s*\+", right.text()):
            continue
        if (_scope(left).range().start.index, left.text()) not in growing:
            continue
        hole = next(unsafe_holes(parts_of(right)), None)
        if hole is not None and _is_executed_as(left, code):
            yield _hit(right, hole)


def _hit(whole: SgNode, hole: Hole) -> Hit:
    start = (hole.node or whole).range().start
    return Hit(start.line + 1, start.column + 1)


def _target(whole: SgNode) -> SgNode | None:
    """The variable or attribute that the query is given to."""
    parent = whole.parent()
    if parent is None or parent.kind() not in {"assignment", "named_expression"}:
        return None
    left = parent.field("left") or parent.field("name")
    return left if left is not None and left.kind() in {"identifier", "attribute"} else None


def _scope(target: SgNode) -> SgNode:
    """Where the name means the same: the function, or the whole file for an attribute."""
    last = target
    for node in target.ancestors():
        last = node
        if node.kind() == "function_definition" and target.kind() == "identifier":
            break
    return last


def _is_executed_as(target: SgNode, code: str) -> bool:
    scope = _scope(target)
    text = code if scope.kind() == "module" else scope.text()
    name = re.escape(target.text())
    call = rf"(?:\.(?:{_EXECUTES})|\b(?:execute|executemany|read_sql|read_sql_query))\(\s*"
    argument = rf"(?:\w+\s*=\s*)?(?:(?:\w+\.)*(?:{_WRAPS})\(\s*)?{name}\s*[,)]"
    return re.search(call + argument, text) is not None


def _is_passed(node: SgNode, code: str) -> bool:
    """Whether it is what a call executes, as its first argument or under a name such as `sql`."""
    parent = node.parent()
    if parent is not None and parent.kind() == "keyword_argument":
        name = parent.field("name")
        if name is None or name.text() not in _QUERY_NAMES:
            return False
        node, parent = parent, parent.parent()
    elif parent is not None and parent.kind() == "argument_list":
        first = next((child for child in parent.children() if child.is_named() and child.kind() != "comment"), None)
        if first is None or first != node:
            return False
    call = parent.parent() if parent is not None and parent.kind() == "argument_list" else None
    function = call.field("function") if call is not None else None
    if call is None or function is None:
        return False
    if _IS_WRAPPING.match(function.text()):
        return "sqlalchemy" in code or "sqlmodel" in code or _is_passed(call, code)
    return _IS_EXECUTING.match(function.text()) is not None
