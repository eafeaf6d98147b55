"""The parameters of a function: their names, their types and what is said about them.

Its one rule: a parameter's name decides nothing, but the names of an event handler's whole list do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ast_grep_py import SgNode

from coding_standards.engines.flow.expressions import named_children
from coding_standards.engines.flow.vocabulary import Vocabulary

_TYPED = frozenset({"formal_parameter", "required_parameter", "optional_parameter", "parameter", "spread_parameter"})
_GO = frozenset({"parameter_declaration", "variadic_parameter_declaration"})


@dataclass(frozen=True)
class Parameter:
    """One parameter."""

    target: SgNode
    kind: str = ""
    """The type as it is written, without what stands around it."""
    notes: str = ""
    """Annotations and the default value."""


def list_parameters(function: SgNode, grammar: str) -> list[Parameter]:
    """The parameters in their order."""
    listed = function.field("parameters") or function.field("parameter")
    if listed is None:
        return []
    if listed.kind() == "identifier":
        return [Parameter(listed)]
    found: list[Parameter] = []
    for node in named_children(listed):
        found += _parameters_of(node, grammar)
    return found


def _parameters_of(node: SgNode, grammar: str) -> list[Parameter]:
    kind = node.kind()
    if kind in {"identifier", "object_pattern", "array_pattern"}:
        return [Parameter(node)]
    declared = _type_text(node.field("type"))
    if kind in _GO:
        return [Parameter(child, declared) for child in node.children() if child.kind() == "identifier"]
    children = named_children(node)
    if kind in _TYPED:
        target = node.field("name") or node.field("pattern")
        if target is None:
            return []
        value = node.field("value")
        notes = [child.text() for child in children if child.kind() in {"modifiers", "decorator"}]
        return [Parameter(target, declared, " ".join([*notes, value.text() if value is not None else ""]))]
    if kind in {"typed_parameter", "default_parameter", "typed_default_parameter", "assignment_pattern"}:
        target = node.field("name") or node.field("left") or (children[0] if children else None)
        value = node.field("value")
        whole = f"{node.text()} {value.text()}" if value is not None else node.text()
        return [Parameter(target, declared, whole)] if target is not None else []
    names = [child for child in children if child.kind() == "identifier"]
    return [Parameter(names[0])] if names else []


def _type_text(node: SgNode | None) -> str:
    text = node.text() if node is not None else ""
    return text.lstrip(":&* []").removeprefix("mut ").removeprefix("dyn ").partition("<")[0].partition("[")[0].strip()


def is_event(parameters: Sequence[Parameter], vocabulary: Vocabulary) -> bool:
    """Whether the function is called with an event from outside, as those of AWS Lambda are."""
    return ",".join(one.target.text() for one in parameters[:2]) in vocabulary.events
