"""A Python file of an answer as it is judged: its tree, the path that it has for ty, and what it guards.

A file guards where it expects that something is missing: optional imports, version questions, expected failures. The
rule: what is guarded is nobody's invention, so whatever may be a guard is one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from code_assistant.project.reality.ty import SILENCER
from code_assistant.result import GeneratedFile
from groundwork.python_parser import parse_python

_CATCHES_IMPORT = frozenset(["", "ImportError", "ModuleNotFoundError", "Exception", "BaseException"])
"""What is tried under these may be missing: an optional import. An empty name is a bare `except`."""
_CATCHES_USE = frozenset(["AttributeError", "TypeError"])
"""What is tried under these may differ between versions."""
_EXPECTS_FAILURE = re.compile(r"\b(suppress|raises|warns|assertRaises\w*|importorskip)\b")
_SETS_OR_ASKS = re.compile(r"(^|\.)((has|get|set|del)attr|patch(\.\w+)?)$")
"""What looks at a name, or sets it, by its text: the built-in functions, pytest's `monkeypatch` and `mock.patch`."""
_ASKS_FIRST = re.compile(
    r"(?<![a-z])(?!(?:con|in|di|re|sub|per|a)version)[a-z]{0,8}version|hasattr|find_spec|platform(?![a-rt-z])"
    r"|TYPE_CHECKING|implementation|^[\"']\w+[\"'] (?:not )?in ",
    re.IGNORECASE,
)
"""A `min_version` and a `pyversion` ask, a `conversion` does not."""
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


@dataclass
class Guards:
    """Of one file."""

    imports: set[int] = field(default_factory=set)
    """Lines where an import may fail."""
    uses: set[int] = field(default_factory=set)
    """Lines where an attribute or an argument may be missing."""
    names: set[str] = field(default_factory=set)
    """Attributes that the file sets itself or asks for first."""


@dataclass(frozen=True)
class ReadFile:
    """A file that parses."""

    file: GeneratedFile
    tree: ast.Module
    guards: Guards
    path: str
    """Relative, without dots, and no other file's."""

    @cached_property
    def silenced(self) -> frozenset[int]:
        """Lines with a comment that silences a checker."""
        lines = self.file.content.splitlines()
        return frozenset(number for number, line in enumerate(lines, 1) if SILENCER.search(line))


def read_file(file: GeneratedFile, taken: Container[str]) -> ReadFile | None:
    """Read a file beside others, whose paths are taken; None for one that does not parse, which another check tells.

    Raises:
        RecursionError, MemoryError: it is nested too deeply.
    """
    try:
        tree = parse_python(file.content)
    except (SyntaxError, ValueError):
        return None
    parts = [part for part in re.split(r"[\\/]", file.path) if part not in ("", ".", "..") and ":" not in part]
    path = PurePosixPath(*parts).as_posix() if parts and parts[-1].endswith((".py", ".pyi")) else "_script.py"
    while path in taken:
        path = f"_/{path}"
    return ReadFile(file, tree, _read_guards(tree), path)


def _read_guards(tree: ast.Module) -> Guards:
    """Collect the guards of a file."""
    found = Guards()
    for node in ast.walk(tree):
        match node:
            case ast.Try() | ast.TryStar():
                caught = {name for handler in node.handlers for name in _caught(handler)}
                guarded = _lines([*node.body, *node.handlers])  # a handler's import is a fallback, not a claim
                found.imports |= guarded if caught & _CATCHES_IMPORT else set()
                found.uses |= guarded if caught & _CATCHES_USE else set()
            case ast.With() | ast.AsyncWith():
                if any(_EXPECTS_FAILURE.search(ast.unparse(item.context_expr)) for item in node.items):
                    _guard(found, node.body)
            case ast.If() | ast.IfExp() if _asks_first(node.test):
                _guard(found, [node])
            case ast.BoolOp() if _asks_first(node.values[0]):
                _guard(found, node.values)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                if any(_asks_first(decorator) for decorator in node.decorator_list):  # `skipif(version < ...)`
                    _guard(found, [node])
            case ast.Call(func=function) if _SETS_OR_ASKS.search(ast.unparse(function)):
                found.names |= {text.rpartition(".")[2] for text in _texts(node.args)}
            case ast.Attribute(attr=attr, ctx=ast.Store() | ast.Del()):
                found.names.add(attr)
            case _:
                pass
        for statements in _blocks(node):
            _guard(found, _after_question(statements))
    return found


def _after_question(statements: list[ast.stmt]) -> list[ast.stmt]:
    """What follows `if version < 2: return`: it runs only where the answer was right."""
    for index, statement in enumerate(statements):
        if isinstance(statement, ast.If) and _asks_first(statement.test) and isinstance(statement.body[-1], _LEAVES):
            return statements[index:]
    return []


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _guard(found: Guards, nodes: Iterable[ast.AST]) -> None:
    lines = _lines(nodes)
    found.imports |= lines
    found.uses |= lines


def _lines(nodes: Iterable[ast.AST]) -> set[int]:
    return {
        line
        for node in nodes
        if isinstance(node, ast.stmt | ast.expr | ast.excepthandler)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _texts(nodes: Iterable[ast.expr]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _asks_first(test: ast.expr) -> bool:
    return bool(_ASKS_FIRST.search(ast.unparse(test)))


def _caught(handler: ast.ExceptHandler) -> set[str]:
    """The last names of the exceptions that a handler catches."""
    if handler.type is None:
        return {""}
    parts = (node for node in ast.walk(handler.type) if isinstance(node, ast.Name | ast.Attribute))
    return {ast.unparse(node).rpartition(".")[2] for node in parts}
