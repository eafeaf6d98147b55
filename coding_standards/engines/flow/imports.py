"""What the names of a file stand for: `sp` for `subprocess`, `exec` for `child_process.exec`.

Its one rule: only what an import says is resolved; a name that nothing imports stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ast_grep_py import SgNode

_PYTHON = re.compile(r"^[ \t]*(?:from[ ]+([\w.]+)[ ]+)?import[ ]+(\([^)]*\)|[^\n#;(]+)", re.MULTILINE)
_AS = re.compile(r"([\w.]+)(?:[ ]+as[ ]+(\w+))?")
_SCRIPT_FROM = re.compile(
    r"\bimport\s+(?:type\s+)?([\w$]+)?\s*,?\s*(?:\*\s*as\s+([\w$]+)|\{([^}]*)\})?\s*from\s*[\"']([^\"'\n]+)[\"']"
)
_SCRIPT_REQUIRE = re.compile(
    r"\b(?:const|let|var|import)\s+(?:([\w$]+)|\{([^}]*)\})\s*=\s*(?:await\s+)?(?:require|import)\(\s*[\"']([^\"'\n]+)[\"']\s*\)"
    r"((?:\.[\w$]+)*)"
)
_SCRIPT_NAME = re.compile(r"([\w$]+)(?:\s*(?:\bas\b|:)\s*([\w$]+))?")
_GO = re.compile(r"^[ \t]*(?:import[ ]+)?(?:([\w.]+)[ ]+)?\"([^\"\n]+)\"[ \t]*(?://.*)?$", re.MULTILINE)
_GO_VERSION = re.compile(r"/v\d+\Z|\.v\d+\Z")
_RUST = re.compile(r"\buse\s+([^;]+);")


def resolve_imports(tree: SgNode, code: str, grammar: str) -> Mapping[str, str]:
    """Name in the file -> dotted path of what it stands for."""
    if grammar == "python":
        return dict(_python(code))
    if grammar == "go":
        return dict(_go(tree))
    if grammar == "rust":
        return dict(pair for found in _RUST.finditer(code) for pair in _rust(found[1].strip(), ""))
    if grammar in {"javascript", "typescript", "tsx"}:
        return dict(_script(code))
    return {}


def _python(code: str) -> Iterator[tuple[str, str]]:
    for found in _PYTHON.finditer(code):
        module = found[1]
        for name in found[2].strip("()").split(","):
            part = _AS.match(name.strip())
            if part is None:
                continue
            if module is not None:
                yield part[2] or part[1], f"{module.strip('.')}.{part[1]}"
            elif part[2]:
                yield part[2], part[1]
            else:
                yield part[1].partition(".")[0], part[1].partition(".")[0]


def _script(code: str) -> Iterator[tuple[str, str]]:
    for found in _SCRIPT_FROM.finditer(code):
        module = _module(found[4])
        for whole in (found[1], found[2]):
            if whole:
                yield whole, module
        yield from _names(found[3] or "", module)
    for found in _SCRIPT_REQUIRE.finditer(code):
        module = _module(found[3]) + found[4]
        if found[1]:
            yield found[1], module
        yield from _names(found[2] or "", module)


def _names(listed: str, module: str) -> Iterator[tuple[str, str]]:
    for name in _SCRIPT_NAME.finditer(listed):
        yield name[2] or name[1], f"{module}.{name[1]}"


def _module(name: str) -> str:
    return name.removeprefix("node:").replace(".", "_")


def _go(tree: SgNode) -> Iterator[tuple[str, str]]:
    for child in tree.children():
        if child.kind() != "import_declaration":
            continue
        for found in _GO.finditer(child.text()):
            last = _GO_VERSION.sub("", found[2]).rpartition("/")[2]
            yield found[1] or last, last


def _rust(use: str, before: str) -> Iterator[tuple[str, str]]:
    head, brace, inner = use.partition("{")
    if brace:
        depth, start, body = 0, 0, inner.rpartition("}")[0]
        for place, char in enumerate(body + ","):
            depth += (char == "{") - (char == "}")
            if char == "," and depth == 0:
                yield from _rust(body[start:place].strip(), before + head.strip())
                start = place + 1
        return
    path, _, alias = use.partition(" as ")
    whole = (before + path.strip()).replace("::", ".")
    yield alias.strip() or whole.rpartition(".")[2], whole
