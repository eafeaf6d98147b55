"""The names that a Python module binds, from its syntax tree.

The rule: what may be bound counts as bound. A module that makes names at run time is dynamic, and of a dynamic
module nothing can be said.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from code_assistant.project.packages.python_parser import parse_python
from code_assistant.project.packages.scopes import harmless_scopes, known_loops, virtual_names

_LAZY = re.compile(
    r"lazy|attach|initpkg|deprecat|proxy|install|redirect|moved|shim|wrap_module|declare_namespace", re.IGNORECASE
)
_ENUM_EXPORTS = frozenset(["global_enum", "_convert_", "_convert"])
"""What puts the members of an enumeration into the module (https://docs.python.org/3/library/enum.html)."""
_SUSPECT = re.compile(r"\bglobals?\b|\bexec\b|\bmodules\b|\bsetattr\b|\bvars\b|[(,]\s*__name__")
"""The words without which no function makes names for its module."""
_SCOPE = re.compile(r"\b(?:globals|locals|vars)\(")
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
    all_names: frozenset[str] | None = None
    """What a star brings, when the module says it in one place."""
    may_rebind: bool = False
    """True when the module gets at its own names as a dictionary: its definitions too may be replaced."""

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
    virtual = _sole_getattr(tree)
    has_scope = _SCOPE.search(code) is not None
    constants = _constants(tree) if has_scope or virtual is not None else {}
    virtual_known = virtual_names(virtual, constants) if virtual is not None else None
    harmless = _harmless(found, tree, constants, virtual if virtual_known else None) if has_scope else frozenset()
    for node in _top_level(tree):
        _bind(found, node, package)
        found.may_rebind = found.may_rebind or _takes_scope(node, harmless)
    if code.count("__all__") == 1:
        found.all_names = frozenset(_list_exported(tree)) or None
    for name in _list_exported(tree):  # a name in `__all__` exists, however it comes to be
        found.names.setdefault(name, Binding("exported"))
    if _SUSPECT.search(code):  # to walk the whole tree takes longer than to parse it, and few modules need it
        _look_inside(found, tree, module.rpartition(".")[2], harmless)
    found.is_dynamic = found.is_dynamic or found.may_rebind or "__path__" in found.names
    if "__getattr__" in found.names:
        for name in virtual_known or ():
            found.names.setdefault(name, Binding("other"))
        found.is_dynamic = found.is_dynamic or virtual_known is None or found.names["__getattr__"].times != 1
    return found


def _harmless(
    found: ModuleNames, tree: ast.Module, constants: dict[str, ast.expr], virtual: ast.FunctionDef | None
) -> frozenset[int]:
    """The uses of the module's dictionary that bring no unknown names; those of loops over known ones are bound."""
    known: list[tuple[ast.AST, str]] = [(virtual, virtual.args.args[0].arg)] if virtual is not None else []
    for loop, variable, texts in known_loops(tree, constants):
        known.append((loop, variable))
        for name in texts:
            found.names.setdefault(name, Binding("other"))
    return harmless_scopes(tree, known)


def _look_inside(found: ModuleNames, tree: ast.Module, own: str, harmless: frozenset[int]) -> None:
    """Take into account what functions do to the names of their module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            for name in node.names:
                found.bind(name)
        elif id(node) not in harmless and _makes_names(node, own):
            found.is_dynamic = True
        if isinstance(node, ast.Call) and dotted(node.func) == "globals" and id(node.func) not in harmless:
            found.may_rebind = True


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


def _sole_getattr(tree: ast.Module) -> ast.FunctionDef | None:
    """The module's `__getattr__`, when it is a function and there is only one."""
    found = [node for node in _top_level(tree) if isinstance(node, ast.FunctionDef) and node.name == "__getattr__"]
    return found[0] if len(found) == 1 else None


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """The module's names that are assigned in one place, with what they get."""
    found: dict[str, ast.expr] = {}
    times: Counter[str] = Counter()
    for node in _top_level(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                found[name] = value
            case _:
                pass
    times.update(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    )
    return {name: value for name, value in found.items() if times[name] == 1}


def _takes_scope(node: ast.AST, harmless: frozenset[int]) -> bool:
    """True for `locals()` and `vars()` at the top level, where they are the module's names, and for enum's exports."""
    if isinstance(node, ast.Name | ast.Attribute):
        return (node.id if isinstance(node, ast.Name) else node.attr) in _ENUM_EXPORTS
    is_call = isinstance(node, ast.Call) and dotted(node.func) in ("locals", "vars") and not node.args
    return is_call and isinstance(node, ast.Call) and id(node.func) not in harmless


def _makes_names(node: ast.AST, own: str) -> bool:
    """True for what puts names into a module, `own`, behind the syntax's back."""
    match node:
        case ast.Name(id="globals", ctx=ast.Load()):
            return True
        case ast.Call(func=ast.Name(id="exec"), args=[_]):
            return True  # with a namespace of its own it leaves the module alone
        case ast.Subscript(value=value, ctx=ast.Store()):
            return dotted(value) in ("sys.modules", "modules")
        case ast.Subscript(value=value, slice=ast.Name(id="__name__")):
            return dotted(value) in ("sys.modules", "modules")
        case ast.Call(func=function, args=arguments):
            passes_itself = any(isinstance(argument, ast.Name) and argument.id == "__name__" for argument in arguments)
            is_of_module = bool(arguments) and "modules" in ast.dump(arguments[0])
            name = dotted(function)
            is_itself = bool(arguments) and dotted(arguments[0]).rpartition(".")[2] == own
            sets_name = name in ("setattr", "vars") and (is_of_module or is_itself)
            shown = name or (function.attr if isinstance(function, ast.Attribute) else "")
            return sets_name or (passes_itself and bool(_LAZY.search(shown)))
        case _:
            return False
