"""What a Python file imports, takes from modules and calls, from its syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from code_assistant.project.reality.ty import Told

_SIGNATURE = re.compile(r"^info:   (?:\[.*?\](?=\())?(\(.*)$", re.MULTILINE)
_PARAMETER = re.compile(r"(\w+)\s*(?::|=|,|\)|$)")
_OMITTED = re.compile(r"^info: .*omitted \d+ overload", re.MULTILINE)
_MAX_SHOWN = 60


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules that a file imports by their full names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def taken(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Names that are imported from modules, and attributes of modules under a name that nothing else has."""
    modules = _modules(tree)
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from ((node.lineno, module, alias.name) for alias in names if alias.name != "*")
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in modules:
                yield node.lineno, modules[owner], name
            case _:
                pass


def module_calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str, str]]:
    """Calls with keywords of what a module has, with the module and the name."""
    modules, stored = _modules(tree), _stored(tree)
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    names = {alias.asname or alias.name: (node.module or "", alias.name) for node in froms for alias in node.names}
    for call in ast.walk(tree):
        match call:
            case ast.Call(keywords=[_, *_], func=ast.Attribute(value=ast.Name(id=owner), attr=name)) if (
                owner in modules
            ):
                yield call, modules[owner], name
            case ast.Call(keywords=[_, *_], func=ast.Name(id=name)) if name in names and name not in stored:
                yield call, *names[name]
            case _:
                pass


def _modules(tree: ast.Module) -> dict[str, str]:
    """The modules that are imported whole, by the name that they have here and nothing else has."""
    stored = _stored(tree)
    imports = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    modules = {alias.asname or alias.name: alias.name for alias in imports if alias.asname or "." not in alias.name}
    return {name: module for name, module in modules.items() if name not in stored}


def _stored(tree: ast.Module) -> set[str]:
    nodes = list(ast.walk(tree))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    return stored | {node.arg for node in nodes if isinstance(node, ast.arg)}


def called_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The modules of `import_module("a.b")` and `__import__("a.b")`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=function, args=[ast.Constant(value=str(module))]) if (
                ast.unparse(function).rpartition(".")[2] in ("import_module", "__import__")
                and module.replace(".", "_").isidentifier()
            ):
                yield node.lineno, module
            case _:
                pass


def imports_in(tree: ast.Module, line: int) -> list[ast.Import | ast.ImportFrom]:
    """The imports that a line belongs to."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return [node for node in imports if node.lineno <= line <= (node.end_lineno or node.lineno)]


def called_with(tree: ast.Module, line: int, keyword: str) -> str:
    """The function, as written, of a call that has a keyword in a line."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return next((shown(call) for call in calls for k in call.keywords if (k.arg, k.lineno) == (keyword, line)), "")


def sets_in_class(tree: ast.Module, name: str, attribute: str) -> bool:
    """True for a class of the file that gives an attribute a value without a type, as attrs' older form does."""
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name]
    assigned = (node for body in bodies for node in body if isinstance(node, ast.Assign))
    return any(isinstance(target, ast.Name) and target.id == attribute for node in assigned for target in node.targets)


def shown(call: ast.Call) -> str:
    """The function that is called, as written; of a long chain its end."""
    text = ast.unparse(call.func)
    return text if len(text) <= _MAX_SHOWN else f"....{text.rpartition('.')[2][-_MAX_SHOWN:]}"


def unknown_keywords(tree: ast.Module, told: Told, name: str) -> Iterator[tuple[ast.Call, ast.keyword, frozenset[str]]]:
    """The keywords of a call that none of the overloads takes, with what they take."""
    signatures = _SIGNATURE.findall(told.detail)
    if not signatures or "**" in " ".join(signatures) or _OMITTED.search(told.detail):
        return
    known = frozenset(word for signature in signatures for word in _PARAMETER.findall(signature))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.lineno == told.line]
    here = [call for call in calls if call.col_offset == told.column - 1]  # of a chain, all calls begin there
    named = [call for call in here or calls if ast.unparse(call.func).rpartition(".")[2] == name.rpartition(".")[2]]
    for call in named or (here if len(here) == 1 else []):
        yield from ((call, part, known) for part in call.keywords if part.arg and part.arg not in known)
