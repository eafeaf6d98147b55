"""What rustc refuses in expressions that the grammar takes, as far as the text alone tells it.

Its one rule: what stands in the arguments of a macro is left to the macro.
"""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.engines.astgrep.structure import Checks, Flaw, find_enclosing, find_named, flaw, parts, tokens

_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})
_LOOPS = frozenset({"for_expression", "while_expression", "loop_expression"})
_RESERVED = (
    *("abstract", "become", "const", "do", "else", "enum", "final", "fn", "for", "if", "impl", "in", "let", "loop"),
    *("match", "mod", "move", "mut", "override", "pub", "ref", "return", "struct", "trait", "type"),
    *("typeof", "unsafe", "unsized", "use", "virtual", "where", "while"),
)
_BODIES = frozenset({"function_item", "closure_expression", "async_block", "const_item", "static_item"})


def _check_comparison(expression: SgNode) -> Iterator[Flaw]:
    left = expression.field("left")
    operators = set(tokens(expression))
    if left is None:
        return
    if left.kind() == "binary_expression" and operators & _COMPARISONS and set(tokens(left)) & _COMPARISONS:
        yield flaw(expression, "comparisons cannot be chained; type arguments are written `Name::<T>`")
    elif left.kind() == "type_cast_expression" and operators & {"<", "<<"}:
        yield flaw(expression, "`<` after a type begins its arguments; put the cast into parentheses")


def _check_await(expression: SgNode) -> Iterator[Flaw]:
    body = find_enclosing(expression, _BODIES, ())
    if body is None or body.kind() == "async_block" or "async" in tokens(body):
        return
    words = next((part for part in parts(body) if part.kind() == "function_modifiers"), None)
    if words is None or "async" not in tokens(words):
        yield flaw(expression, "`await` stands in no async function or block")


def _check_break(expression: SgNode) -> Iterator[Flaw]:
    word = expression.kind().removesuffix("_expression")
    label = next((part for part in parts(expression) if part.kind() == "label"), None)
    target = _find_target(expression, label)
    if target is None:
        where = f"no loop or block that is called `{label.text()}`" if label is not None else "no loop"
        yield flaw(expression, f"`{word}` stands in {where}")
        return
    has_value = len(parts(expression)) > (label is not None)
    if has_value and target.kind() in {"for_expression", "while_expression"}:
        yield flaw(expression, "only `loop` and blocks give a value")


def _find_target(expression: SgNode, label: SgNode | None) -> SgNode | None:
    inner = expression
    for above in expression.ancestors():
        if above.kind() in _BODIES:
            return None
        is_body = above.kind() not in _LOOPS or above.field("body") == inner or label is not None
        if label is None and above.kind() in _LOOPS and is_body:
            return above
        if label is not None and any(part.kind() == "label" and part.text() == label.text() for part in parts(above)):
            return above
        inner = above
    return None


def _check_let(declaration: SgNode) -> Iterator[Flaw]:
    value = declaration.field("value")
    if declaration.field("alternative") is not None and value is not None and value.text().endswith("}"):
        yield flaw(value, "a brace cannot stand before `else`; put the value into parentheses")


def _check_condition(condition: SgNode) -> Iterator[Flaw]:
    value = condition.field("value")
    if value is not None and value.kind() == "binary_expression" and "||" in tokens(value):
        yield flaw(value, "`||` cannot stand beside `let`; put the value into parentheses, or use `matches!`")


def _check_base(base: SgNode) -> Iterator[Flaw]:
    following = next((node for node in base.next_all() if not node.kind().endswith("comment")), None)
    if following is not None and following.kind() == ",":
        yield flaw(base, "nothing follows the base of a struct, no comma either")


def find_reserved(tree: SgNode) -> Iterator[Flaw]:
    """Keywords that the grammar took for names."""
    for node in find_named(tree, ("identifier", "type_identifier"), _RESERVED):
        if (
            find_enclosing(node, ("token_tree", "token_tree_pattern", "attribute_item", "inner_attribute_item"), ())
            is None
        ):
            yield flaw(node, f"`{node.text()}` is a keyword and no name")


CHECKS: Checks = {
    "binary_expression": (_check_comparison,),
    "await_expression": (_check_await,),
    "break_expression": (_check_break,),
    "continue_expression": (_check_break,),
    "let_declaration": (_check_let,),
    "let_condition": (_check_condition,),
    "base_field_initializer": (_check_base,),
}
