"""What a Python file uses of other modules: its imports, and the names, attributes and keywords it takes from them.

The rule: a name that anything but one import binds, anywhere in the file, is not followed.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from code_assistant.project.packages.names import dotted
from code_assistant.project.packages.python_parser import parse_python

_CATCHES_IMPORT = frozenset(["", "ImportError", "ModuleNotFoundError", "Exception", "BaseException"])
"""What is tried under these may be missing: an optional import. An empty name is a bare `except`."""
_CATCHES_USE = frozenset(["AttributeError", "TypeError"])
"""What is tried under these may differ between versions."""
_EXPECTS_FAILURE = re.compile(r"\b(suppress|raises|warns|assertRaises\w*|importorskip)\b")
_SETS_OR_ASKS = re.compile(r"(^|\.)((has|get|set|del)attr|patch(\.\w+)?)$")
"""What looks at a name, or sets it, by its text: the built-in functions, pytest's `monkeypatch` and `mock.patch`."""
_ASKS_FIRST = re.compile(
    r"(?<![a-z])(?!(?:con|in|di|re|sub|per|a)version)[a-z]{0,8}version|hasattr|find_spec|platform(?![a-rt-z])",
    re.IGNORECASE,
)
"""A `min_version` and a `pyversion` ask, a `conversion` does not."""


@dataclass(frozen=True)
class Import:
    """`import module` or `from module import name`."""

    module: str
    name: str
    line: int
    level: int = 0
    is_guarded: bool = False


@dataclass(frozen=True)
class Use:
    """A dotted name whose first part is imported, as written (`np.linalg.norm`), perhaps called."""

    parts: tuple[str, ...]
    line: int
    keywords: tuple[str, ...] | None = None
    """Those of the call; None when it is not called."""


@dataclass
class Uses:
    """All of one file."""

    imports: list[Import] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    origins: dict[str, Import] = field(default_factory=dict)
    """What each imported name stands for; a module that is imported as `a.b` stands for `a`."""
    instances: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names that are assigned once, from a call: `client = httpx.Client()`."""


def read_uses(code: str) -> Uses | None:
    """Collect the uses of a file, or None when it does not parse: that is another check's finding.

    Raises:
        RecursionError, MemoryError: it is nested too deeply.
    """
    try:
        tree = parse_python(code)
    except (SyntaxError, ValueError):
        return None
    collector = _Collector()
    collector.visit(tree)
    return collector.result()


class _Collector(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found = Uses()
        self._bound: Counter[str] = Counter()
        self._targets: dict[str, set[Import]] = {}
        self._stored: set[tuple[str, ...]] = set()
        self._asked: set[str] = set()
        self._assigned: dict[str, tuple[str, ...]] = {}
        self._import_guards = 0
        self._use_guards = 0

    def result(self) -> Uses:
        found = self.found
        for name, targets in self._targets.items():
            if len({(target.module, target.name) for target in targets}) == 1 and not self._bound[name]:
                found.origins[name] = next(iter(targets))
        found.instances = {
            name: parts
            for name, parts in self._assigned.items()
            if self._bound[name] == 1 and name not in self._targets and parts[0] in found.origins
        }
        known = {**found.origins, **found.instances}
        found.uses = [use for use in found.uses if use.parts[0] in known and not self._is_excused(use)]
        return found

    def _is_excused(self, use: Use) -> bool:
        """Attributes that the file sets itself or asks for first."""
        prefixes = {use.parts[:count] for count in range(2, len(use.parts) + 1)}
        return bool(prefixes & self._stored) or bool(self._asked.intersection(use.parts[1:]))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._import(Import(alias.name, "", node.lineno, 0, bool(self._import_guards)), alias.asname)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            found = Import(node.module or "", alias.name, node.lineno, node.level, bool(self._import_guards))
            self._import(found, alias.asname or alias.name)

    def _import(self, found: Import, bound_as: str | None) -> None:
        self.found.imports.append(found)
        name = bound_as or found.module.partition(".")[0]
        target = found if bound_as else Import(name, "", found.line, 0, found.is_guarded)
        if found.level or found.name == "*":
            self._bound[name] += 1  # what it brings is not known here
        self._targets.setdefault(name, set()).add(target)

    def visit_Try(self, node: ast.Try) -> None:
        caught = {name for handler in node.handlers for name in _caught(handler)}
        guards = bool(caught & _CATCHES_IMPORT), bool(caught & _CATCHES_USE)
        self._is_guarded(node.body, *guards)
        self._is_guarded(node.handlers, *guards)  # what is imported instead is a fallback, not a claim
        self._is_guarded([*node.orelse, *node.finalbody], False, False)

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item)
        fails = any(_EXPECTS_FAILURE.search(ast.unparse(item.context_expr)) for item in node.items)
        self._is_guarded(node.body, fails, fails)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        self.visit_With(node)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        asks = _asks_first(node.test)
        self._is_guarded([*node.body, *node.orelse], asks, asks)
        if asks and isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break):
            self._use_guards += 1  # what follows in this function runs only where the answer was right

    def visit_IfExp(self, node: ast.IfExp) -> None:
        asks = _asks_first(node.test)
        self.visit(node.test)
        self._is_guarded([node.body, node.orelse], asks, asks)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.visit(node.values[0])
        asks = _asks_first(node.values[0])
        self._is_guarded(node.values[1:], asks, asks)

    def _is_guarded(self, body: Sequence[ast.AST], imports: bool, uses: bool) -> None:
        self._import_guards += imports
        self._use_guards += uses
        for statement in body:
            self.visit(statement)
        self._import_guards -= imports
        self._use_guards -= uses

    def visit_Call(self, node: ast.Call) -> None:
        name = dotted(node.func)
        if _SETS_OR_ASKS.search(name):
            texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            self._asked |= {text.rpartition(".")[2] for text in texts}
        if name and not self._use_guards:
            keywords = tuple(keyword.arg for keyword in node.keywords if keyword.arg)
            self.found.uses.append(Use(tuple(name.split(".")), node.lineno, keywords))
            self._visit_all([*node.args, *node.keywords])
        else:
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = dotted(node)
        if not name:
            self.generic_visit(node)
        elif not isinstance(node.ctx, ast.Load):
            self._stored.add(tuple(name.split(".")))
        elif not self._use_guards:
            self.found.uses.append(Use(tuple(name.split(".")), node.lineno))

    def visit_Assign(self, node: ast.Assign) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function)) if dotted(function):
                self._assigned[name] = tuple(dotted(function).split("."))
            case _:
                pass
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        self._bound[node.id] += not isinstance(node.ctx, ast.Load)

    def visit_arg(self, node: ast.arg) -> None:
        self._bound[node.arg] += 1
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._bound[node.name or ""] += 1
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._bound[node.name or ""] += 1
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self._bound[node.name] += 1
        guards = self._import_guards, self._use_guards
        if any(_asks_first(decorator) for decorator in node.decorator_list):  # `skipif(version < ...)`
            self._import_guards, self._use_guards = guards[0] + 1, guards[1] + 1
        self.generic_visit(node)
        self._import_guards, self._use_guards = guards

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.visit_FunctionDef(node)

    def _visit_all(self, nodes: list[ast.expr | ast.keyword]) -> None:
        for node in nodes:
            self.visit(node)


def _asks_first(test: ast.expr) -> bool:
    return bool(_ASKS_FIRST.search(ast.unparse(test)))


def _caught(handler: ast.ExceptHandler) -> set[str]:
    """The last names of the exceptions that a handler catches."""
    if handler.type is None:
        return {""}
    return {
        dotted(node).rpartition(".")[2] for node in ast.walk(handler.type) if isinstance(node, ast.Name | ast.Attribute)
    }
