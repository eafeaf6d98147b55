"""Keywords that a function takes by `**name` and hands on: which ones arrive, from the text of the package.

The rule: where the text does not show where all of them go, every keyword is taken. Type checkers stop at the `**`.
"""

from __future__ import annotations

import ast

from code_assistant.project.packages.modules import AnyDefinition, Module, read_definitions
from code_assistant.project.packages.names import dotted
from code_assistant.project.packages.resolve import Resolver

_MAX_HOPS = 8
_KEYED = frozenset(["setdefault", "pop", "get"])
"""What takes a keyword out of the rest by its name."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Found = tuple[Module, AnyDefinition]
"""A definition at the top of a module."""


def forwarded_keywords(resolver: Resolver, module: str, name: str, given: frozenset[str]) -> frozenset[str] | None:
    """The keywords that a call of a module's function may have; None where they are any, or a type checker knows them.

    `given` are those of the call: a parameter that is left out has its default.

    Raises:
        DeadlineError: there is no time left.
    """
    found = _find(resolver, module, name)
    if found is None or not isinstance(found[1], _Function) or found[1].args.kwarg is None:
        return None
    return _accepted(resolver, found[0], found[1], given, 0)


def _accepted(
    resolver: Resolver, module: Module, node: _Function, given: frozenset[str], hops: int
) -> frozenset[str] | None:
    own = frozenset(part.arg for part in (*node.args.args, *node.args.kwonlyargs))
    if node.decorator_list or hops > _MAX_HOPS:
        return None
    if node.args.kwarg is None:
        return own
    rest = node.args.kwarg.arg
    targets, named, left = _uses(node, rest)
    if not targets or left:
        return None
    for call in targets:
        found = _target(resolver, module, node, call.func, given)
        further = _accepted(resolver, found[0], found[1], frozenset(), hops + 1) if found is not None else None
        if further is None:
            return None
        named |= further
    return own | named


def _uses(node: _Function, rest: str) -> tuple[list[ast.Call], frozenset[str], int]:
    """The calls that get the rest, the keywords that are taken out of it by name, and how often it goes elsewhere."""
    targets: list[ast.Call] = []
    named: set[str] = set()
    seen = 0
    for part in ast.walk(node):
        match part:
            case ast.Call(keywords=keywords) if any(k.arg is None and _is(k.value, rest) for k in keywords):
                targets.append(part)
                seen += 1
            case ast.Call(func=ast.Attribute(value=owner, attr=attr), args=[ast.Constant(value=str(key)), *_]) if (
                attr in _KEYED and _is(owner, rest)
            ):
                named.add(key)
                seen += 1
            case ast.UnaryOp(op=ast.Not(), operand=operand) if _is(operand, rest):
                seen += 1
            case _:
                pass
    mentions = sum(isinstance(part, ast.Name) and part.id == rest for part in ast.walk(node))
    return targets, frozenset(named), mentions - seen


def _target(
    resolver: Resolver, module: Module, node: _Function, function: ast.expr, given: frozenset[str]
) -> tuple[Module, _Function] | None:
    """The function that is called inside another, or the constructor of the class that is."""
    words = dotted(function).split(".")
    if len(words) == 1 and words[0] in {part.arg for part in (*node.args.args, *node.args.kwonlyargs)}:
        words = [_default_of(node, words[0])] if words[0] not in given else [""]
    elif len(words) == 2 and (made := _made(node, words[0])):
        found = _follow(resolver, module, made)
        return _method(found, words[1]) if found is not None else None
    found = _follow(resolver, module, words) if words[0] else None
    if found is None:
        return None
    module, definition = found
    return (module, definition) if isinstance(definition, _Function) else _method(found, "__init__")


def _default_of(node: _Function, name: str) -> str:
    """What `if name is None: name = Other` puts in its place, the only thing that does."""
    assigned = [part for part in ast.walk(node) if isinstance(part, ast.Assign) and _is(part.targets[0], name)]
    return dotted(assigned[0].value) if len(assigned) == 1 else ""


def _made(node: _Function, name: str) -> list[str]:
    """The class of what `with a.Class() as name` makes."""
    items = [item for part in ast.walk(node) if isinstance(part, ast.With | ast.AsyncWith) for item in part.items]
    made = [item.context_expr for item in items if item.optional_vars is not None and _is(item.optional_vars, name)]
    return dotted(made[0].func).split(".") if len(made) == 1 and isinstance(made[0], ast.Call) else []


def _method(found: _Found, name: str) -> tuple[Module, _Function] | None:
    module, node = found
    if not isinstance(node, ast.ClassDef) or (name == "__init__" and node.decorator_list):
        return None
    methods = [part for part in node.body if isinstance(part, _Function) and part.name == name]
    return (module, methods[0]) if len(methods) == 1 else None


def _follow(resolver: Resolver, module: Module, words: list[str]) -> _Found | None:
    """What `name` or `module.name` means inside a module."""
    binding = module.names.names.get(words[0])
    if len(words) == 1:
        return _find(resolver, module.name, words[0])
    if len(words) != 2 or binding is None or binding.kind != "import" or binding.times > 1:
        return None
    return _find(resolver, f"{binding.target}.{binding.part}".rstrip("."), words[1])


def _find(resolver: Resolver, module: str, name: str) -> _Found | None:
    """The one definition of a name."""
    found = resolver.defined(module, name)
    if found is None:
        return None
    named = read_definitions(found[0]).get(found[1], [])
    return (found[0], named[0]) if len(named) == 1 else None


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
