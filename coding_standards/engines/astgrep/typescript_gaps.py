"""Valid TypeScript that the tree-sitter grammar does not know, told apart from broken code by the shape of its error.

Its one rule: a shape is listed only when its text is valid whenever it occurs, so that nothing broken is let through.
"""

from __future__ import annotations

import re

from ast_grep_py import SgNode

_VARIANCE = re.compile(r"(in|out|in\s+out)(\s+\w+)?")
_OPEN_MEMBER = re.compile(r"(?<=[\w)>\]}])[ \t]*(?=\r?\n\s*(?:/\*(?:[^*]|\*(?!/))*\*/\s*)*[<(])")


def with_members_ended(code: str) -> str:
    """The code with a `;` where a line ends like a member and the next begins like a call signature.

    TypeScript ends such a member at the line's end, the grammar reads on. A text that is valid with these marks
    and has errors without them is valid: no statement of another kind is mended by a `;` in such a place.
    """
    return _OPEN_MEMBER.sub(";", code)


def is_gap(node: SgNode) -> bool:
    """Whether this error or missing token is the grammar's fault."""
    return _is_typed_tag(node) or _is_variance(node) or _is_type_export(node)


def _is_typed_tag(node: SgNode) -> bool:
    """A tagged template with type arguments, ``styled.div<P>`...```: read as an instantiation, or one with a `!`."""
    parent = node.parent()
    if node.kind() == "!" and parent is not None and parent.kind() == "non_null_expression":
        return _is_instantiation_before_template([child for child in parent.children() if child.text()], parent)
    return node.kind() == "ERROR" and _is_instantiation_before_template(node.children(), node)


def _is_instantiation_before_template(parts: list[SgNode], whole: SgNode) -> bool:
    following = whole.next()
    is_instantiation = len(parts) == 1 and parts[0].kind() == "instantiation_expression"
    return is_instantiation and following is not None and following.kind() == "template_string"


def _is_variance(node: SgNode) -> bool:
    """A type parameter with a variance mark: `interface Source<in out T>`."""
    parent, before = node.parent(), node.prev()
    if node.kind() != "ERROR" or parent is None or parent.kind() not in ("type_parameters", "type_parameter"):
        return False
    if any(child.kind() != "identifier" for child in node.children()):
        return False
    # Either the mark is the error, or the mark was read as the parameter and the parameter is the error.
    was_read_as_name = before is not None and before.text() in ("in", "out")
    return was_read_as_name or _VARIANCE.fullmatch(node.text()) is not None


def _is_type_export(node: SgNode) -> bool:
    """`export type * from "./orders"`."""
    parent, following = node.parent(), node.next()
    if node.kind() != "ERROR" or node.text() != "type" or parent is None or following is None:
        return False
    return parent.kind() == "export_statement" and following.text().startswith("*")
