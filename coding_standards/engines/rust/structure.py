"""What rustc refuses in items that the grammar takes, as far as the text alone tells it.

Its one rule: an attribute may be a macro that rewrites its item, so that nothing is said of an item that has one of
those that are not Rust's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from coding_standards.engines.astgrep.structure import COMMENTS, Checks, Flaw, find_repeated, flaw, kind_above, parts

_NO_ITEM = frozenset({"let_declaration", "empty_statement"})
_MACRO = frozenset({"macro_invocation"})
_OWN_ATTRIBUTES = re.compile(
    r"#!?\[\s*(?:unsafe\s*\(\s*)?(?:allow|warn|deny|forbid|expect|doc|inline|cold|must_use|deprecated|test|ignore|"
    r"should_panic|no_mangle|export_name|link_name|track_caller|non_exhaustive|repr|rustfmt::\w+|clippy::\w+)\b"
)
_ORDER = ("default", "const", "async", "unsafe", "extern")
_LISTS = frozenset({"declaration_list", "enum_variant_list", "field_declaration_list", "block", "source_file"})


def _has_foreign_attribute(node: SgNode) -> bool:
    """Whether the item, or one that it stands in, has an attribute that may change it, or that may leave it out."""
    for one in (node, *node.ancestors()):
        before = one.prev()
        while before is not None and before.kind() in {"attribute_item", *COMMENTS}:
            if before.kind() == "attribute_item" and not _OWN_ATTRIBUTES.match(before.text()):
                return True
            before = before.prev()
    return False


def _owner(node: SgNode) -> SgNode | None:
    """The trait, implementation or foreign block that an item stands in."""
    above = node.parent()
    return above.parent() if above is not None and above.kind() == "declaration_list" else None


def _owner_kind(node: SgNode) -> str:
    owner = _owner(node)
    if owner is None:
        return ""
    return "trait_impl" if owner.kind() == "impl_item" and owner.field("trait") is not None else owner.kind()


def _check_file(file: SgNode) -> Iterator[Flaw]:
    for node in parts(file):
        inner = next(iter(parts(node)), None)
        is_macro = inner is not None and inner.kind() == "macro_invocation"
        if node.kind() in _NO_ITEM or (node.kind() == "expression_statement" and not is_macro):
            yield flaw(node, "only items stand outside of functions")


def _check_attribute(attribute: SgNode) -> Iterator[Flaw]:
    following = next((node for node in attribute.next_all() if node.kind() not in COMMENTS), None)
    if following is None or following.kind() in {"}", ")", "]"}:
        yield flaw(attribute, "this attribute stands before nothing")


def _check_comment(comment: SgNode) -> Iterator[Flaw]:
    """A comment for documentation documents what comes after it, or what it stands in."""
    kinds = {part.kind() for part in comment.children()}
    if kind_above(comment) not in _LISTS:
        return
    if "outer_doc_comment_marker" in kinds:
        following = next((node for node in comment.next_all() if node.kind() not in COMMENTS), None)
        if following is None or following.kind() == "}":
            yield flaw(comment, "this comment documents nothing; write `//`")
    elif "inner_doc_comment_marker" in kinds and any(_is_item(node) for node in comment.prev_all()):
        yield flaw(comment, "a comment with `!` comes first; write `///` or `//`")


def _is_item(node: SgNode) -> bool:
    return node.is_named() and node.kind() not in {*COMMENTS, "inner_attribute_item", "shebang"}


def _check_inner_attribute(attribute: SgNode) -> Iterator[Flaw]:
    if any(_is_item(node) for node in attribute.prev_all()):
        yield flaw(attribute, "an attribute with `!` comes first")


def _check_function(function: SgNode) -> Iterator[Flaw]:
    has_body, owner = function.kind() == "function_item", _owner_kind(function)
    name = function.field("name")
    if has_body and owner == "foreign_mod_item":
        yield flaw(function, "a foreign function has no body")
    elif not has_body and owner not in {"trait_item", "foreign_mod_item"} and not _has_foreign_attribute(function):
        yield flaw(function, "this function needs a body")
    if name is not None and name.text() == "gen":
        yield Flaw(name.range().start.index, "`gen` is a keyword since edition 2024; write `r#gen`", is_certain=False)


def _check_parameters(parameters: SgNode) -> Iterator[Flaw]:
    function = parameters.parent()
    if function is None or function.kind() not in {"function_item", "function_signature_item"}:
        return
    owner = _owner_kind(function)
    declared = [node for node in parts(parameters) if node.kind() != "attribute_item"]
    for at, node in enumerate(declared):
        if node.kind() == "self_parameter" and (at or owner not in {"trait_item", "impl_item", "trait_impl"}):
            if not _has_foreign_attribute(function):
                yield flaw(node, "`self` is the first parameter of a method")
        elif node.kind() not in {"parameter", "self_parameter", "variadic_parameter", "macro_invocation"}:
            # Traits of edition 2015 have parameters without names.
            offset = node.range().start.index
            yield Flaw(offset, f"the parameter `{node.text()[:40]}` needs a type", owner != "trait_item")
    names = [node.field("pattern") for node in declared if node.kind() == "parameter"]
    plain = [name for name in names if name is not None and name.kind() == "identifier"]
    if not _has_inner_attribute(parameters):
        for name in find_repeated(plain):
            yield flaw(name, f"two parameters are called `{name.text()}`")


def _has_inner_attribute(node: SgNode) -> bool:
    return any(part.kind() == "attribute_item" for part in node.children())


def _check_words(words: SgNode) -> Iterator[Flaw]:
    """The words before `fn` in their order."""
    given = [word.removesuffix("_modifier") for word in (child.kind() for child in words.children()) if word]
    places = [_ORDER.index(word) for word in given if word in _ORDER]
    if places != sorted(set(places)):
        yield flaw(
            words, f"these words stand in the order `{' '.join(_ORDER[place] for place in sorted(set(places)))}`"
        )


def _check_visibility(visibility: SgNode) -> Iterator[Flaw]:
    item = visibility.parent()
    if item is None:
        return
    above = item.parent()
    if item.kind() == "enum_variant" or _is_variant_field(item):
        yield flaw(visibility, "what an enum has is as public as the enum")
    elif item.kind() in {"impl_item", "foreign_mod_item"}:
        yield flaw(visibility, "`pub` cannot stand before this block")
    elif above is not None and _owner_kind(item) in {"trait_item", "trait_impl"} and not _has_foreign_attribute(item):
        yield flaw(visibility, "what a trait has is as public as the trait")


def _is_variant_field(item: SgNode) -> bool:
    if item.kind() in {"ordered_field_declaration_list", "field_declaration"}:
        holder = item.parent()
        if holder is not None and holder.kind() == "field_declaration_list":
            holder = holder.parent()
        return holder is not None and holder.kind() == "enum_variant"
    return False


def _check_constant(item: SgNode) -> Iterator[Flaw]:
    owners = {"trait_item"} if item.kind() == "const_item" else {"foreign_mod_item"}
    name = item.field("name")
    if item.kind() == "static_item" and name is not None and name.text() == "_":
        yield flaw(name, "a static needs a name")
    if item.field("value") is None and _owner_kind(item) not in owners and not _has_foreign_attribute(item):
        yield flaw(item, "this needs a value")


def _check_associated_type(item: SgNode) -> Iterator[Flaw]:
    if _owner_kind(item) not in {"trait_item", "foreign_mod_item"} and not _has_foreign_attribute(item):
        yield flaw(item, "this type needs to be told: `type A = B;`")


def _check_names(members: SgNode) -> Iterator[Flaw]:
    """Two fields, variants, or methods of one name; those with attributes may be left out by them."""
    if _has_inner_attribute(members):
        return
    nodes = [node for node in parts(members) if node.kind() not in _MACRO]
    if members.kind() == "declaration_list":
        owner = members.parent()
        if owner is None or owner.kind() not in {"impl_item", "trait_item"}:
            return
        nodes = [node for node in nodes if node.kind() in {"function_item", "function_signature_item"}]
    for name in find_repeated(name for name in (node.field("name") for node in nodes) if name is not None):
        yield flaw(name, f"`{name.text()}` is there twice")


def _check_type_parameters(parameters: SgNode) -> Iterator[Flaw]:
    """Lifetimes first, and no name twice; a parameter with an attribute may be left out by it."""
    is_late = is_optional = False
    names: list[SgNode | None] = []
    for node in parts(parameters):
        if node.kind() == "lifetime_parameter" and is_late:
            yield flaw(node, "lifetimes come before types")
        is_late = is_late or node.kind() in {"type_parameter", "const_parameter"}
        names += [] if is_optional else [node.field("name")]
        is_optional = node.kind() == "attribute_item"
    for name in find_repeated(name for name in names if name is not None):
        yield flaw(name, f"`{name.text()}` is there twice")


CHECKS: Checks = {
    "source_file": (_check_file,),
    "attribute_item": (_check_attribute,),
    "inner_attribute_item": (_check_inner_attribute,),
    "line_comment": (_check_comment,),
    "block_comment": (_check_comment,),
    "function_item": (_check_function,),
    "function_signature_item": (_check_function,),
    "parameters": (_check_parameters,),
    "function_modifiers": (_check_words,),
    "visibility_modifier": (_check_visibility,),
    "const_item": (_check_constant,),
    "static_item": (_check_constant,),
    "associated_type": (_check_associated_type,),
    "field_declaration_list": (_check_names,),
    "enum_variant_list": (_check_names,),
    "declaration_list": (_check_names,),
    "type_parameters": (_check_type_parameters,),
}
