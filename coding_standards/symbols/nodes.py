"""What the finders of all languages ask of a tree."""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.report import Symbol

_MAX_ABOVE = 30
"""Each step takes as long as there are nodes before it."""


def make_symbol(node: SgNode, kind: str, documented: bool, name: str = "") -> Symbol:
    """The symbol that `node` defines, under its own name unless another is given."""
    return Symbol(
        name=name or child_field(node, "name"), kind=kind, line=node.range().start.line + 1, documented=documented
    )


def child_field(node: SgNode, name: str) -> str:
    """The text of a field, empty when the node has none of this name."""
    found = node.field(name)
    return found.text() if found is not None else ""


def named_children(node: SgNode | None) -> list[SgNode]:
    """The children without punctuation."""
    return [child for child in node.children() if child.is_named()] if node is not None else []


def above(node: SgNode) -> Iterator[SgNode]:
    """What stands before a node, the nearest first."""
    before = node.prev()
    for _ in range(_MAX_ABOVE):
        if before is None:
            return
        yield before
        before = before.prev()


def has_block_doc(node: SgNode) -> bool:
    """Whether a `/** ... */` stands above, decorators and other comments aside."""
    for before in above(node):
        if before.text().startswith("/**"):
            return True
        # A remark tells a tool or a colleague something, such as what a linter should pass over.
        if before.kind() != "decorator" and not before.kind().endswith("comment"):
            return False
    return False
