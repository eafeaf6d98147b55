"""The names that a Python module binds, from its syntax tree.

The rule: what may be bound counts as bound. A module that makes names at run time is dynamic, and of a dynamic
module nothing can be said.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from groundwork.python_parser import parse_python

_LITERALS = (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

Kind = Literal["import", "definition", "alias", "instance", "exported", "other"]


@dataclass
class Binding:
    """One name of a module.

    An `alias` is assigned from another name, an `instance` from a call; `exported` is what only `__all__` names,
    perhaps because a star brings it.
    """

    kind: Kind
    target: str = ""
    """The module that an import names; the name that an alias stands for or an instance is made by."""
    part: str = ""
    """The name that is imported from that module; empty when it is the module itself."""
    times: int = 1
    """How often it is bound; overloads of one function count once."""


@dataclass
class ModuleNames:
    """What a module binds at its top level."""

    names: dict[str, Binding] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    """Modules that are imported with `*`."""
    is_dynamic: bool = False
    """True when it cannot be parsed: it may have any name."""
    answers: bool = False
    """True when a `__getattr__` answers to texts of the module alone."""
    mentioned: frozenset[str] = frozenset()
    """All words of its code, comments and docstrings apart: what may be bound under one of them is not known."""

    def bind(self, name: str, kind: Kind = "other", target: str = "", part: str = "") -> None:
        """Note that a name is bound; the same import twice is one."""
        known = self.names.get(name)
        if known is None:
            self.names[name] = Binding(kind, target, part)
        elif (kind, target, part) != ("import", known.target, known.part):
            known.times += 1


def read_names(code: str, module: str, package: str) -> ModuleNames:
    """Collect the names of a module; `package` is what its relative imports are relative to.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: this Python cannot parse it.
    """
    tree = parse_python(code)
    found = ModuleNames()
    for node in _top_level(tree):
        _bind(found, node, package)
    for name in _list_exported(tree):  # a name in `__all__` exists, however it comes to be
        found.names.setdefault(name, Binding("exported"))
    found.mentioned = frozenset(_words(tree))
    makers = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "__getattr__"]
    literals = {name for node in tree.body for name in _list_literal(node)}
    found.answers = len(makers) == 1 and _answers_to_texts(makers[0], literals)
    return found


def _answers_to_texts(function: ast.FunctionDef, literals: set[str]) -> bool:
    """True when it compares or looks up the name, else raises, and hands the name to nobody who could know more."""
    wanted = function.args.args[0].arg if len(function.args.args) == 1 else ""
    nodes = list(ast.walk(function))
    raised = {id(call) for node in nodes if isinstance(node, ast.Raise) for call in ast.walk(node)}
    handed = [
        node
        for node in nodes
        if isinstance(node, ast.Call) and id(node) not in raised and dotted(node.func).rpartition(".")[2] != "get"
        for argument in node.args
        if isinstance(argument, ast.Name) and argument.id == wanted
    ]
    known = [part for node in nodes if isinstance(node, ast.Compare) for part in node.comparators]
    is_literal = all(isinstance(part, _LITERALS) or dotted(part) in literals for part in known)
    return bool(raised) and bool(known) and is_literal and all(dotted(call.func) == "getattr" for call in handed)


def _list_literal(node: ast.stmt) -> tuple[str, ...]:
    """The names that a statement gives a literal."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    is_literal = isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, _LITERALS)
    return tuple(target.id for target in targets if isinstance(target, ast.Name) and is_literal)


def _words(tree: ast.Module) -> Iterator[str]:
    """The names that the code binds anywhere, and its texts that could be one."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.AsyncFunctionDef(name=name) | ast.alias(name=name, asname=None) | ast.alias(asname=str(name)):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)) | ast.Constant(value=str(name)) if name.isidentifier():
                yield name
            case ast.Global(names=names):
                yield from names
            case _:
                pass


def absolute(module: str | None, level: int, package: str) -> str:
    """The full name of the module in `from ..module import x`."""
    if level == 0:
        return module or ""
    parts = package.split(".") if package else []
    base = parts[: len(parts) - (level - 1)]
    return ".".join([*base, *([module] if module else [])])


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written, or an empty text for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def decorator_name(node: ast.expr) -> str:
    """The last part of a decorator's name, called or not."""
    return dotted(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]


def _top_level(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes that run in the module's own scope: not what is inside functions and classes."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.ClassDef):
            waiting += [*node.decorator_list, *node.bases]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and _list_assigned(node):
            waiting.append(node.value or node)
        elif not isinstance(node, _SCOPES):
            waiting += ast.iter_child_nodes(node)


def _bind(found: ModuleNames, node: ast.AST, package: str) -> None:
    match node:
        case ast.Import():
            for alias in node.names:
                shown = alias.name if alias.asname else alias.name.partition(".")[0]
                found.bind(alias.asname or shown, "import", shown)
        case ast.ImportFrom():
            module = absolute(node.module, node.level, package)
            for alias in node.names:
                if alias.name == "*":
                    found.stars.append(module)
                else:
                    found.bind(alias.asname or alias.name, "import", module, alias.name)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if not any(decorator_name(decorator) == "overload" for decorator in node.decorator_list):
                found.bind(node.name, "definition")
        case ast.ClassDef():
            found.bind(node.name, "definition")
        case ast.Assign() | ast.AnnAssign():
            is_call = isinstance(node.value, ast.Call)
            for name in _list_assigned(node):
                found.bind(name, "instance" if is_call else "alias", _source(node.value))
        case ast.Name(ctx=ast.Store() | ast.Del()):
            found.bind(node.id)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            found.bind(name)
        case ast.MatchMapping(rest=str(name)):
            found.bind(name)
        case _:
            pass


def _list_assigned(node: ast.Assign | ast.AnnAssign) -> tuple[str, ...]:
    """The names that are assigned from one dotted name, or from a call of one; none for all other assignments."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return tuple(names) if len(names) == len(targets) and _source(node.value) else ()


def _source(value: ast.expr | None) -> str:
    return dotted(value.func if isinstance(value, ast.Call) else value) if value is not None else ""


def _list_exported(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AugAssign(target=ast.Name(id="__all__"), value=value)
            ):
                constants = (node.value for node in ast.walk(value) if isinstance(node, ast.Constant))
                yield from (name for name in constants if isinstance(name, str))
            case _:
                pass
