"""Texts that Python code puts together, with f-strings, `%`, `.format()`, `+` or side by side, read as one template.

Its one rule: nothing is evaluated; a hole is known by the text of its expression, or by nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ast_grep_py import SgNode

_MAX_PARTS = 200
"""Operands of one sum; nobody writes more, and a hostile text has thousands."""
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?([a-zA-Z%])")
_BRACES = re.compile(r"\{\{|\}\}|\{([\w.]*)(?:\[[^\]{}]*\])?(![a-z])?(?::([^{}]*))?\}")
_ESCAPES = re.compile(r"\\([\"'\\])|\\[ntr\n]")


@dataclass(frozen=True)
class Hole:
    """Where a value goes."""

    text: str = ""
    """The expression as it is written; empty where it is not known."""
    spec: str = ""
    """How it is formatted, such as `02d` or `!r`."""
    node: SgNode | None = None


Part = str | Hole


def whole_template(string: SgNode) -> SgNode:
    """The expression that the string is a piece of the text of."""
    node = string
    while True:
        parent = node.parent()
        if parent is None:
            return node
        if parent.kind() in {"concatenated_string", "parenthesized_expression", "binary_operator"}:
            node = parent
            continue
        call = parent.parent() if _is_format(parent) else None
        if call is None or call.kind() != "call":
            return node
        node = call


def template_parts(node: SgNode) -> list[Part]:
    """The constant pieces and the holes of the text, in order; empty for more of them than anybody writes."""
    found: list[Part] = []
    open_nodes = [node]
    while open_nodes:
        one = open_nodes.pop()
        operator = one.field("operator")
        if one.kind() == "string":
            found += _parts_of_string(one)
        elif one.kind() in {"concatenated_string", "parenthesized_expression"}:
            open_nodes += [child for child in reversed(one.children()) if child.is_named()]
        elif one.kind() == "binary_operator" and operator is not None and operator.text() == "+":
            open_nodes += [child for child in (one.field("right"), one.field("left")) if child is not None]
        else:
            found += _formatted(one, operator)
        if len(found) + len(open_nodes) > _MAX_PARTS:
            return []
    return found


def _formatted(node: SgNode, operator: SgNode | None) -> Sequence[Part]:
    function = node.field("function")
    if operator is not None and operator.text() == "%" and node.kind() == "binary_operator":
        left, right = node.field("left"), node.field("right")
        if left is not None and right is not None and left.kind() in _STRINGS:
            return list(_percent(_constant(left), right))
    elif function is not None and _is_format(function):
        left, given = function.field("object"), node.field("arguments")
        if left is not None and given is not None and left.kind() in _STRINGS:
            return list(_format(_constant(left), given))
    return [Hole(node.text(), node=node)]


_STRINGS = frozenset({"string", "concatenated_string", "parenthesized_expression"})


def _is_format(node: SgNode) -> bool:
    name = node.field("attribute") if node.kind() == "attribute" else None
    return name is not None and name.text() == "format"


def _constant(node: SgNode) -> str:
    return "".join(part if isinstance(part, str) else "\0" for part in template_parts(node))


def _parts_of_string(node: SgNode) -> Iterator[Part]:
    prefix = ""
    for child in node.children():
        kind = child.kind()
        if kind == "string_start":
            prefix = child.text().lower()
        elif kind == "string_content":
            text = child.text()
            yield text if "r" in prefix else _ESCAPES.sub(lambda found: found[1] or " ", text)
        elif kind == "interpolation" and "t" not in prefix:  # a template string leaves its values apart
            inner = child.field("expression")
            spec = "".join(
                one.text() for one in child.children() if one.kind() in {"format_specifier", "type_conversion"}
            )
            yield Hole(inner.text() if inner is not None else "", spec.lstrip(":"), child)


def _percent(template: str, right: SgNode) -> Iterator[Part]:
    in_order = [child.text() for child in right.children() if child.is_named()] if right.kind() == "tuple" else []
    end = number = 0
    for found in _PERCENT.finditer(template):
        yield template[end : found.start()]
        end = found.end()
        if found[2] == "%":
            yield "%"
            continue
        text = right.text() if right.kind() != "tuple" else in_order[number] if number < len(in_order) else ""
        number += 1
        yield Hole(found[1] or text, "!r" if found[2] == "r" else "" if found[2] == "s" else found[2])
    yield template[end:]


def _format(template: str, arguments: SgNode) -> Iterator[Part]:
    in_order = [child.text() for child in arguments.children() if child.is_named()]
    by_name = {text.partition("=")[0].strip(): text.partition("=")[2].strip() for text in in_order if "=" in text}
    end = number = 0
    for found in _BRACES.finditer(template):
        yield template[end : found.start()]
        end = found.end()
        if found[1] is None:
            yield found[0][0]
            continue
        name = found[1] or str(number)
        number += not found[1]
        text = in_order[int(name)] if name.isdecimal() and int(name) < len(in_order) else by_name.get(name, name)
        yield Hole("" if text.isdecimal() else text, (found[2] or "") + (found[3] or ""))
    yield template[end:]
