"""The public symbols of JavaScript and TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.report import Symbol
from coding_standards.symbols.nodes import child_field, has_block_doc, make_symbol, named_children

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
_OFFERED = {*_SCRIPT_KINDS, "method_definition", "identifier", "shorthand_property_identifier", "spread_element"}
_MODIFIERS = {"accessibility_modifier", "override_modifier"}


_WRAPPERS = re.compile(r"(?:React\.)?(?:memo|forwardRef)$|(?:observer|asyncHandler|catchAsync)$")
"""Calls that return the function that they are given, in other clothes."""
_COMMONJS = re.compile(r"(?:module\.)?exports(?:\.(?P<name>\w+))?$")


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
    exported: dict[str, bool] = {}
    """Name -> whether it is documented where it is exported."""
    for node in named_children(root):
        if node.kind() != "export_statement":
            declared |= {child_field(part, "name"): node for part in _script_declarations(node)}
            yield from _commonjs(node, exported)
            continue
        declaration = node.field("declaration") or node.field("value")
        if declaration is not None:
            yield from _list_exported(declaration, has_block_doc(node) or _has_inner_doc(node), exported)
        elif node.field("source") is None:
            for part in node.find_all(kind="export_specifier"):
                exported.setdefault(child_field(part, "name"), False)
    for name in exported.keys() & declared.keys():
        node = declared[name]
        documented = has_block_doc(node) or exported[name]
        yield from (symbol for symbol in _script_symbols(node, documented) if symbol.name.split(".")[0] == name)


def _list_exported(declaration: SgNode, documented: bool, exported: dict[str, bool]) -> Iterator[Symbol]:
    """A declaration, or the value of a default export."""
    value = _unwrap(declaration)
    if value.kind() == "identifier":
        exported[value.text()] = documented
    elif declaration.kind() == "ambient_declaration":
        for part in named_children(declaration):
            yield from _script_symbols(part, documented)
    else:
        yield from _script_symbols(value, documented)


def _commonjs(node: SgNode, exported: dict[str, bool]) -> Iterator[Symbol]:
    """`exports.a = function`, `module.exports = a` and `module.exports = { a, b: c, d() {} }`."""
    value = named_children(node)[0] if node.kind() == "expression_statement" else node
    name = ""
    while value.kind() == "assignment_expression":
        left = _COMMONJS.match(child_field(value, "left"))
        if left is None and not name:
            return
        name = name or (left["name"] if left else "") or "default"
        value = value.field("right") or node
    if not name:
        return
    for part in node.find_all(kind="shorthand_property_identifier") if name == "default" else ():
        exported.setdefault(part.text(), False)
    if value.kind() == "object" and name == "default":
        yield from _list_given_together(value, exported)
    yield from _read_given(value, name, has_block_doc(node), exported)


def _list_given_together(value: SgNode, exported: dict[str, bool]) -> Iterator[Symbol]:
    """What an object of functions offers; settings with a hook among them are read by a tool, not by a caller."""
    members = [one for one in named_children(value) if not one.kind().endswith("comment")]
    values = [(one, _unwrap(one.field("value") or one)) for one in members]
    if all(inner.kind() in _OFFERED for _, inner in values):
        for member, inner in values:
            if member.kind() in {"pair", "method_definition"}:
                yield from _read_given(inner, _key(member), has_block_doc(member), exported)


def _key(member: SgNode) -> str:
    return (child_field(member, "key") or child_field(member, "name")).strip("\"'")


def _read_given(value: SgNode, name: str, documented: bool, exported: dict[str, bool]) -> Iterator[Symbol]:
    """What is exported under a name: something declared elsewhere, or a function or class on the spot."""
    value = _unwrap(value)
    if value.kind() == "identifier":
        exported[value.text()] = documented or exported.get(value.text(), False)
    elif value.kind() in _SCRIPT_KINDS or value.kind() == "method_definition":
        own = child_field(value, "name") if name == "default" else ""
        yield from _find_symbols(value, value, own or name, documented)


def _unwrap(node: SgNode) -> SgNode:
    """What `memo(forwardRef(function A() {}))` wraps."""
    while node.kind() == "call_expression" and _WRAPPERS.match(child_field(node, "function")):
        arguments = named_children(node.field("arguments"))
        if not arguments:
            return node
        node = arguments[0]
    return node


def _has_inner_doc(export: SgNode) -> bool:
    """Whether the comment stands below the decorators, which belong to the statement."""
    return any(child.kind() == "comment" and child.text().startswith("/**") for child in export.children())


def _script_declarations(node: SgNode) -> Iterator[SgNode]:
    """What a statement declares: itself, or its variables that hold a function or a class."""
    if node.kind() in _SCRIPT_KINDS:
        yield node
    elif node.kind() in {"lexical_declaration", "variable_declaration"}:
        for part in named_children(node):
            value = part.field("value")
            if value is not None and _unwrap(value).kind() in _SCRIPT_KINDS:
                yield part


def _script_symbols(node: SgNode, documented: bool) -> Iterator[Symbol]:
    for part in _script_declarations(node):
        value = part.field("value")
        value = _unwrap(value) if value is not None else None
        # A type alias has a value as well, and that is a type.
        body = value if value is not None and value.kind() in _SCRIPT_KINDS else part
        yield from _find_symbols(part, body, child_field(part, "name") or "default", documented)


def _find_symbols(place: SgNode, body: SgNode, name: str, documented: bool) -> Iterator[Symbol]:
    kind = _SCRIPT_KINDS.get(body.kind(), "function")
    yield make_symbol(place, kind, documented, name)
    if kind == "class":
        yield from _script_methods(body, name)


def _script_methods(node: SgNode, owner: str) -> Iterator[Symbol]:
    for member in named_children(node.field("body")):
        name = child_field(member, "name")
        if member.kind() != "method_definition" or name == "constructor" or name.startswith(("_", "#", "[")):
            continue
        marks = {child.text() for child in member.children() if child.kind() in _MODIFIERS}
        if marks & {"private", "protected", "override"}:
            continue
        yield make_symbol(member, "method", has_block_doc(member), f"{owner}.{name}")
