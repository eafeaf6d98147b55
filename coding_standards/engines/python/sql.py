"""Queries in Python that hold values where placeholders belong, and that are executed in the same piece of code.

Its one rule: a query that is only made, or that travels further under another name, is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import cast

from ast_grep_py import Config, SgNode

from coding_standards.engines.named import Hit
from coding_standards.engines.python.sql_values import is_query, unsafe_holes
from coding_standards.engines.python.templates import Hole, Part, template_parts, whole_template
from coding_standards.engines.text.lines import Text

_EXECUTES = (
    "execute|executemany|executescript|exec_driver_sql|execute_sql|raw|query|sql|fetch|fetchrow|fetchval|fetch_all|"
    "fetch_one|fetch_val|iterate|scalar|scalars|read_sql|read_sql_query|mogrify"
)
_WRAPS = "text|SQL|TextClause"
_IS_EXECUTING = re.compile(rf"(?:.*\.(?:{_EXECUTES})|execute|executemany|read_sql|read_sql_query)\Z", re.DOTALL)
_IS_WRAPPING = re.compile(rf"(?:\w+\.)*(?:{_WRAPS})\Z")
_EXECUTED = re.compile(
    rf"(?:\.(?:{_EXECUTES})|\b(?:execute|executemany|read_sql|read_sql_query))\(\s*"
    rf"(?:\w+=)?(?:(?:\w+\.)?(?:{_WRAPS})\(\s*)?((?:\w+\.)*\w+)\s*[,)]"
)
_GROWS = re.compile(r"^[ \t]*([\w.]+)[ ]*(?:\+=|=[ ]*\1[ ]*\+)", re.MULTILINE)
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
_WORD = re.compile(r"\w+")
_BINDS = re.compile(r"\b(?:for|as|global|nonlocal|import)\b[^\n:=]{0,200}|\b\w+[ ]{0,9}:=")
"""What else gives a name a value."""
_MAX_STRINGS = 300
_MAX_CHANGES = 2_000
_CHANGES: Config = cast(Config, {"rule": {"any": [{"kind": "assignment"}, {"kind": "augmented_assignment"}]}})


def find_pasted_values(text: Text) -> Iterator[Hit]:
    """Values that are pasted into a query which is executed."""
    source = text.source
    if source.grammar != "python" or not source.is_searchable or source.tree is None:
        return
    folded = source.seen.folded
    if any(word in folded for word in _WORDS) and _BEGINS.search(folded):
        yield from _Queries(source.tree, source.code).pasted()


class _Queries:
    """The queries of one file, and where each is executed."""

    def __init__(self, tree: SgNode, code: str) -> None:
        self._tree = tree
        self._code = code
        self._held: dict[str, set[int]] = {}
        """Variable or attribute -> where the scopes begin in which it holds a query."""
        self._parameters: dict[int, frozenset[str]] = {}
        """Where a function begins -> the words among its parameters."""

    def pasted(self) -> Iterator[Hit]:
        """Each query that a value is pasted into, once."""
        seen: set[int] = set()
        for string in self._tree.find_all(_STRINGS)[:_MAX_STRINGS]:
            whole = whole_template(string)
            start = whole.range().start.index
            if start not in seen:
                seen.add(start)
                yield from self._judge(whole)
        yield from self._grown()

    def _judge(self, whole: SgNode) -> Iterator[Hit]:
        parts = template_parts(whole)
        if not is_query(parts):
            return
        target = _target(_unwrap_call(whole))
        if target is not None:
            self._held.setdefault(target.text(), set()).add(_scope(target)[0])
        hole = self._unsafe(parts, whole)
        if hole is not None and ((target is not None and self._is_executed(target)) or _is_passed(whole, self._code)):
            yield _hit(whole, hole)

    def _grown(self) -> Iterator[Hit]:
        """What is added to a query later: `query += f" AND name = '{name}'"`."""
        if not any(found[1] in self._held for found in _GROWS.finditer(self._code)):
            return
        for change in self._tree.find_all(_CHANGES)[:_MAX_CHANGES]:
            left, right = change.field("left"), change.field("right")
            name = left.text() if left is not None else ""
            if left is None or right is None or name not in self._held or _scope(left)[0] not in self._held[name]:
                continue
            if change.kind() == "augmented_assignment" or right.text().startswith((f"{name} +", f"{name}+")):
                hole = self._unsafe(template_parts(right), right)
                if hole is not None and self._is_executed(left):
                    yield _hit(right, hole)

    def _unsafe(self, parts: Sequence[Part], whole: SgNode) -> Hole | None:
        """The first hole that a value from outside may be pasted into."""
        return next((hole for hole in unsafe_holes(parts) if not self._is_literal(hole, whole)), None)

    def _is_literal(self, hole: Hole, whole: SgNode) -> bool:
        """Whether the name that stands in the hole is given nothing but literals in the function."""
        given = self._given.get(hole.text)
        if not given:
            return False
        function = next((node for node in whole.ancestors() if node.kind() == "function_definition"), None)
        area = (function or self._tree).range()
        start, end = area.start.index, area.end.index
        here = [is_literal for place, is_literal in given if start <= place < end]
        if not here or not all(here):
            return False
        if function is not None and start not in self._parameters:
            parameters = function.field("parameters")
            self._parameters[start] = frozenset(_WORD.findall(parameters.text() if parameters is not None else ""))
        if hole.text in self._parameters.get(start, ()):
            return False
        return not any(start <= place < end for place in self._bound.get(hole.text, ()))

    @cached_property
    def _bound(self) -> dict[str, list[int]]:
        """Name -> where it is given a value in another way than by an assignment."""
        found: dict[str, list[int]] = {}
        for binding in _BINDS.finditer(self._code):
            for name in set(_WORD.findall(binding[0])):
                found.setdefault(name, []).append(binding.start())
        return found

    @cached_property
    def _given(self) -> dict[str, list[tuple[int, bool]]]:
        """Name -> where it is given a value, and whether that is a literal."""
        found: dict[str, list[tuple[int, bool]]] = {}
        changes = self._tree.find_all(_CHANGES)
        for change in changes if len(changes) <= _MAX_CHANGES else ():
            left, right = change.field("left"), change.field("right")
            if left is None or right is None:
                continue
            is_literal = change.kind() == "assignment" and left.kind() == "identifier" and _is_constant(right)
            for name in _WORD.findall(left.text()):
                found.setdefault(name, []).append((change.range().start.index, is_literal))
        return found

    def _is_executed(self, target: SgNode) -> bool:
        start, end = _scope(target)
        return any(start <= place < end for place in self._executed.get(target.text(), ()))

    @cached_property
    def _executed(self) -> dict[str, list[int]]:
        """Variable or attribute -> where it is executed."""
        found: dict[str, list[int]] = {}
        for call in _EXECUTED.finditer(self._code):
            found.setdefault(call[1], []).append(call.start())
        return found


def _is_constant(value: SgNode) -> bool:
    """A number, or a string without holes."""
    if value.kind() == "string":
        return all(child.kind() != "interpolation" for child in value.children())
    return value.kind() in {"integer", "float"}


def _hit(whole: SgNode, hole: Hole) -> Hit:
    start = (hole.node or whole).range().start
    return Hit(start.line + 1, start.column + 1)


def _unwrap_call(whole: SgNode) -> SgNode:
    """The call that makes a query of the text, as in `text("SELECT ...")`, or the text itself."""
    parent = whole.parent()
    call = parent.parent() if parent is not None and parent.kind() == "argument_list" else None
    function = call.field("function") if call is not None else None
    is_wrapped = function is not None and _IS_WRAPPING.match(function.text()) is not None
    return call if call is not None and is_wrapped else whole


def _target(whole: SgNode) -> SgNode | None:
    """The variable or attribute that the query is given to."""
    parent = whole.parent()
    if parent is None or parent.kind() not in {"assignment", "named_expression"}:
        return None
    left = parent.field("left") or parent.field("name")
    return left if left is not None and left.kind() in {"identifier", "attribute"} else None


def _scope(target: SgNode) -> tuple[int, int]:
    """Where the name means the same: in the function, or in the whole file for an attribute."""
    last = target
    for node in target.ancestors():
        last = node
        if node.kind() == "function_definition" and target.kind() == "identifier":
            break
    place = last.range()
    return place.start.index, place.end.index


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
