"""What the finders of all languages ask of a tree."""

from __future__ import annotations

from ast_grep_py import SgNode

from coding_standards.report import Symbol


def symbol_of(node: SgNode, kind: str, documented: bool, name: str = "") -> Symbol:
    """The symbol that `node` defines, under its own name unless another is given."""
    return Symbol(
        name=name or field_of(node, "name"), kind=kind, line=node.range().start.line + 1, documented=documented
    )


def field_of(node: SgNode, name: str) -> str:
    """The text of a field, empty when the node has none of this name."""
    found = node.field(name)
    return found.text() if found is not None else ""


def named_children(node: SgNode | None) -> list[SgNode]:
    """The children without punctuation."""
    return [child for child in node.children() if child.is_named()] if node is not None else []


def has_block_doc(node: SgNode) -> bool:
    """Whether a `/** ... */` stands above, decorators aside."""
    before = node.prev()
    while before is not None and before.kind() == "decorator":
        before = before.prev()
    return before is not None and before.text().startswith("/**")
