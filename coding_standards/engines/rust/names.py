"""Names of Rust that the compiler refuses: two items of one name, what nothing imports, format texts that do not fit.

Its one rule: a macro, an attribute or a glob may bring any name, so that nothing is said where one of these can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from ast_grep_py import Config, SgNode

from coding_standards.engines.astgrep.structure import (
    Checks,
    Flaw,
    find_enclosing,
    find_named,
    find_repeated,
    flaw,
    kind_above,
    parts,
    split_arguments,
    tokens,
)

_TYPES = frozenset({"struct_item", "enum_item", "union_item", "type_item", "trait_item"})
_VALUES = frozenset({"function_item", "const_item", "static_item"})
_STANDARD = {
    **dict.fromkeys(("HashMap", "HashSet", "BTreeMap", "BTreeSet", "VecDeque", "BinaryHeap"), "collections"),
    **dict.fromkeys(("Arc", "Mutex", "RwLock", "OnceLock", "Condvar"), "sync"),
    **dict.fromkeys(("Rc",), "rc"),
    **dict.fromkeys(("RefCell",), "cell"),
    **dict.fromkeys(("PathBuf",), "path"),
}
_NAMED = frozenset({*_TYPES, *_VALUES, "enum_variant", "associated_type", "mod_item"})
_NAMING_KINDS = (*_NAMED, "use_declaration", "extern_crate_declaration", "type_parameters", "macro_invocation")
_NAMING = cast(Config, {"rule": {"any": [{"kind": kind} for kind in _NAMING_KINDS]}})
_USE = re.compile(r"\buse\b")
_WORD = re.compile(r"\w+")
_GLOB = re.compile(r"\buse\s+(?!super::\*|self::\*)[^;]{0,1000}\*")
_FORMATTERS = {
    **dict.fromkeys(("println", "print", "eprintln", "eprint", "format", "panic"), 0),
    **dict.fromkeys(("write", "writeln"), 1),
}
"""Macros of the standard library, with the arguments before the text."""
_PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_CALLED = frozenset({"println", "print", "eprintln", "eprint"})
_NO_PLACE = frozenset({"integer_literal", "float_literal", "string_literal", "boolean_literal", "char_literal"})


def _has_attribute(item: SgNode) -> bool:
    before = item.prev()
    while before is not None and before.kind() in {"attribute_item", "line_comment", "block_comment"}:
        if before.kind() == "attribute_item" and not before.text().startswith(("#[derive", "#[doc", "#[inline")):
            return True
        before = before.prev()
    return False


def _check_items(holder: SgNode) -> Iterator[Flaw]:
    """Two items of one name side by side; an attribute may leave one of them out."""
    if holder.kind() == "declaration_list" and kind_above(holder) != "mod_item":
        return
    for kinds in (_TYPES, _VALUES):
        items = (item for item in parts(holder) if item.kind() in kinds and not _has_attribute(item))
        names = (name for item in items if (name := item.field("name")) is not None and name.text() != "_")
        for name in find_repeated(names):
            yield flaw(name, f"`{name.text()}` is defined twice")


def find_missing_imports(tree: SgNode, code: str) -> Iterator[tuple[SgNode, str]]:
    """Types of the standard library that the file neither imports nor defines: where the first is, and its path."""
    wanted = [name for name in _STANDARD if name in code]
    if not wanted or _GLOB.search(code) or "macro_rules!" in code or "include!" in code:
        return
    if any(node.kind() == "use_declaration" and "*" in node.text() for node in parts(tree)):
        return  # at the top of a file `super` is another file
    named = _find_named(tree)
    for name in wanted:
        for node in find_named(tree, ("type_identifier", "identifier"), (name,)) if name not in named else ():
            if not _is_qualified(node) and find_enclosing(node, ("token_tree", "attribute_item"), ()) is None:
                yield node, f"std::{_STANDARD[name]}::{name}"
                break


def find_import_flaws(tree: SgNode, code: str) -> Iterator[Flaw]:
    """The same as what a compiler would say of it."""
    for node, path in find_missing_imports(tree, code):
        yield flaw(node, f"`{node.text()}` is not imported; write `use {path};`")


def mend_imports(code: str, tree: SgNode) -> str:
    """The text of a file that parses with imports of the standard library's types that it uses at its top."""
    is_special = "no_std" in code or "await" in code  # another library may have a type of the same name
    paths = [path for node, path in find_missing_imports(tree, code) if not is_special and _is_at_top(tree, node)]
    nodes = tree.children()
    first = max((number for number, node in enumerate(nodes) if _is_about_file(node)), default=-1) + 1
    below = nodes[first:]
    if not paths or not below:
        return code
    uses = [node for node in below if node.kind() == "use_declaration" and not _has_attribute(node)]
    place = (uses or below)[0].range().start.index
    return code[:place] + "".join(f"use {path};\n" for path in sorted(paths)) + ("" if uses else "\n") + code[place:]


def _is_at_top(tree: SgNode, name: SgNode) -> bool:
    """Whether an import at the top reaches all places that have this name: none is in a module of its own."""
    places = find_named(tree, ("type_identifier", "identifier"), (name.text(),))
    return all(find_enclosing(place, ("mod_item",), ()) is None for place in places)


def _is_about_file(node: SgNode) -> bool:
    return node.kind() == "inner_attribute_item" or node.text().startswith(("//!", "/*!"))


def _find_named(tree: SgNode) -> set[str]:
    """What imports, definitions and type parameters name, and all words of a macro that imports something."""
    found: set[str] = set()
    for node in tree.find_all(_NAMING):
        name = node.field("name") if node.kind() in _NAMED else node
        text = name.text() if name is not None else ""
        if node.kind() != "macro_invocation" or _USE.search(text):
            found.update(_WORD.findall(text))
    return found


def _is_qualified(node: SgNode) -> bool:
    before = node.prev()
    return before is not None and before.kind() == "::"


def _check_macro(macro: SgNode) -> Iterator[Flaw]:
    name = macro.field("macro")
    if name is None or name.text() not in _FORMATTERS:
        return
    tree = next((part for part in parts(macro) if part.kind() == "token_tree"), None)
    arguments = split_arguments(tree)[_FORMATTERS[name.text()] :] if tree is not None else []
    if not arguments or len(arguments[0]) != 1 or arguments[0][0].kind() != "string_literal":
        return
    wanted = _places(arguments[0][0].text())
    if wanted is None:
        yield flaw(arguments[0][0], "a brace of the text has no partner; write `{{` for one that is shown")
        return
    names = {argument[0].text() for argument in arguments[1:] if len(argument) > 2 and argument[1].text() == "="}
    plain = len(arguments) - 1 - len(names)
    counted = sum(place == "" for place in wanted)
    numbers = [int(place) + 1 for place in wanted if place.isdigit()]
    if max([counted, *numbers]) > plain:
        yield flaw(macro, f"the text wants {max([counted, *numbers])} values and gets {plain}")
    elif plain > counted and not numbers and "$" not in arguments[0][0].text() and ".*" not in arguments[0][0].text():
        yield flaw(macro, f"the text wants {counted} values and gets {plain}")


def _places(text: str) -> list[str] | None:
    """What each place of a format text is called; None where a brace is alone."""
    found: list[str] = []
    for place in _PLACE.finditer(text):
        if place[0] in {"{", "}"}:
            return None
        if place[1] is not None:
            if ".*" in place[1]:
                found.append("")
            found.append(place[1].partition(":")[0].strip())
    return found


def _check_call(call: SgNode) -> Iterator[Flaw]:
    function = call.field("function")
    if function is not None and function.kind() == "identifier" and function.text() in _CALLED:
        yield flaw(call, f"`{function.text()}!` is a macro and has its `!`")


def _check_assignment(assignment: SgNode) -> Iterator[Flaw]:
    left = assignment.field("left")
    if left is not None and (left.kind() in _NO_PLACE or (left.kind() == "call_expression" and not _is_tuple(left))):
        yield flaw(left, "this cannot be assigned to")


def _is_tuple(call: SgNode) -> bool:
    """Whether it may be a pattern: `Some(x) = ...` takes apart what comes from the right."""
    function = call.field("function")
    return function is not None and function.text().rpartition("::")[2][:1].isupper()


def _check_let(declaration: SgNode) -> Iterator[Flaw]:
    value = declaration.field("value")
    if value is not None and value.text() == "_":
        yield flaw(value, "`_` is no value")


def _check_reference(reference: SgNode) -> Iterator[Flaw]:
    """A reference in a field says how long it lives."""
    if any(part.kind() == "lifetime" for part in parts(reference)):
        return
    within = ("function_type", "function_signature_item", "function_item", "block")
    field = find_enclosing(reference, ("field_declaration", "ordered_field_declaration_list"), within)
    if field is not None and find_enclosing(field, ("macro_invocation", "token_tree"), ()) is None:
        yield flaw(reference, "a reference in a field needs a lifetime: `&'a`")


def _check_main(function: SgNode) -> Iterator[Flaw]:
    name = function.field("name")
    is_main = name is not None and name.text() == "main" and kind_above(function) == "source_file"
    if not is_main or _has_attribute(function):
        return
    words = next((part for part in parts(function) if part.kind() == "function_modifiers"), None)
    if words is not None and "async" in tokens(words):
        yield flaw(function, "`main` is not async; a runtime's attribute such as `#[tokio::main]` makes it so")


CHECKS: Checks = {
    "source_file": (_check_items,),
    "declaration_list": (_check_items,),
    "macro_invocation": (_check_macro,),
    "call_expression": (_check_call,),
    "assignment_expression": (_check_assignment,),
    "let_declaration": (_check_let,),
    "reference_type": (_check_reference,),
    "function_item": (_check_main,),
}
