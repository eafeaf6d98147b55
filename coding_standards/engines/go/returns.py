"""Functions of Go that do not give the result they promise (https://go.dev/ref/spec#Terminating_statements).

Its one rule: the specification says which statements end a function; nothing is guessed beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.engines.astgrep.structure import Checks, Flaw, parts

_FUNCTIONS = frozenset({"function_declaration", "method_declaration", "func_literal"})
_CALLS = frozenset({"call_expression", "type_conversion_expression", "parenthesized_expression"})
_CASES = frozenset({"expression_case", "type_case", "communication_case", "default_case"})
_BREAKABLE = frozenset(
    {"for_statement", "expression_switch_statement", "type_switch_statement", "select_statement", "func_literal"}
)


def _check_result(function: SgNode) -> Iterator[Flaw]:
    """A function with a result whose last statement goes on."""
    body = function.field("body")
    if body is not None and function.field("result") is not None and not _ends_all(body):
        yield Flaw(body.range().end.index - 1, "the function ends without a `return`")


def _check_return(statement: SgNode) -> Iterator[Flaw]:
    """A `return` with more or fewer values than the function has results."""
    function = next((node for node in statement.ancestors() if node.kind() in _FUNCTIONS), None)
    if function is None:
        return
    result = function.field("result")
    results = [] if result is None else parts(result) if result.kind() == "parameter_list" else [result]
    is_named = any(node.field("name") is not None for node in results)
    values = parts(next(iter(parts(statement)), None))
    expected = sum(max(1, len(_names(node))) for node in results)
    is_passed_on = len(values) == 1 and expected > 1 and values[0].kind() in _CALLS
    if len(values) != expected and not is_passed_on and not (is_named and not values):
        yield Flaw(statement.range().start.index, f"{len(values)} values are returned, {expected} are promised")


def _names(parameter: SgNode) -> list[SgNode]:
    return [name for name in parameter.field_children("name") if name.is_named()]


def _ends_all(block: SgNode) -> bool:
    """Whether the last statement of a block or a case ends it."""
    lists = [node for node in block.children() if node.kind() == "statement_list"]
    statements = [one for one in parts(lists[-1]) if one.kind() != "empty_statement"] if lists else []
    return bool(statements) and _ends(statements[-1], "")


def _ends(statement: SgNode, label: str) -> bool:
    kind = statement.kind()
    if kind in {"return_statement", "goto_statement", "fallthrough_statement"}:
        return True
    if kind == "block":
        return _ends_all(statement)
    if kind == "expression_statement":
        return statement.text().startswith("panic(")
    if kind == "labeled_statement":
        inner = parts(statement)
        return len(inner) > 1 and _ends(inner[-1], inner[0].text())
    if kind == "if_statement":
        then, other = statement.field("consequence"), statement.field("alternative")
        return then is not None and other is not None and _ends_all(then) and _ends(other, "")
    if kind == "for_statement":
        return _is_endless(statement) and not _has_break(statement, label)
    return kind in _BREAKABLE and _ends_switch(statement, label)


def _is_endless(loop: SgNode) -> bool:
    clauses = [node for node in parts(loop) if node.kind() != "block"]
    return not clauses or (clauses[0].kind() == "for_clause" and clauses[0].field("condition") is None)


def _ends_switch(switch: SgNode, label: str) -> bool:
    cases = [node for node in parts(switch) if node.kind() in _CASES]
    is_complete = switch.kind() == "select_statement" or any(node.kind() == "default_case" for node in cases)
    return is_complete and all(_ends_all(case) for case in cases) and not _has_break(switch, label)


def _has_break(statement: SgNode, label: str) -> bool:
    """Whether a `break` leaves this statement."""
    for jump in statement.find_all({"rule": {"kind": "break_statement"}}):
        target = next(iter(parts(jump)), None)
        if target is not None and target.text() == label:
            return True
        if target is None and next(node for node in jump.ancestors() if node.kind() in _BREAKABLE) == statement:
            return True
    return False


CHECKS: Checks = {
    **dict.fromkeys(sorted(_FUNCTIONS), (_check_result,)),
    "return_statement": (_check_return,),
}
