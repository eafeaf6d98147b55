"""The public symbols of Rust."""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.report import Symbol
from coding_standards.symbols.nodes import field_of, named_children, symbol_of

_RUST_KINDS = {
    "function_item": "function",
    "struct_item": "type",
    "enum_item": "type",
    "union_item": "type",
    "trait_item": "type",
    "type_item": "type",
}


def find_rust(root: SgNode) -> Iterator[Symbol]:
    """Items that are `pub`, in the file and in its public modules."""
    for node in named_children(root):
        if node.kind() == "impl_item" and node.field("trait") is None:
            owner = field_of(node, "type").partition("<")[0]
            for member in named_children(node.field("body")):
                if member.kind() == "function_item" and _is_pub(member):
                    yield symbol_of(member, "method", _has_rust_doc(member), f"{owner}::{field_of(member, 'name')}")
        elif node.kind() in _RUST_KINDS and _is_pub(node):
            yield symbol_of(node, _RUST_KINDS[node.kind()], _has_rust_doc(node))
        elif node.kind() == "mod_item" and _is_pub(node):
            body = node.field("body")
            if body is not None:
                yield from find_rust(body)


def _is_pub(node: SgNode) -> bool:
    first = next(iter(node.children()), None)
    return first is not None and first.kind() == "visibility_modifier" and first.text() == "pub"


def _has_rust_doc(node: SgNode) -> bool:
    before = node.prev()
    while before is not None and before.kind() == "attribute_item":
        if before.text().startswith("#[doc"):
            return True
        before = before.prev()
    return before is not None and before.text().startswith(("///", "/**"))
