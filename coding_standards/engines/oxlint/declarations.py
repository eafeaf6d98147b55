"""What the TypeScript compiler refuses in declarations that oxlint lets through, as far as the text alone tells it.

Its one rule: only grammar is told, what the compiler numbers from TS1000 to TS1999 or finds without knowing a type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.engines.astgrep.structure import (
    Checks,
    Flaw,
    find_enclosing,
    find_next,
    find_repeated,
    flaw,
    kind_above,
    parts,
    tokens,
)

MODIFIERS = ("public", "private", "protected", "abstract", "static", "override", "declare", "readonly")
_CLASSES = ("class_declaration", "abstract_class_declaration", "class")
_METHODS = frozenset({"method_signature", "method_definition", "abstract_method_signature"})
_FIELDS = frozenset({"public_field_definition", "field_definition"})
_BODIES = frozenset({"function_declaration", "function_expression", "generator_function_declaration", "if_statement"})
_RESERVED_TYPES = frozenset(
    ("any", "unknown", "never", "number", "bigint", "boolean", "string", "symbol", "void", "object", "undefined")
)
_LITERALS = frozenset({"string", "number", "true", "false", "member_expression", "subscript_expression"})
_NO_VALUE_YET = "`!` needs a type and says that the value comes later; leave it out, or the value"
_CALLS = frozenset({"call_expression", "new_expression", "await_expression", "object", "array", "arrow_function"})


_TYPED_LOOP = re.compile(r"for\s*(?:await\s*)?\(\s*(?:const|let|var)\s+\w+\s*:\s*[\w.<>\[\]| ]{1,80}?\s(?:of|in)\s")
_LATE_EXTENDS = re.compile(r"class\s+\w+\s+implements\s+\w[\w\s,.]{0,200}?\s+extends\s")


def _is_ambient(node: SgNode) -> bool:
    return find_enclosing(node, ("ambient_declaration",), ("class_static_block",)) is not None


def _words(member: SgNode) -> list[str]:
    """The modifiers that stand before a member, as they are written."""
    kinds = {"accessibility_modifier", "override_modifier"}
    return [node.text() for node in member.children() if node.kind() in kinds or node.kind() in {*MODIFIERS, "async"}]


def _name(node: SgNode) -> str:
    name = node.field("name")
    return name.text() if name is not None else ""


def _is_constructor(node: SgNode | None) -> bool:
    return (
        node is not None and node.kind() in _METHODS and _name(node) == "constructor" and "static" not in _words(node)
    )


def _check_parameters(parameters: SgNode) -> Iterator[Flaw]:
    owner = parameters.parent()
    has_optional = False
    patterns = (pattern for node in parts(parameters) if (pattern := node.field("pattern")) is not None)
    for name in find_repeated(pattern for pattern in patterns if pattern.kind() == "identifier"):
        yield flaw(name, f"`{name.text()}` is there twice")
    for node in parts(parameters):
        pattern = node.field("pattern")
        is_rest = pattern is not None and pattern.kind() == "rest_pattern"
        if node.kind() == "optional_parameter":
            has_optional = True
            if is_rest:
                yield flaw(node, "a rest parameter cannot be optional")
            elif node.field("value") is not None:
                yield flaw(node, "a parameter has a `?` or a value, not both")
        elif node.kind() == "required_parameter" and has_optional and not is_rest and node.field("value") is None:
            yield flaw(node, "a required parameter cannot follow an optional one")
        words = _words(node)
        if words and not (_is_constructor(owner) and owner is not None and owner.kind() == "method_definition"):
            yield flaw(node, f"`{words[0]}` stands before a parameter only where a constructor has a body")
        elif words and _is_ambient(node):
            yield flaw(node, f"`{words[0]}` cannot stand before a parameter of a declaration")


def _check_accessor(method: SgNode, parameters: list[SgNode]) -> Iterator[Flaw]:
    if "set" not in tokens(method):
        return
    for node in parameters:
        if node.kind() == "optional_parameter" or node.field("value") is not None:
            yield flaw(node, "the parameter of a setter is neither optional nor has it a value")
    if method.field("return_type") is not None:
        yield flaw(method, "a setter has no type of its result")


def _check_method(method: SgNode) -> Iterator[Flaw]:
    words = _words(method)
    yield from _check_accessor(method, parts(method.field("parameters")))
    for word in sorted({"readonly", "declare"} & set(words)):
        yield flaw(method, f"`{word}` cannot stand before a method")
    if _is_constructor(method):
        if method.field("return_type") is not None or method.field("type_parameters") is not None:
            yield flaw(method, "a constructor has neither type parameters nor a type of its result")
        for word in sorted({"abstract", "async", "override"} & set(words)):
            yield flaw(method, f"`{word}` cannot stand before a constructor")
    if method.kind() == "method_definition" and _stands_in_class(method) and _is_ambient(method):
        yield flaw(method, "a declaration has no body")
    if method.kind() == "method_signature":
        yield from _check_overload(method)


def _stands_in_class(member: SgNode) -> bool:
    return kind_above(member) == "class_body"


def _check_overload(signature: SgNode) -> Iterator[Flaw]:
    """A method without a body comes before one of the same name, or is optional, abstract or only declared."""
    if not _stands_in_class(signature) or "?" in tokens(signature) or _is_ambient(signature):
        return
    following = find_next(signature)
    if following is None or (following.kind() in _METHODS and _name(following) != _name(signature)):
        yield flaw(signature, f"the method `{_name(signature)}` needs a body")


def _check_abstract(method: SgNode) -> Iterator[Flaw]:
    for word in sorted({"private", "static", "async"} & set(_words(method))):
        yield flaw(method, f"`{word}` cannot stand beside `abstract`")
    above = find_enclosing(method, _CLASSES, ())
    if above is not None and above.kind() != "abstract_class_declaration" and above.text()[:8] != "abstract":
        yield flaw(method, "only an abstract class has abstract members")
    if _is_constructor(method):
        yield flaw(method, "a constructor cannot be abstract")
    following = method.next()
    if following is not None and following.text().startswith("{"):
        yield flaw(method, "an abstract method has no body")


def _check_field(field: SgNode) -> Iterator[Flaw]:
    words, value = _words(field), field.field("value")
    if "abstract" in words:
        yield from _check_abstract(field)
    if _name(field).startswith("#") and not {"public", "private", "protected", "abstract", "declare"}.isdisjoint(words):
        yield flaw(field, "a name with `#` is private by itself and takes no such word")
    if value is not None and "abstract" in words:
        yield flaw(field, "an abstract property has no value")
    elif value is not None and "!" in tokens(field):
        yield flaw(field, _NO_VALUE_YET)
    elif value is not None and ("declare" in words or (_is_ambient(field) and "readonly" not in words)):
        yield flaw(field, "a declaration has no value")
    elif "!" in tokens(field) and field.field("type") is None:
        yield flaw(field, _NO_VALUE_YET)


def _check_variable(declarator: SgNode) -> Iterator[Flaw]:
    value, statement = declarator.field("value"), declarator.parent()
    if "!" in tokens(declarator) and declarator.field("type") is None:
        yield flaw(declarator, _NO_VALUE_YET)
    if value is None or statement is None or not _is_ambient(declarator):
        return
    is_constant = statement.child(0) is not None and statement.text().startswith("const")
    plain = value.kind() in _LITERALS or value.text().lstrip("-").isdigit() or value.kind() == "template_string"
    if not is_constant or declarator.field("type") is not None or not (plain or value.kind() == "unary_expression"):
        yield flaw(declarator, "a declaration has no value but a constant's literal")


def _check_function(function: SgNode) -> Iterator[Flaw]:
    if _is_ambient(function):
        yield flaw(function, "a declaration has no body")


def _check_signature(signature: SgNode) -> Iterator[Flaw]:
    """A function without a body comes before one of the same name, or is only declared."""
    if _is_ambient(signature):
        if "async" in tokens(signature):
            yield flaw(signature, "a declaration is not `async`; its type says what it gives")
        return
    statement = signature.parent()
    outer = statement if statement is not None and statement.kind() == "export_statement" else signature
    following = find_next(outer)
    if following is not None and following.kind() == "export_statement":
        following = following.field("declaration") or next(iter(parts(following)), following)
    is_followed = following is not None and "function" in following.kind()
    if not is_followed or (following is not None and _name(following) != _name(signature)):
        yield flaw(signature, f"the function `{_name(signature)}` needs a body")


def _check_member(member: SgNode) -> Iterator[Flaw]:
    if kind_above(member) not in {"interface_body", "object_type"}:
        return
    allowed = {"readonly"} if member.kind() == "property_signature" else set()
    for word in _words(member):
        if word not in allowed and word != "async":
            yield flaw(member, f"`{word}` cannot stand before a member of a type")


def _check_type_parameters(parameters: SgNode) -> Iterator[Flaw]:
    has_default = False
    for node in parts(parameters):
        if has_default and node.field("value") is None:
            yield flaw(node, "a required type parameter cannot follow an optional one")
        has_default = has_default or node.field("value") is not None
    for name in find_repeated(name for node in parts(parameters) if (name := node.field("name")) is not None):
        yield flaw(name, f"`{name.text()}` is there twice")


def _check_empty(types: SgNode) -> Iterator[Flaw]:
    inner = types.text()[1:-1].strip()
    if not inner:
        yield flaw(types, "an empty list of types says nothing")
    elif inner.endswith(",") and types.kind() == "type_arguments":
        yield flaw(types, "a list of types that are given does not end in a comma")


def _check_type_name(declaration: SgNode) -> Iterator[Flaw]:
    if _name(declaration) in _RESERVED_TYPES:
        yield flaw(declaration, f"`{_name(declaration)}` is the compiler's own type")


def _check_enum(body: SgNode) -> Iterator[Flaw]:
    is_declared = _is_ambient(body)
    for member in parts(body):
        name = member.field("name") if member.kind() == "enum_assignment" else member
        value = member.field("value") if member.kind() == "enum_assignment" else None
        if name is not None and name.kind() == "number":
            yield flaw(name, "a member of an enum is not called by a number")
        inner = parts(name)[:1] if name is not None and name.kind() == "computed_property_name" else []
        if inner and inner[0].kind() not in {"string", "template_string"}:
            yield flaw(inner[0], "the name of an enum's member is not computed")
        if is_declared and value is not None and value.kind() in _CALLS:
            yield flaw(value, "a declared enum has constant values")


def _check_tuple(kind: SgNode) -> Iterator[Flaw]:
    has_optional = has_rest = False
    for node in parts(kind):
        if node.text().startswith("..."):
            is_array = node.text().rstrip().endswith("[]")
            if is_array and has_rest:
                yield flaw(node, "a tuple has one rest element")
            has_rest = has_rest or is_array
        elif node.kind() in {"optional_type", "optional_parameter"}:
            has_optional = True
            if has_rest:
                yield flaw(node, "an optional element cannot follow a rest element")
        elif has_optional:
            yield flaw(node, "a required element cannot follow an optional one")


def _check_readonly(kind: SgNode) -> Iterator[Flaw]:
    inner = next(iter(parts(kind)), None)
    if inner is not None and inner.kind() in {"predefined_type", "type_identifier", "generic_type"}:
        yield flaw(kind, "`readonly` stands before an array or a tuple; write `ReadonlyArray<...>` or `Readonly<...>`")


def _check_infer(kind: SgNode) -> Iterator[Flaw]:
    if find_enclosing(kind, ("conditional_type",), ()) is None:
        yield flaw(kind, "`infer` stands in the condition of a conditional type")


def _check_catch(clause: SgNode) -> Iterator[Flaw]:
    kind = clause.field("type")
    if kind is not None and kind.text().lstrip(": \n") not in {"any", "unknown"}:
        yield flaw(kind, "a caught value is `unknown` or `any`; narrow it with `instanceof`")


def _check_heritage(clause: SgNode) -> Iterator[Flaw]:
    if len(clause.field_children("value")) > 1:
        yield flaw(clause, "a class extends one class")


def _check_module_statement(statement: SgNode) -> Iterator[Flaw]:
    """Imports and exports stand at the top of a file, or in a namespace as far as they name no module."""
    if find_enclosing(statement, _BODIES, ("internal_module", "module")) is not None:
        yield flaw(statement, f"`{statement.kind().removesuffix('_statement')}` stands at the top of a file")
    elif find_enclosing(statement, ("internal_module",), ("module",)) is not None:
        is_default = statement.kind() == "export_statement" and "default" in tokens(statement)
        if is_default or (statement.kind() == "import_statement" and statement.field("source") is not None):
            yield flaw(statement, "a namespace neither imports a module nor has it a default export")


def _check_type_import(statement: SgNode) -> Iterator[Flaw]:
    clause = next((node for node in parts(statement) if node.kind() == "import_clause"), None)
    if "type" not in tokens(statement) or clause is None:
        return
    if len(parts(clause)) > 1:
        yield flaw(statement, "a type import has a default name or a list of names, not both")
    for listed in parts(clause):
        for name in parts(listed) if listed.kind() == "named_imports" else ():
            if "type" in tokens(name):
                yield flaw(name, "`type` is there twice")


def _check_declare(statement: SgNode) -> Iterator[Flaw]:
    if any(node.kind() == "ambient_declaration" for node in statement.children()):
        yield flaw(statement, "`declare` is there twice")


def _check_error(error: SgNode) -> Iterator[Flaw]:
    """What the grammar does not take where a modifier, a value or a heritage clause stands in the wrong place."""
    above, before, text = error.parent(), error.prev(), error.text()
    inner = next(iter(parts(error)), error)
    if above is None:
        return
    name = next((node for node in (inner, before) if node is not None and node.text() in {*MODIFIERS, "async"}), None)
    if name is not None and above.kind() in {*_METHODS, *_FIELDS, "class_body"}:
        yield flaw(name, f"`{name.text()}` stands in the wrong place")
    elif inner.text() in {"extends", "implements"} and above.kind() in {*_CLASSES, "interface_declaration"}:
        yield flaw(error, f"`{inner.text()}` stands in the wrong place")
    elif above.kind() == "class_heritage" and text.endswith(","):
        yield flaw(error, "a class extends one class")
    elif inner.kind() == "variable_declarator" and "!" in tokens(inner):
        yield flaw(inner, _NO_VALUE_YET)
    elif before is not None and before.kind() == "variable_declarator" and (text == "!" or "!" in tokens(before)):
        yield flaw(before, _NO_VALUE_YET)
    elif _TYPED_LOOP.match(text):
        yield flaw(error, "the variable of such a loop has no type; it is that of the elements")
    elif _LATE_EXTENDS.match(text):
        yield flaw(error, "`extends` stands before `implements`")
    elif text == "export" and above.kind() == "program":
        yield flaw(error, "`export` is there twice")
    elif text.startswith("[") and above.kind() in {"object_type", "interface_body"}:
        yield flaw(error, "an index signature has one key and a type")
    elif above.kind() == "index_signature":
        yield flaw(error, "an index signature has exactly one key, which is not optional")


CHECKS: Checks = {
    "formal_parameters": (_check_parameters,),
    "method_definition": (_check_method,),
    "method_signature": (_check_method, _check_member),
    "abstract_method_signature": (_check_method, _check_abstract),
    "public_field_definition": (_check_field,),
    "property_signature": (_check_member,),
    "variable_declarator": (_check_variable,),
    "function_declaration": (_check_function,),
    "generator_function_declaration": (_check_function,),
    "function_signature": (_check_signature,),
    "type_parameters": (_check_type_parameters,),
    "type_arguments": (_check_empty,),
    **dict.fromkeys(("type_alias_declaration", "interface_declaration", "enum_declaration"), (_check_type_name,)),
    **dict.fromkeys(_CLASSES, (_check_type_name,)),
    "enum_body": (_check_enum,),
    "tuple_type": (_check_tuple,),
    "readonly_type": (_check_readonly,),
    "infer_type": (_check_infer,),
    "catch_clause": (_check_catch,),
    "extends_clause": (_check_heritage,),
    "export_statement": (_check_module_statement,),
    "import_statement": (_check_module_statement, _check_type_import),
    "ambient_declaration": (_check_declare,),
}
DOUBTFUL_CHECKS: Checks = {
    "ERROR": (_check_error,),
    "abstract_method_signature": (_check_abstract,),
    "type_parameters": (_check_empty,),
    "type_arguments": (_check_empty,),
}
"""For a text that the grammar does not take as a whole, so that it may read what is right in the wrong way."""


def _check_typed(node: SgNode) -> Iterator[Flaw]:
    yield flaw(node, "this is TypeScript")


def _check_optional(member: SgNode) -> Iterator[Flaw]:
    if "?" in tokens(member):
        yield from _check_typed(member)


TYPE_CHECKS: Checks = {
    **dict.fromkeys(("as_expression", "satisfies_expression", "type_annotation", "type_arguments"), (_check_typed,)),
    **dict.fromkeys(("accessibility_modifier", "import_require_clause", "interface_declaration"), (_check_typed,)),
    **dict.fromkeys(("public_field_definition", "method_definition"), (_check_optional,)),
}
"""For JavaScript that its own grammar does not take, read as TypeScript: what only that has and oxlint lets pass."""

SCRIPT_CHECKS: Checks = {"ERROR": (_check_error,)}
"""The same for JavaScript: what only TypeScript has, in places where it is read as a name."""
