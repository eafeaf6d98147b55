"""The public symbols of Java."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.report import Symbol
from coding_standards.symbols.nodes import child_field, has_block_doc, make_symbol, named_children

_JAVA_KINDS = {
    "class_declaration": "class",
    "record_declaration": "class",
    "interface_declaration": "type",
    "enum_declaration": "type",
    "annotation_type_declaration": "type",
}


def find_java(root: SgNode) -> Iterator[Symbol]:
    """Public types and their public methods."""
    for node in named_children(root):
        if node.kind() not in _JAVA_KINDS or "public" not in _java_modifiers(node):
            continue
        yield make_symbol(node, _JAVA_KINDS[node.kind()], _has_java_doc(node))
        is_interface = node.kind() == "interface_declaration"
        for member in _members(node):
            if member.kind() == "method_declaration" and _is_public_java(member, is_interface):
                name = f"{child_field(node, 'name')}.{child_field(member, 'name')}"
                yield make_symbol(member, "method", _has_java_doc(member), name)


def _members(node: SgNode) -> Iterator[SgNode]:
    """What the body declares; that of an enum does so after its constants."""
    for member in named_children(node.field("body")):
        if member.kind() == "enum_body_declarations":
            yield from named_children(member)
        else:
            yield member


def _has_java_doc(node: SgNode) -> bool:
    """Whether a `/** ... */` stands above, or lines of `///`, which Java 23 reads as well."""
    before = node.prev()
    is_markdown = before is not None and before.kind() == "line_comment" and before.text().startswith("///")
    return is_markdown or has_block_doc(node)


def _java_modifiers(node: SgNode) -> list[str]:
    modifiers = next((child for child in node.children() if child.kind() == "modifiers"), None)
    return modifiers.text().split() if modifiers is not None else []


def _is_public_java(method: SgNode, in_interface: bool) -> bool:
    """Public, and neither an accessor, an entry point nor an override, which say all by their names."""
    modifiers = _java_modifiers(method)
    is_public = "public" in modifiers or (in_interface and "private" not in modifiers)
    name = child_field(method, "name")
    is_plain = re.match(r"(?:get|set|is)[A-Z]", name) or name in {"main", "toString", "equals", "hashCode"}
    return is_public and "@Override" not in modifiers and not is_plain
