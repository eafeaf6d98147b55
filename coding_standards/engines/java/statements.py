"""What javac refuses in statements that the grammar takes, as far as the text alone tells it.

Its one rule: what depends on types or on other files is left to the compiler.
"""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.engines.astgrep.structure import (
    COMMENTS,
    Checks,
    Flaw,
    check_jump,
    find_enclosing,
    find_named,
    find_next,
    find_repeated,
    flaw,
    kind_above,
    parts,
    shorten,
)
from coding_standards.engines.java.structure import TYPES, check_modifiers, check_no_void
from coding_standards.engines.java.text import CONSTRUCTOR_CALLS

_STATEMENTS = frozenset(
    {"assignment_expression", "update_expression", "method_invocation", "object_creation_expression"}
)
_RESERVED = (
    *("abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue"),
    *("do", "double", "else", "enum", "extends", "final", "finally", "float", "for", "goto", "if"),
    *("implements", "import", "instanceof", "int", "interface", "long", "native", "new", "package", "private"),
    *("protected", "public", "return", "short", "static", "strictfp", "switch", "synchronized", "throw"),
    *("throws", "transient", "try", "void", "volatile", "while"),
)
_LOOPS = frozenset({"for_statement", "enhanced_for_statement", "while_statement", "do_statement"})
_BODIES = frozenset(
    {
        *TYPES,
        "method_declaration",
        "constructor_declaration",
        "compact_constructor_declaration",
        "lambda_expression",
        "static_initializer",
        "class_body",
        "program",
    }
)
_METHODS = ("method_declaration", "constructor_declaration", "compact_constructor_declaration")
_BLOCKS = frozenset({"block", "constructor_body", "switch_block_statement_group"})
_NO_STATEMENT = frozenset({"switch_label", "switch_block_statement_group", *COMMENTS})


def _check_expression(statement: SgNode) -> Iterator[Flaw]:
    inner = next(iter(parts(statement)), None)
    is_value = kind_above(statement) == "switch_rule"  # `case 1 -> 2;` gives a value
    if inner is None or is_value or inner.kind() in _STATEMENTS or inner.kind() == "switch_expression":
        return
    yield flaw(statement, f"`{shorten(statement)}` is not a statement")


def _check_jump(jump: SgNode) -> Iterator[Flaw]:
    return check_jump(jump, _LOOPS, {"switch_expression"}, _BODIES)


def _check_yield(statement: SgNode) -> Iterator[Flaw]:
    if find_enclosing(statement, ("switch_expression",), _BODIES) is None:
        yield flaw(statement, "`yield` stands in no switch expression")


def _check_return(statement: SgNode) -> Iterator[Flaw]:
    body = find_enclosing(statement, (*_METHODS, "static_initializer", "lambda_expression"), ("program", *TYPES))
    if body is None or body.kind() == "lambda_expression":
        return
    kind, has_value = body.field("type"), bool(parts(statement))
    if body.kind() == "compact_constructor_declaration" or body.kind() == "static_initializer":
        yield flaw(statement, "`return` cannot stand here")
    elif has_value and (body.kind() != "method_declaration" or (kind is not None and kind.kind() == "void_type")):
        yield flaw(statement, "there is no value to return here")
    elif not has_value and kind is not None and kind.kind() != "void_type":
        yield flaw(statement, f"this method returns a value of the type `{kind.text()}`")


def _check_reached(statement: SgNode) -> Iterator[Flaw]:
    if kind_above(statement) not in _BLOCKS:
        return
    following = find_next(statement)
    if following is not None and following.kind() not in _NO_STATEMENT | TYPES:
        yield flaw(following, "nothing gets here: the statement before it leaves")


def _check_local(declaration: SgNode) -> Iterator[Flaw]:
    kind = declaration.field("type")
    declared = declaration.field_children("declarator")
    if kind is None or kind.text() != "var":
        return
    if kind_above(declaration) == "program":
        yield flaw(kind, "`var` is only for local variables")
    if len([one for one in declared if one.is_named()]) > 1:
        yield flaw(declaration, "`var` declares one variable")
    for one in declared:
        if not one.is_named():
            continue
        value = one.field("value")
        if value is None:
            yield flaw(one, "`var` needs a value to take its type from")
        elif value.kind() in {"array_initializer", "null_literal", "lambda_expression", "method_reference"}:
            yield flaw(value, "`var` cannot take a type from this value")
        if one.field("dimensions") is not None:
            yield flaw(one, "`var` takes no brackets")


def _check_scope(body: SgNode) -> Iterator[Flaw]:
    """Two variables of one name in a block, or one with the name of a parameter of the method."""
    above = body.parent()
    seen: set[str] = set()
    if above is not None and above.kind() in _METHODS:
        seen |= {name.text() for one in parts(above.field("parameters")) for name in _names(one)}
    for statement in parts(body):
        if statement.kind() != "local_variable_declaration":
            continue
        for name in (name for one in statement.field_children("declarator") for name in _names(one)):
            if name.text() in seen:
                yield flaw(name, f"there is a variable `{name.text()}` already")
            seen.add(name.text())


def _names(node: SgNode) -> list[SgNode]:
    name = node.field("name")
    if name is None:
        name = next((part.field("name") for part in parts(node) if part.kind() == "variable_declarator"), None)
    return [name] if name is not None and name.text() != "_" else []


def _check_switch(switch: SgNode) -> Iterator[Flaw]:
    labels = [label for group in parts(switch) for label in parts(group) if label.kind() == "switch_label"]
    defaults = [label for label in labels if any(child.text() == "default" for child in label.children())]
    for label in defaults[1:]:
        yield flaw(label, "there are two default labels")
    constants = (part for label in labels for part in parts(label) if part.kind().endswith("_literal"))
    for constant in find_repeated(constants):
        yield flaw(constant, f"case {constant.text()[:40]} is there twice")


def _check_constructor_call(call: SgNode) -> Iterator[Flaw]:
    if kind_above(call) != "constructor_body":
        yield flaw(call, "a constructor is called in a constructor only")


def find_mixed_switches(tree: SgNode) -> Iterator[Flaw]:
    """Switches with `case 1 ->` beside `case 2:`, of which the grammar has errors and javac's parser none."""
    for switch in tree.find_all({"rule": {"kind": "switch_block", "has": {"kind": "ERROR"}}}):
        for error in switch.children():
            others = {node.kind() for node in switch.children() if node.is_named()}
            is_label = error.kind() == "ERROR" and any(part.kind() == "switch_label" for part in error.children())
            has_arrow = any(part.kind() == "->" for part in error.children())
            if is_label and ("switch_block_statement_group" if has_arrow else "switch_rule") in others:
                yield flaw(error, "a switch has either `case ... ->` or `case ...:`")


def find_wrong_names(tree: SgNode) -> Iterator[Flaw]:
    """Keywords that the grammar took for names, and calls of a constructor outside of one."""
    for node in find_named(tree, ("identifier", "type_identifier"), _RESERVED):
        yield flaw(node, f"`{node.text()}` is a keyword and no name")
    for node in find_named(tree, ("identifier",), CONSTRUCTOR_CALLS):
        if find_enclosing(node, ("constructor_declaration",), _BODIES - {"constructor_declaration"}) is None:
            yield flaw(node, "a constructor is called in a constructor only")


CHECKS: Checks = {
    "expression_statement": (_check_expression,),
    "break_statement": (_check_jump, _check_reached),
    "continue_statement": (_check_jump, _check_reached),
    "yield_statement": (_check_yield, _check_reached),
    "return_statement": (_check_return, _check_reached),
    "throw_statement": (_check_reached,),
    "local_variable_declaration": (check_modifiers, _check_local, check_no_void),
    "block": (_check_scope,),
    "constructor_body": (_check_scope,),
    "switch_block": (_check_switch,),
    "explicit_constructor_invocation": (_check_constructor_call,),
}
