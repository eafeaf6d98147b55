"""The public symbols of Go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.report import Symbol
from coding_standards.symbols.nodes import field_of, named_children, symbol_of

_GO_USUAL = {"String", "Error", "Unwrap", "Is", "As", "Read", "Write", "Close", "ServeHTTP", "Len", "Less", "Swap"}


def find_go(root: SgNode) -> Iterator[Symbol]:
    """Capitalised functions, methods and types of a package that can be imported."""
    package = root.find(kind="package_identifier")
    if package is not None and package.text() == "main":
        return  # nobody can import it
    for node in named_children(root):
        if node.kind() == "function_declaration" and _is_capital(field_of(node, "name")):
            yield symbol_of(node, "function", _has_go_doc(node))
        elif node.kind() == "method_declaration" and _is_capital(field_of(node, "name")):
            receiver = re.search(r"(\w+)(?:\[[^\]]*\])?\s*\)$", field_of(node, "receiver"))
            if receiver and _is_capital(receiver[1]) and field_of(node, "name") not in _GO_USUAL:
                yield symbol_of(node, "method", _has_go_doc(node), f"{receiver[1]}.{field_of(node, 'name')}")
        elif node.kind() == "type_declaration":
            specs = [child for child in named_children(node) if child.kind() in {"type_spec", "type_alias"}]
            for spec in specs:
                if _is_capital(field_of(spec, "name")):
                    yield symbol_of(spec, "type", _has_go_doc(spec) or _has_go_doc(node))


def _is_capital(name: str) -> bool:
    return name[:1].isupper()


def _has_go_doc(node: SgNode) -> bool:
    before = node.prev()
    if before is None or before.kind() != "comment":
        return False
    return before.range().end.line + 1 >= node.range().start.line > before.range().start.line
