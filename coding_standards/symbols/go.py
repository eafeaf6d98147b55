"""The public symbols of Go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.report import Symbol
from coding_standards.symbols.nodes import above, child_field, make_symbol, named_children

_GO_DIRECTIVE = re.compile(r"//(?:go:|nolint|export |lint:)")
"""Tells a tool something and a reader nothing."""
_GO_USUAL = {"String", "Error", "Unwrap", "Is", "As", "Read", "Write", "Close", "ServeHTTP", "Len", "Less", "Swap"}


def find_go(root: SgNode) -> Iterator[Symbol]:
    """Capitalised functions, methods and types of a package that can be imported."""
    package = root.find(kind="package_identifier")
    if package is not None and package.text() == "main":
        return  # nobody can import it
    for node in named_children(root):
        if node.kind() == "function_declaration" and _is_capital(child_field(node, "name")):
            yield make_symbol(node, "function", _has_go_doc(node))
        elif node.kind() == "method_declaration" and _is_capital(child_field(node, "name")):
            receiver = re.search(r"(\w+)(?:\[[^\]]*\])?\s*\)$", child_field(node, "receiver"))
            if receiver and _is_capital(receiver[1]) and child_field(node, "name") not in _GO_USUAL:
                yield make_symbol(node, "method", _has_go_doc(node), f"{receiver[1]}.{child_field(node, 'name')}")
        elif node.kind() == "type_declaration":
            specs = [child for child in named_children(node) if child.kind() in {"type_spec", "type_alias"}]
            for spec in specs:
                if _is_capital(child_field(spec, "name")):
                    yield make_symbol(spec, "type", _has_go_doc(spec) or _has_go_doc(node))


def _is_capital(name: str) -> bool:
    return name[:1].isupper()


def _has_go_doc(node: SgNode) -> bool:
    line = node.range().start.line
    for before in above(node):
        if before.kind() != "comment":
            return False
        place = before.range()
        if not place.end.line + 1 >= line > place.start.line or _ends_line(before, place.start.line):
            return False
        if not _GO_DIRECTIVE.match(before.text()):
            return True
        line = place.start.line
    return False


def _ends_line(comment: SgNode, line: int) -> bool:
    """Whether code stands before the comment in its line, which it is then about."""
    before = comment.prev()
    return before is not None and before.range().end.line == line
