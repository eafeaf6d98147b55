"""What an installed Python module says of its own names: that they are deprecated, and what is to be used instead.

The rule: only what holds for every use. A warning in a branch is about some argument, a note beside a parameter, too.
What `warnings.deprecated` marks is ty's to tell.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import lru_cache

from code_assistant.project.packages.modules import AnyDefinition, Module, read_definitions
from code_assistant.project.packages.names import dotted
from code_assistant.project.packages.resolve import Resolver

_HINT = "eprecat"
_DIRECTIVE = re.compile(r"^\.\. deprecated::[ ]*(.*(?:\n[ ]+\S.*)*(?:\n\n[ ]+\S.*(?:\n[ ]+\S.*)*)?)", re.MULTILINE)
_ROLE = re.compile(r":[\w:]+:`[~!]?([^`]+)`")
_CATEGORIES = frozenset(["DeprecationWarning", "PendingDeprecationWarning", "FutureWarning"])
_MAX_REASON_CHARS = 200


def find_deprecation(resolver: Resolver, module: str, name: str) -> str | None:
    """Why a name of a module is not to be used any more, in the package's own words; None where it says nothing.

    Raises:
        DeadlineError: there is no time left.
    """
    found = resolver.defined(module, name)
    return deprecations(found[0]).get(found[1]) if found is not None and _HINT in found[0].code else None


@lru_cache(maxsize=200)
def deprecations(module: Module) -> dict[str, str]:
    """The functions and classes of a module that it calls deprecated, with the reason that it gives."""
    definitions = [node for nodes in read_definitions(module).values() for node in nodes]
    return {node.name: reason for node in definitions for reason in list(_reasons(node))[:1]}


def _reasons(node: AnyDefinition) -> Iterator[str]:
    found = _DIRECTIVE.search(inspect.cleandoc(ast.get_docstring(node, clean=False) or ""))
    if found:
        yield _shorten(found[1])
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and dotted(decorator.func).rpartition(".")[2] == "deprecated":
            yield _shorten(" ".join(_texts(decorator)))
    makers = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name in ("__init__", "__new__")]
    bodies = [maker.body for maker in makers] if isinstance(node, ast.ClassDef) else [node.body]
    for statement in (statement for body in bodies for statement in body):
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and dotted(call.func).rpartition(".")[2] in ("warn", "warn_deprecated"):
            named = {dotted(part).rpartition(".")[2] for part in (*call.args, *(word.value for word in call.keywords))}
            if named & _CATEGORIES:
                yield _shorten(" ".join(_texts(call)))


def _texts(call: ast.Call) -> Iterator[str]:
    """The texts in a call's arguments; what is computed in them is left out."""
    for argument in (*call.args, *(word.value for word in call.keywords if word.arg in ("reason", "message"))):
        for part in ast.walk(argument):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def _shorten(text: str) -> str:
    """One line, without reStructuredText's roles."""
    line = " ".join(_ROLE.sub(r"`\1`", text).split())
    return line if len(line) <= _MAX_REASON_CHARS else f"{line[: _MAX_REASON_CHARS - 3]}..."
