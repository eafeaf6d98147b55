"""What a Python module does with its own names as a dictionary, and which names its `__getattr__` answers to.

The rule: only what plainly reads is harmless; a dictionary that is handed on may be written to.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

_SCOPES = frozenset(["globals", "locals", "vars"])
_READS = frozenset(["get", "keys", "items", "values", "copy"])
_TAKES_NAMES = frozenset(["set", "frozenset", "sorted", "list", "tuple", "len"])
"""Built-in functions that only look through the names."""


def harmless_scopes(tree: ast.Module, known: list[tuple[ast.AST, str]]) -> frozenset[int]:
    """The `globals`, `locals` and `vars` that are called only to read, as identities of their name nodes.

    `known` are parts of the tree with a variable that only stands for known names: what they keep under it is no news.
    """
    nodes = list(ast.walk(tree))
    read = {id(node) for parent in nodes for node in _read_by(parent)}
    read |= {id(node) for part, variable in known for node in _find_keeper(part, variable)}
    held: dict[str, list[ast.expr]] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if scope_call(value):
                held.setdefault(name, []).append(value)
            case _:
                pass
    unsafe = {
        node.id
        for node in nodes
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in held and id(node) not in read
    }
    unsafe |= {name for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
    calls = [node for node in nodes if isinstance(node, ast.Call) and scope_call(node) and id(node) in read]
    calls += [
        call for name, found in held.items() if name not in unsafe for call in found if isinstance(call, ast.Call)
    ]
    return frozenset(id(call.func) for call in calls)


def scope_call(node: ast.AST) -> bool:
    """True for `globals()`, `locals()` and `vars()`."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            return name in _SCOPES
        case _:
            return False


def virtual_names(function: ast.FunctionDef, constants: Mapping[str, ast.expr]) -> frozenset[str] | None:
    """The names that a `__getattr__` answers to when it only compares with texts and else raises; None for others.

    `constants` are the module's names that are assigned once.
    """
    wanted = function.args.args[0].arg if len(function.args.args) == 1 else ""
    names: set[str] = set()
    waiting = list(function.body)
    while waiting:
        statement = waiting.pop()
        match statement:
            case ast.If(
                test=ast.Compare(left=ast.Name(id=left), ops=[ast.Eq() | ast.In()], comparators=[known]), orelse=others
            ) if left == wanted:
                found = _texts(constants.get(known.id, known) if isinstance(known, ast.Name) else known)
                if found is None:
                    return None
                names |= found
                waiting += others
            case ast.Raise() | ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                return None
    return frozenset(names)


def known_loops(tree: ast.Module, constants: Mapping[str, ast.expr]) -> Iterator[tuple[ast.For, str, set[str]]]:
    """Loops of the module that keep something under each of some literal texts, with their variable and the texts."""
    for statement in tree.body:
        match statement:
            case ast.For(target=ast.Name(id=variable), iter=over):
                texts = _texts(constants.get(over.id, over) if isinstance(over, ast.Name) else over)
                inside = [node for part in statement.body for node in ast.walk(part)]
                stored = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
                if (
                    texts is not None
                    and variable not in stored
                    and any(True for _ in _find_keeper(statement, variable))
                ):
                    yield statement, variable, texts
            case _:
                pass


def _texts(node: ast.expr) -> set[str] | None:
    """The texts of a literal, or None when it holds anything else."""
    parts: list[ast.expr | None] = [node]
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        parts = [*node.elts]
    elif isinstance(node, ast.Dict):
        parts = [*node.keys]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return set(texts) if len(texts) == len(parts) else None


def _read_by(parent: ast.AST) -> Iterator[ast.AST]:
    """What an expression only reads from: `x["a"]`, `x.get("a")`, `"a" in x`, `set(x)`, `eval(text, x)`."""
    match parent:
        case ast.Subscript(value=value, ctx=ast.Load()):
            yield value
        case ast.Attribute(value=value, attr=attr, ctx=ast.Load()) if attr in _READS:
            yield value
        case ast.Compare(comparators=[value]):
            yield value
        case ast.Call(func=ast.Name(id=name), args=[value], keywords=[]) if name in _TAKES_NAMES:
            yield value
        case ast.Call(func=ast.Name(id="eval"), args=[_, value, *_]):
            yield value
        case _:
            pass


def _find_keeper(part: ast.AST, variable: str) -> Iterator[ast.AST]:
    for node in ast.walk(part):
        match node:
            case ast.Subscript(value=value, slice=ast.Name(id=name), ctx=ast.Store()) if name == variable:
                yield value
            case _:
                pass
