"""The public symbols of Rust."""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.report import Symbol
from coding_standards.symbols.nodes import above, child_field, make_symbol, named_children

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
    nodes = named_children(root)
    hidden = {child_field(node, "name") for node in nodes if _is_type(node) and not _is_pub(node)}
    for node in nodes:
        if node.kind() == "impl_item" and node.field("trait") is None:
            owner = child_field(node, "type").partition("<")[0]
            if owner in hidden:
                continue
            for member in named_children(node.field("body")):
                if member.kind() == "function_item" and _is_pub(member):
                    yield make_symbol(
                        member, "method", _has_rust_doc(member), f"{owner}::{child_field(member, 'name')}"
                    )
        elif node.kind() in _RUST_KINDS and _is_pub(node):
            yield make_symbol(node, _RUST_KINDS[node.kind()], _has_rust_doc(node))
        elif node.kind() == "mod_item" and _is_pub(node):
            body = node.field("body")
            if body is not None:
                yield from find_rust(body)


def _is_type(node: SgNode) -> bool:
    return _RUST_KINDS.get(node.kind()) == "type"


def _is_pub(node: SgNode) -> bool:
    first = next(iter(node.children()), None)
    return first is not None and first.kind() == "visibility_modifier" and first.text() == "pub"


def _has_rust_doc(node: SgNode) -> bool:
    for before in above(node):
        if before.kind() not in {"attribute_item", "line_comment", "block_comment"}:
            return False
        if before.text().startswith(("#[doc", "///", "/**")):
            return True
    return False
