"""Imports that a Python file forgot: of the standard library, and of the files that come with it.

Its one rule: a name is taken for a module only where the module has all that is asked of it, so that a variable that
nobody made stays an error.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from keyword import iskeyword

from groundwork.python_parser import parse_python

_MODULES = (
    *("asyncio", "base64", "bisect", "collections", "contextlib", "copy", "csv", "dataclasses", "datetime"),
    *("functools", "hashlib", "heapq", "html", "inspect", "io", "itertools", "json", "logging", "math", "operator"),
    *("os", "pathlib", "platform", "queue", "random", "re", "secrets", "shutil", "sqlite3", "statistics", "string"),
    *("subprocess", "sys", "tempfile", "textwrap", "threading", "time", "traceback", "typing", "unicodedata"),
    *("uuid", "warnings"),
)
_NAMES = {
    **dict.fromkeys(("Callable", "Iterable", "Iterator", "Mapping", "Sequence"), "collections.abc"),
    **dict.fromkeys(("OrderedDict", "defaultdict", "deque", "namedtuple"), "collections"),
    **dict.fromkeys(("datetime", "timedelta"), "datetime"),
    **dict.fromkeys(("lru_cache", "partial", "wraps"), "functools"),
    **dict.fromkeys(("Any", "Dict", "Generic", "List", "Literal", "Optional", "Protocol", "Set", "Tuple"), "typing"),
    **dict.fromkeys(("NamedTuple", "TypeVar", "TypedDict", "Union"), "typing"),
    **{"ABC": "abc", "abstractmethod": "abc", "dataclass": "dataclasses", "Decimal": "decimal"},
    **{"Path": "pathlib", "contextmanager": "contextlib"},
}
_ALSO_OF = {"Path": "fastapi"}
"""Where this word stands in the code, the name is that library's as well."""
_TESTS = re.compile(r"(?:^|/)(?:tests?/|test_|conftest\.py$)")


def mend_imports(code: str, undefined: Collection[str], beside: Mapping[str, str], path: str = "") -> str:
    """The text with imports of those undefined names that the files `beside`, by path, or the standard library have.

    `path` is the file's own. Unchanged where it does not parse.
    """
    tree = _parse(code) if undefined else None
    if tree is None:
        return code
    asked: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            asked[node.value.id].add(node.attr)
    others = {other: text for other, text in beside.items() if other != path}
    words = (_find_near(name, others, path) or _word(name, asked[name], code) for name in undefined)
    wanted = sorted({word for word in words if word})
    if not wanted:
        return code
    lines = code.split("\n")
    place = max([_count_heading(lines), *_last_lines(tree)])
    above, below = lines[:place], "\n".join(lines[place:]).lstrip("\n")
    gap = [] if below.startswith(("import ", "from ")) else ["", ""]
    return "\n".join([*above, *([""] if above else []), *wanted, *gap, below])


def keeps_needed(before: str, after: str) -> bool:
    """Whether no import went but those of the standard library: another one may be there for what it does."""
    trees = _parse(before), _parse(after)
    if None in trees:
        return False
    had, has = (set(_list_modules(tree)) for tree in trees if tree is not None)
    return had - has <= sys.stdlib_module_names


def _list_modules(tree: ast.Module) -> Iterator[str]:
    """The names of what is imported, each with its module: those of other people by their whole name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (_shorten(name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (_shorten(f"{'.' * node.level}{node.module or ''}.{name.name}") for name in node.names)


def _shorten(name: str) -> str:
    first = name.partition(".")[0]
    return first if first in sys.stdlib_module_names else name


def _parse(code: str) -> ast.Module | None:
    try:
        return parse_python(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _find_near(name: str, others: Mapping[str, str], path: str) -> str | None:
    """How a function or class of another file is imported; not of one that imports this file."""
    own = _module(path)
    for other, text in others.items():
        module = _module(other)
        if (
            not module
            or _TESTS.search(other)
            or (own and re.search(rf"^\s*(?:from|import)\s+{own}\b", text, re.MULTILINE))
        ):
            continue
        if re.search(rf"^(?:async def|def|class) {re.escape(name)}\b", text, re.MULTILINE):
            return f"from {module} import {name}"
    return None


def _module(path: str) -> str:
    """What the file is called in imports; empty where it cannot be imported."""
    if not path.endswith(".py"):
        return ""
    parts = path.removesuffix(".py").removesuffix("/__init__").removeprefix("src/").split("/")
    return ".".join(parts) if all(part.isidentifier() and not iskeyword(part) for part in parts) else ""


def _word(name: str, asked: set[str], code: str) -> str | None:
    """The import of a name of which these attributes are asked."""
    if name in _MODULES and asked and _has_all(importlib.import_module(name), asked):
        return f"import {name}"
    module = _NAMES.get(name)
    if module is None or _ALSO_OF.get(name, "\0") in code:
        return None
    return f"from {module} import {name}" if _has_all(getattr(importlib.import_module(module), name), asked) else None


def _has_all(holder: object, names: set[str]) -> bool:
    return all(hasattr(holder, name) for name in names)


def _count_heading(lines: list[str]) -> int:
    """How many lines of comments the file begins with: for a shell, about its encoding, or a licence."""
    return next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))


def _last_lines(tree: ast.Module) -> Iterator[int]:
    """Where what has to stand first ends: the docstring, and imports of what is to come."""
    for number, node in enumerate(tree.body):
        is_docstring = number == 0 and ast.get_docstring(tree, clean=False) is not None
        if is_docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            yield node.end_lineno or 0
