"""What javac refuses in declarations that the grammar takes, as far as the text alone tells it.

Its one rule: what depends on types or on other files is left to the compiler.
"""

from __future__ import annotations

from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.engines.astgrep.structure import Checks, Flaw, find_repeated, flaw, kind_above, parts

TYPES = frozenset(
    {
        "class_declaration",
        "interface_declaration",
        "enum_declaration",
        "record_declaration",
        "annotation_type_declaration",
    }
)
_AT_TOP = TYPES | {"method_declaration", "local_variable_declaration", "field_declaration", "constant_declaration"}
_ACCESS = frozenset({"public", "protected", "private"})
_INTERFACE_BODIES = frozenset({"interface_body", "annotation_type_body"})
_NO_TYPE_NAME = frozenset({"var", "yield", "record", "sealed", "permits"})
_APART = (
    ({"abstract", "final"}, "abstract", "final"),
    ({"sealed", "final"}, "sealed", "final"),
    ({"sealed", "non-sealed"}, "sealed", "non-sealed"),
    ({"abstract", "private"}, "abstract", "private"),
    ({"abstract", "static"}, "abstract", "static"),
    ({"abstract", "native"}, "abstract", "native"),
    ({"abstract", "synchronized"}, "abstract", "synchronized"),
    ({"abstract", "default"}, "abstract", "default"),
    ({"final", "volatile"}, "final", "volatile"),
)
_MODIFIERS = {
    "field_declaration": _ACCESS | {"static", "final", "transient", "volatile"},
    "constant_declaration": frozenset({"public", "static", "final"}),
    "local_variable_declaration": frozenset({"final"}),
    "constructor_declaration": _ACCESS,
    "compact_constructor_declaration": _ACCESS,
    "formal_parameter": frozenset({"final"}),
    "spread_parameter": frozenset({"final"}),
    "method_declaration": _ACCESS | {"abstract", "static", "final", "native", "synchronized", "strictfp", "default"},
}


def modifiers(node: SgNode) -> list[str]:
    """The words before a declaration, without annotations."""
    given = next((child for child in node.children() if child.kind() == "modifiers"), None)
    words = [child.text() for child in given.children() if "annotation" not in child.kind()] if given else []
    return [word for word in words if word.isidentifier() or word == "non-sealed"]


def _check_file(program: SgNode) -> Iterator[Flaw]:
    """A package clause, then imports, then types; or methods and fields of a file that is a class (Java 25)."""
    seen_type = False
    public: list[SgNode] = []
    for at, node in enumerate(node for node in parts(program)):
        kind = node.kind()
        if kind == "package_declaration" and at:
            yield flaw(node, "the `package` clause comes first")
        elif kind == "import_declaration":
            if seen_type:
                yield flaw(node, "imports come before types")
        elif kind in _AT_TOP:
            seen_type = True
            if kind in TYPES and "public" in modifiers(node):
                public.append(node)
        elif kind not in {"package_declaration", "module_declaration"}:
            yield flaw(node, "a statement stands in a method")
    for node in public[1:]:
        yield flaw(node, "a second public type needs a file of its own")
    yield from _check_names(node for node in parts(program) if node.kind() in TYPES)


def _check_names(types: Iterator[SgNode]) -> Iterator[Flaw]:
    for name in find_repeated(name for name in (node.field("name") for node in types) if name is not None):
        yield flaw(name, f"there are two types `{name.text()}`")


def check_modifiers(node: SgNode) -> Iterator[Flaw]:
    """Words before a declaration that cannot stand there, or not together."""
    words = modifiers(node)
    if not words:
        return
    for word in sorted({word for word in words if words.count(word) > 1}):
        yield flaw(node, f"`{word}` is there twice")
    if len(_ACCESS & set(words)) > 1:
        yield flaw(node, "it is public, protected or private, not several of them")
    for both, first, second in _APART:
        if both <= set(words) and not (node.kind() != "method_declaration" and second in {"private", "static"}):
            yield flaw(node, f"it cannot be {first} and {second}")
    # A field of a file that is a class is read as a local variable.
    is_top = node.kind() == "local_variable_declaration" and kind_above(node) == "program"
    allowed = _MODIFIERS["field_declaration"] if is_top else _MODIFIERS.get(node.kind(), frozenset(words))
    for word in words:
        if word not in allowed:
            yield flaw(node, f"`{word}` cannot stand here")


def _check_type(node: SgNode) -> Iterator[Flaw]:
    name = node.field("name")
    if name is not None and name.text() in _NO_TYPE_NAME:
        yield flaw(name, f"a type cannot be called `{name.text()}`")
    words = set(modifiers(node))
    wrong = words & ({"private", "protected", "static"} if kind_above(node) == "program" else set())
    wrong |= words & {"synchronized", "native", "transient", "volatile", "default"}
    for word in sorted(wrong):
        yield flaw(node, f"`{word}` cannot stand before this type")
    body = node.field("body")
    if body is not None:
        yield from _check_members(node, body)


def _check_members(node: SgNode, body: SgNode) -> Iterator[Flaw]:
    members = parts(body)
    if body.kind() == "enum_body":
        members = [inner for part in members if part.kind() == "enum_body_declarations" for inner in parts(part)]
    yield from _check_names(member for member in members if member.kind() in TYPES)
    is_class = node.kind() == "class_declaration"
    for member in members:
        if member.kind() == "constructor_declaration":
            yield from _check_constructor(node, member)
        elif member.kind() == "method_declaration" and is_class and "abstract" in modifiers(member):
            if "abstract" not in modifiers(node):
                yield flaw(member, "an abstract method stands in an abstract class")
        elif node.kind() == "record_declaration":
            yield from _check_record_member(member)
        elif node.kind() in {"interface_declaration", "annotation_type_declaration"} and member.kind() == "block":
            yield flaw(member, "an interface has no initialiser")
    fields = [member for member in members if member.kind() in {"field_declaration", "constant_declaration"}]
    declared = [one for field in fields for one in field.field_children("declarator")]
    for name in find_repeated(name for name in (one.field("name") for one in declared) if name is not None):
        yield flaw(name, f"there are two fields `{name.text()}`")
    yield from _check_overloads(members)


def _check_overloads(members: list[SgNode]) -> Iterator[Flaw]:
    """Two methods whose name and types of parameters are written alike."""
    seen: set[tuple[str, ...]] = set()
    for method in members:
        name, parameters = method.field("name"), method.field("parameters")
        if method.kind() != "method_declaration" or name is None or parameters is None:
            continue
        types = [next((part for part in parts(one) if part.kind() != "modifiers"), one) for one in parts(parameters)]
        dots = "..." if any(one.kind() == "spread_parameter" for one in parts(parameters)) else ""
        shape = (name.text(), *("".join(kind.text().split()) for kind in types), dots)
        if shape in seen and not any(one.field("dimensions") for one in parts(parameters)):
            yield flaw(name, f"there are two methods `{name.text()}` with these parameters")
        seen.add(shape)


def _check_constructor(node: SgNode, constructor: SgNode) -> Iterator[Flaw]:
    name, own = constructor.field("name"), node.field("name")
    if name is not None and own is not None and name.text() != own.text():
        yield flaw(name, f"the method `{name.text()}` needs a type of its result")
    elif node.kind() == "enum_declaration" and {"public", "protected"} & set(modifiers(constructor)):
        yield flaw(constructor, "a constructor of an enum is private")


def _check_record_member(member: SgNode) -> Iterator[Flaw]:
    if member.kind() == "field_declaration" and "static" not in modifiers(member):
        yield flaw(member, "a record has no fields but its components; make this one static or a component")
    elif member.kind() == "block":
        yield flaw(member, "a record has no initialiser; use a compact constructor")
    elif member.kind() == "method_declaration" and "native" in modifiers(member):
        yield flaw(member, "a record has no native methods")


def _check_method(method: SgNode) -> Iterator[Flaw]:
    words, has_body = set(modifiers(method)), method.field("body") is not None
    if kind_above(method) in _INTERFACE_BODIES:
        needs_body = bool(words & {"default", "static", "private"})
        for word in sorted(words & {"protected", "final", "synchronized", "native"}):
            yield flaw(method, f"`{word}` cannot stand before a method of an interface")
        if has_body and not needs_body:
            yield flaw(method, "a method of an interface has a body only where it is default, static or private")
    else:
        needs_body = not words & {"abstract", "native"}
        if has_body and not needs_body:
            yield flaw(method, "an abstract or native method has no body")
        if "default" in words:
            yield flaw(method, "only a method of an interface is `default`")
    if needs_body and not has_body:
        yield flaw(method, "this method needs a body")
    yield from _check_no_var(method)
    yield from _check_named(method.field("name"), "`_` is no name of a method")


def _check_no_var(declaration: SgNode) -> Iterator[Flaw]:
    kind = declaration.field("type")
    if kind is not None and kind.text() == "var":
        yield flaw(kind, "`var` is only for local variables")


def _check_named(name: SgNode | None, says: str) -> Iterator[Flaw]:
    if name is not None and name.text() == "_":
        yield flaw(name, says)


def _check_parameters(parameters: SgNode) -> Iterator[Flaw]:
    declared = [node for node in parts(parameters) if node.kind() in {"formal_parameter", "spread_parameter"}]
    for node in declared[:-1]:
        if node.kind() == "spread_parameter":
            yield flaw(node, "only the last parameter takes any number of values")
    names = [_find_name(node) for node in declared]
    for name in find_repeated(name for name in names if name is not None and name.text() != "_"):
        yield flaw(name, f"two parameters are called `{name.text()}`")
    if kind_above(parameters) in {"method_declaration", "constructor_declaration", "record_declaration"}:
        for node in declared:
            yield from _check_no_var(node)
            yield from _check_named(_find_name(node), "a parameter of a method needs a name")


def _find_name(parameter: SgNode) -> SgNode | None:
    if parameter.kind() == "formal_parameter":
        return parameter.field("name")
    return next((part.field("name") for part in parts(parameter) if part.kind() == "variable_declarator"), None)


def _check_field(field: SgNode) -> Iterator[Flaw]:
    yield from _check_no_var(field)
    for declarator in field.field_children("declarator"):
        if declarator.field("value") is None and field.kind() == "constant_declaration":
            yield flaw(declarator, "a field of an interface needs a value")
        yield from _check_named(declarator.field("name"), "a field needs a name")


def check_no_void(node: SgNode) -> Iterator[Flaw]:
    """A variable without a type that has values."""
    kind = node.field("type")
    if kind is not None and kind.kind() == "void_type":
        yield flaw(kind, "only methods are `void`")


def _check_type_arguments(arguments: SgNode) -> Iterator[Flaw]:
    for node in parts(arguments):
        if node.kind() in {"integral_type", "floating_point_type", "boolean_type", "void_type"}:
            yield flaw(node, f"`{node.text()}` is no class; use the class for it, as `Integer` for `int`")


CHECKS: Checks = {
    "program": (_check_file,),
    **dict.fromkeys(TYPES, (check_modifiers, _check_type)),
    "method_declaration": (check_modifiers, _check_method),
    "constructor_declaration": (check_modifiers,),
    "compact_constructor_declaration": (check_modifiers,),
    "field_declaration": (check_modifiers, _check_field, check_no_void),
    "constant_declaration": (check_modifiers, _check_field, check_no_void),
    "formal_parameters": (_check_parameters,),
    "formal_parameter": (check_modifiers, check_no_void),
    "spread_parameter": (check_modifiers, check_no_void),
    "type_arguments": (_check_type_arguments,),
}
