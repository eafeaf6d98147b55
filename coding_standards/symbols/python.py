"""The public symbols of Python."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.report import Symbol
from coding_standards.symbols.nodes import child_field, make_symbol, named_children


def find_python(root: SgNode) -> Iterator[Symbol]:
    """Functions, classes and methods without a leading underscore."""
    for node in _python_definitions(root):
        if node.kind() == "function_definition":
            yield make_symbol(node, "function", _has_docstring(node))
            continue
        yield make_symbol(node, "class", _has_docstring(node))
        for method in _python_definitions(node.field("body")):
            if method.kind() == "function_definition":
                name = f"{child_field(node, 'name')}.{child_field(method, 'name')}"
                yield make_symbol(method, "method", _has_docstring(method), name)


def _python_definitions(block: SgNode | None) -> Iterator[SgNode]:
    for child in named_children(block):
        node = child
        if child.kind() == "decorated_definition":
            decorators = [part.text() for part in named_children(child) if part.kind() == "decorator"]
            if any(re.match(r"@(?:\w+\.)*(?:overload|override|setter|deleter)\b", text) for text in decorators):
                continue  # documented where the first of them, or the base class, is
            node = child.field("definition") or child
        is_definition = node.kind() in {"function_definition", "class_definition"}
        if is_definition and not child_field(node, "name").startswith("_"):
            yield node


def _has_docstring(node: SgNode) -> bool:
    statements = [child for child in named_children(node.field("body")) if child.kind() != "comment"]
    if not statements or statements[0].kind() != "expression_statement":
        return False
    return [child.kind() for child in named_children(statements[0])] in (["string"], ["concatenated_string"])
