"""The public symbols of JavaScript and TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.report import Symbol
from coding_standards.symbols.nodes import field_of, has_block_doc, named_children, symbol_of

_SCRIPT_KINDS = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_signature": "function",
    "function_expression": "function",
    "arrow_function": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "class": "class",
    "interface_declaration": "type",
    "type_alias_declaration": "type",
    "enum_declaration": "type",
}


_MODIFIERS = {"accessibility_modifier", "override_modifier"}


def find_script(root: SgNode) -> Iterator[Symbol]:
    """What the module exports, in either module system; overloads are one symbol, which one comment documents."""
    found: dict[tuple[str, str], Symbol] = {}
    for symbol in _exports(root):
        first = found.setdefault((symbol.kind, symbol.name), symbol)
        if symbol.documented and not first.documented:
            found[symbol.kind, symbol.name] = first.model_copy(update={"documented": True})
    yield from found.values()


def _exports(root: SgNode) -> Iterator[Symbol]:
    declared: dict[str, SgNode] = {}
    exported: set[str] = set()
    for node in named_children(root):
        if node.kind() != "export_statement":
            declared |= {field_of(part, "name"): node for part in _script_declarations(node)}
            exported.update(_commonjs_names(node))
            continue
        declaration = node.field("declaration") or node.field("value")
        if declaration is not None and declaration.kind() == "identifier":
            exported.add(declaration.text())
        elif declaration is not None:
            yield from _script_symbols(declaration, has_block_doc(node))
        elif node.field("source") is None:
            exported.update(field_of(part, "name") for part in node.find_all(kind="export_specifier"))
    for name in exported & declared.keys():
        node = declared[name]
        yield from (
            symbol for symbol in _script_symbols(node, has_block_doc(node)) if symbol.name.split(".")[0] == name
        )


def _commonjs_names(node: SgNode) -> Iterator[str]:
    if node.kind() == "expression_statement" and re.match(r"module\.exports\s*=", node.text()):
        for part in node.find_all(kind="shorthand_property_identifier"):
            yield part.text()


def _script_declarations(node: SgNode) -> Iterator[SgNode]:
    """What a statement declares: itself, or its variables that hold a function or a class."""
    if node.kind() in _SCRIPT_KINDS:
        yield node
    elif node.kind() in {"lexical_declaration", "variable_declaration"}:
        for part in named_children(node):
            value = part.field("value")
            if value is not None and value.kind() in _SCRIPT_KINDS:
                yield part


def _script_symbols(node: SgNode, documented: bool) -> Iterator[Symbol]:
    for part in _script_declarations(node):
        value = part.field("value")
        # A type alias has a value as well, and that is a type.
        body = value if value is not None and value.kind() in _SCRIPT_KINDS else part
        kind = _SCRIPT_KINDS[body.kind()]
        symbol = symbol_of(part, kind, documented, field_of(part, "name") or "default")
        yield symbol
        if kind == "class":
            yield from _script_methods(body, symbol.name)


def _script_methods(node: SgNode, owner: str) -> Iterator[Symbol]:
    for member in named_children(node.field("body")):
        name = field_of(member, "name")
        if member.kind() != "method_definition" or name == "constructor" or name.startswith(("_", "#", "[")):
            continue
        marks = {child.text() for child in member.children() if child.kind() in _MODIFIERS}
        if marks & {"private", "protected", "override"}:
            continue
        yield symbol_of(member, "method", has_block_doc(member), f"{owner}.{name}")
