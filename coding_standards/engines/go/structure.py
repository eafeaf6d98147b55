"""What Go's compiler refuses in a text that its grammar takes, as far as the text alone tells it.

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
    find_repeated,
    flaw,
    kind_above,
    parts,
    shorten,
    tokens,
)

_DECLARATIONS = frozenset(
    {"const_declaration", "var_declaration", "type_declaration", "function_declaration", "method_declaration"}
)
_FUNCTIONS = frozenset({"function_declaration", "method_declaration", "func_literal"})
_SWITCHES = frozenset({"expression_switch_statement", "type_switch_statement", "select_statement"})
_CASES = frozenset({"expression_case", "type_case", "communication_case", "default_case"})
_ASSIGNABLE = frozenset(
    {
        "identifier",
        "iota",
        "nil",
        "true",
        "false",
        "selector_expression",
        "index_expression",
        "unary_expression",
        "type_instantiation_expression",  # what the grammar takes `a.b[c.d][e.f]` for
    }
)
_CONSTANTS = frozenset({"int_literal", "interpreted_string_literal", "rune_literal"})
_NAMES = frozenset({"identifier", "iota", "nil", "true", "false"})
_MANY_VALUES = frozenset(
    {
        "call_expression",
        "type_conversion_expression",
        "index_expression",
        "type_assertion_expression",
        "unary_expression",
    }
)
"""One of these may give several values."""


def _check_order(file: SgNode) -> Iterator[Flaw]:
    """After the package clause imports, then other declarations, and nothing else."""
    nodes = parts(file)
    seen_declaration = False
    for node in nodes[nodes[0].kind() == "package_clause" if nodes else 0 :]:
        if node.kind() == "import_declaration":
            if seen_declaration:
                yield flaw(node, "imports come before other declarations")
        elif node.kind() in _DECLARATIONS:
            seen_declaration = True
        elif node.kind() == "package_clause":
            yield flaw(node, "a file has one `package` clause")
        else:
            yield flaw(node, "only declarations stand outside of functions")


def _check_parameters(parameters: SgNode) -> Iterator[Flaw]:
    declared = parts(parameters)
    is_named = False
    for node in reversed(declared):
        if node.field("name") is not None:
            is_named = True
        elif is_named and not _is_name_before(node):
            yield flaw(parameters, "either all parameters have names or none has")
            break
    if is_named and declared[-1].field("name") is None:
        yield flaw(parameters, "either all parameters have names or none has")
    names = [name for node in declared for name in node.field_children("name") if name.is_named()]
    for name in find_repeated(name for name in names if name.text() != "_"):
        yield flaw(name, f"two parameters are called `{name.text()}`")
    yield from _check_variadic(parameters, declared)


def _is_name_before(node: SgNode) -> bool:
    """Whether a type alone is the name of a parameter whose type comes later, as in `a, b int`."""
    kind = node.field("type")
    return node.kind() == "parameter_declaration" and kind is not None and kind.kind() == "type_identifier"


def _check_variadic(parameters: SgNode, declared: list[SgNode]) -> Iterator[Flaw]:
    above = parameters.parent()
    is_result = above is not None and above.field("result") == parameters
    for at, node in enumerate(declared):
        if node.kind() == "variadic_parameter_declaration":
            is_shared = node.field("name") is not None and at > 0 and declared[at - 1].field("name") is None
            if is_result or is_shared or at + 1 < len(declared):
                yield flaw(node, "only the last parameter may be variadic")


def _check_function(function: SgNode) -> Iterator[Flaw]:
    name = function.field("name")
    if kind_above(function) != "source_file":
        yield flaw(function, "a named function stands outside of others; assign a function literal here")
    if name is None or name.text() not in {"init", "main"}:
        return
    if function.field("result") is not None:
        yield flaw(name, f"func {name.text()} has no results")
    elif parts(function.field("parameters")):
        yield flaw(name, f"func {name.text()} has no parameters")


def _check_method(method: SgNode) -> Iterator[Flaw]:
    receiver = method.field("receiver")
    if receiver is not None and len(parts(receiver)) != 1:
        yield flaw(method, "a method has exactly one receiver")


def _check_statement(statement: SgNode) -> Iterator[Flaw]:
    used = _without_parentheses(statement.child(0))
    if used is None or used.kind() == "call_expression" or used.kind() == "type_conversion_expression":
        return
    if used.kind() != "unary_expression" or "<-" not in tokens(used):
        yield flaw(statement, f"`{shorten(statement)}` is not used")


def _without_parentheses(node: SgNode | None) -> SgNode | None:
    while node is not None and node.kind() == "parenthesized_expression":
        node = next(iter(parts(node)), None)
    return node


def _check_deferred(statement: SgNode) -> Iterator[Flaw]:
    called = next(iter(parts(statement)), None)
    if called is not None and called.kind() not in {"call_expression", "type_conversion_expression"}:
        yield flaw(called, f"`{statement.child(0).text()}` needs a function call")  # type: ignore[union-attr]


def _check_jump(jump: SgNode) -> Iterator[Flaw]:
    return check_jump(jump, {"for_statement"}, _SWITCHES, _FUNCTIONS)


def _check_fallthrough(statement: SgNode) -> Iterator[Flaw]:
    statements = statement.parent()
    case = statements.parent() if statements is not None else None
    switch = case.parent() if case is not None else None
    if case is None or switch is None or switch.kind() != "expression_switch_statement":
        yield flaw(statement, "`fallthrough` stands in no case of a switch")
    elif any(node.is_named() and node.kind() not in {*COMMENTS, "empty_statement"} for node in statement.next_all()):
        yield flaw(statement, "`fallthrough` is a case's last statement")
    elif not any(node.kind() in _CASES for node in case.next_all()):
        yield flaw(statement, "`fallthrough` stands in the last case")


def _check_label(statement: SgNode) -> Iterator[Flaw]:
    label = statement.child(0)
    function = find_enclosing(statement, _FUNCTIONS, ())
    if label is None or function is None or label.text() == "_":
        return
    used = function.find_all({"rule": {"kind": "label_name"}})
    if sum(node.text() == label.text() for node in used) == 1:
        yield flaw(label, f"label {label.text()} is not used")


def _check_switch(switch: SgNode) -> Iterator[Flaw]:
    defaults = [node for node in parts(switch) if node.kind() == "default_case"]
    for node in defaults[1:]:
        yield flaw(node, "there are two default cases")
    values = [value for case in parts(switch) for value in case.field_children("value")]
    for node in find_repeated(node for value in values for node in parts(value) if node.kind() in _CONSTANTS):
        yield flaw(node, f"case {shorten(node)} is there twice")


def _check_short_declaration(declaration: SgNode) -> Iterator[Flaw]:
    names = parts(declaration.field("left"))
    for node in names:
        if node.kind() not in _NAMES:
            yield flaw(node, f"`{shorten(node)}` on the left side of `:=` is not a name")
    for node in find_repeated(node for node in names if node.text() != "_"):
        yield flaw(node, f"`{node.text()}` is there twice on the left side of `:=`")
    if names and all(node.text() == "_" for node in names):
        yield flaw(declaration, "there are no new variables on the left side of `:=`")
    yield from _check_count(declaration, names)
    for node in parts(declaration.field("right")):
        if node.kind() == "nil":
            yield flaw(node, "`nil` tells no type; write `var name Type`")


def _check_redeclared(statements: SgNode) -> Iterator[Flaw]:
    """A `:=` whose names are all declared in the same block before it."""
    known: set[str] = {"_"}
    for statement in parts(statements):
        if statement.kind() == "short_var_declaration":
            names = {node.text() for node in parts(statement.field("left"))}
            if names and names <= known and names != {"_"}:
                yield flaw(statement, "there are no new variables on the left side of `:=`")
            known |= names


def _check_count(statement: SgNode, left: list[SgNode]) -> Iterator[Flaw]:
    values = parts(statement.field("right") or statement.field("value"))
    is_one_for_many = len(values) == 1 and (_without_parentheses(values[0]) or values[0]).kind() in _MANY_VALUES
    if values and len(left) != len(values) and not (is_one_for_many and len(left) > 1):
        yield flaw(statement, f"{len(left)} variables get {len(values)} values")


def _check_assignment(assignment: SgNode) -> Iterator[Flaw]:
    names = parts(assignment.field("left"))
    for node in names:
        target = _without_parentheses(node) or node
        # The grammar takes some pointers and elements for conversions and types.
        is_read_as_type = target.text().startswith("*") or target.text().endswith("]")
        is_operation = target.kind() == "unary_expression" and "*" not in tokens(target)
        if is_operation or not (target.kind() in _ASSIGNABLE or is_read_as_type):
            yield flaw(node, f"`{shorten(node)}` cannot be assigned to")
    operator = assignment.field("operator")
    if operator is not None and operator.text() != "=" and len(names) > 1:
        yield flaw(assignment, f"`{operator.text()}` takes one variable")
    else:
        yield from _check_count(assignment, names)


def _check_variables(spec: SgNode) -> Iterator[Flaw]:
    names = [node for node in spec.field_children("name") if node.is_named()]
    yield from _check_count(spec, names)


def _check_constants(declaration: SgNode) -> Iterator[Flaw]:
    specs = [node for node in parts(declaration) if node.kind() == "const_spec"]
    for at, spec in enumerate(specs):
        has_value = spec.field("value") is not None
        if not has_value and (at == 0 or spec.field("type") is not None):
            yield flaw(spec, "this constant has no value")
        elif has_value:
            yield from _check_variables(spec)


def _check_fields(fields: SgNode) -> Iterator[Flaw]:
    names = [name for field in parts(fields) for name in field.field_children("name") if name.is_named()]
    for name in find_repeated(name for name in names if name.text() != "_"):
        yield flaw(name, f"there are two fields `{name.text()}`")


def _check_condition(statement: SgNode) -> Iterator[Flaw]:
    condition = statement.field("condition")
    if condition is not None and condition.kind().endswith("_literal") and condition.kind() != "func_literal":
        yield flaw(condition, f"`{shorten(condition)}` is no condition")


def _check_loop(clause: SgNode) -> Iterator[Flaw]:
    if len(parts(clause.field("left"))) > 2:
        yield flaw(clause, "`range` gives at most two values")


def _check_for_clause(clause: SgNode) -> Iterator[Flaw]:
    if tokens(clause).count(";") < 2:
        yield flaw(clause, "a loop with a start has a condition and a step: `for i := 0; i < n; i++`")
    update = clause.field("update")
    if update is not None and update.kind() == "short_var_declaration":
        yield flaw(update, "a loop's step cannot declare variables")


def _check_implicit_array(array: SgNode) -> Iterator[Flaw]:
    above = array.parent()
    while above is not None and above.kind() in {"implicit_length_array_type", "slice_type", "array_type"}:
        above = above.parent()
    if above is None or above.kind() != "composite_literal":
        yield flaw(array, "`[...]` is for composite literals")


def _check_keys(literal: SgNode) -> Iterator[Flaw]:
    kind, body = literal.field("type"), literal.field("body")
    if kind is None or body is None or kind.kind() != "map_type":
        return
    keys = [parts(element)[0] for element in parts(body) if element.kind() == "keyed_element"]
    for node in find_repeated(inner for key in keys for inner in parts(key)[:1] if inner.kind() in _CONSTANTS):
        yield flaw(node, f"the key {shorten(node)} is there twice")


def _check_communication(case: SgNode) -> Iterator[Flaw]:
    received = case.field("communication")
    value = received.field("right") if received is not None and received.kind() == "receive_statement" else None
    value = _without_parentheses(value)
    if value is not None and (value.kind() != "unary_expression" or "<-" not in tokens(value)):
        yield flaw(value, "a case of `select` sends or receives")


CHECKS: Checks = {
    "source_file": (_check_order,),
    "parameter_list": (_check_parameters,),
    "function_declaration": (_check_function,),
    "method_declaration": (_check_method,),
    "statement_list": (_check_redeclared,),
    "expression_statement": (_check_statement,),
    "defer_statement": (_check_deferred,),
    "go_statement": (_check_deferred,),
    "break_statement": (_check_jump,),
    "continue_statement": (_check_jump,),
    "fallthrough_statement": (_check_fallthrough,),
    "labeled_statement": (_check_label,),
    "expression_switch_statement": (_check_switch,),
    "type_switch_statement": (_check_switch,),
    "select_statement": (_check_switch,),
    "communication_case": (_check_communication,),
    "short_var_declaration": (_check_short_declaration,),
    "assignment_statement": (_check_assignment,),
    "var_spec": (_check_variables,),
    "const_declaration": (_check_constants,),
    "field_declaration_list": (_check_fields,),
    "if_statement": (_check_condition,),
    "for_clause": (_check_for_clause,),
    "range_clause": (_check_loop,),
    "implicit_length_array_type": (_check_implicit_array,),
    "composite_literal": (_check_keys,),
}
