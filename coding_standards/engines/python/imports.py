"""Imports that a Python file forgot: of the standard library, and of the files that come with it.

Its one rule: a name is taken for a module only where the module has all that is asked of it, so that a variable that
nobody made stays an error.
"""

from __future__ import annotations

import ast
import importlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

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
    **dict.fromkeys(("Counter", "OrderedDict", "defaultdict", "deque", "namedtuple"), "collections"),
    **dict.fromkeys(("datetime", "timedelta"), "datetime"),
    **dict.fromkeys(("cache", "lru_cache", "partial", "wraps"), "functools"),
    **dict.fromkeys(("Any", "Dict", "Generic", "List", "Literal", "Optional", "Protocol", "Set", "Tuple"), "typing"),
    **dict.fromkeys(("NamedTuple", "TypeVar", "TypedDict", "Union"), "typing"),
    **{"ABC": "abc", "abstractmethod": "abc", "dataclass": "dataclasses", "Decimal": "decimal", "Enum": "enum"},
    **{"Path": "pathlib", "contextmanager": "contextlib"},
}


def mend_imports(code: str, undefined: Collection[str], beside: Mapping[str, str]) -> str:
    """The text with imports of those undefined names that the files `beside`, by path, or the standard library have.

    Unchanged where it does not parse.
    """
    tree = _parse(code) if undefined else None
    if tree is None:
        return code
    near = _find_near(beside)
    asked: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            asked[node.value.id].add(node.attr)
    words = (near.get(name) or _word(name, asked.get(name, set())) for name in undefined)
    wanted = sorted({word for word in words if word})
    if not wanted:
        return code
    lines = code.replace("\r\n", "\n").split("\n")
    place = max([_count_heading(lines), *_last_lines(tree)])
    above, below = lines[:place], "\n".join(lines[place:]).lstrip("\n")
    gap = [] if below.startswith(("import ", "from ")) else ["", ""]
    mended = "\n".join([*above, *([""] if above else []), *wanted, *gap, below])
    return mended.replace("\n", "\r\n") if "\r\n" in code else mended


def _parse(code: str) -> ast.Module | None:
    try:
        return parse_python(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _find_near(beside: Mapping[str, str]) -> dict[str, str]:
    """How the functions and classes of the other files are imported."""
    found: dict[str, str] = {}
    for path, text in beside.items():
        place = PurePosixPath(path)
        parts = [part for part in place.with_suffix("").parts if part not in {"src", "__init__"}]
        tree = _parse(text) if place.suffix == ".py" and all(map(str.isidentifier, parts)) else None
        for node in tree.body if tree is not None and parts else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.setdefault(node.name, f"from {'.'.join(parts)} import {node.name}")
    return found


def _word(name: str, asked: set[str]) -> str | None:
    """The import of a name of which these attributes are asked."""
    if name in _MODULES and asked and all(hasattr(importlib.import_module(name), one) for one in asked):
        return f"import {name}"
    return f"from {_NAMES[name]} import {name}" if name in _NAMES else None


def _count_heading(lines: list[str]) -> int:
    """How many lines of comments the file begins with, where a blank line is below them or the first is for a shell."""
    count = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return count if count < len(lines) and not lines[count].strip() else int(lines[0].startswith("#!"))


def _last_lines(tree: ast.Module) -> Iterator[int]:
    """Where what has to stand first ends: the docstring, and imports of what is to come."""
    for number, node in enumerate(tree.body):
        is_docstring = number == 0 and ast.get_docstring(tree, clean=False) is not None
        if is_docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            yield node.end_lineno or 0
