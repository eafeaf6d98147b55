"""The imports of a Go file as its code needs them: what nothing uses goes, what the standard library has comes.

Its one rule: who writes comments among the imports, or cgo, is left alone; `goimports` would have to guess there, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ast_grep_py import SgNode

from coding_standards.engines.go.names import find_imports, find_missing_imports, find_unused_imports, import_path

_CGO = "C"
_EMBEDDED = "//go:embed"
"""What needs its import though nothing names it."""
_BEHIND_CLAUSE = re.compile(r"[ \t]*(?://[^\n]*)?(?=\n)")
_ALL_OF = {"errors": frozenset({"As", "AsType", "ErrUnsupported", "Is", "Join", "New", "Unwrap"})}
"""Everything in a package whose name others have, too."""


def mend_imports(code: str, tree: SgNode, blank: str, others: Sequence[str]) -> str:
    """The text of a file that parses with the imports that the compiler wants, grouped as gofmt's users do.

    What the `others` of its package may declare is not imported.
    """
    imports = find_imports(tree)
    declarations = [node for node in tree.children() if node.kind() == "import_declaration"]
    is_special = _EMBEDDED in code or any(import_path(spec) == _CGO for spec in imports)
    if is_special or any("/*" in node.text() or "//" in node.text() for node in declarations):
        return code
    unused = {spec.range().start.index for spec in find_unused_imports(imports, blank)}
    kept = [spec.text() for spec in imports if spec.range().start.index not in unused]
    missing = [path for _, path in find_missing_imports(imports, blank) if not _is_declared(path, others)]
    wanted = [*dict.fromkeys(kept), *(f'"{path}"' for path in missing if _has_all(path, blank))]
    if wanted == [spec.text() for spec in imports]:
        return code
    original = code
    for node in reversed(declarations):
        place = node.range()
        code = code[: place.start.index].rstrip() + code[place.end.index :]
    clause = next(node for node in tree.children() if node.kind() == "package_clause")
    end = clause.range().end.index
    behind = _BEHIND_CLAUSE.match(code, end)
    return code[: behind.end()] + _write(wanted) + code[behind.end() :] if behind is not None else original


def _is_declared(path: str, others: Sequence[str]) -> bool:
    """Whether another file speaks of the package's name as of something else."""
    return any(re.search(rf"(?<![\w.\"/]){path.rpartition('/')[2]}\b(?![.\"])", other) for other in others)


def _has_all(path: str, blank: str) -> bool:
    """Whether the package has what is asked of it; others are called like some of the standard library."""
    known = _ALL_OF.get(path)
    return known is None or set(re.findall(rf"(?<![\w.]){path}\.(\w+)", blank)) <= known


def _write(specs: list[str]) -> str:
    """The declaration, the standard library's packages before those that have a dot in their host's name."""
    groups: dict[bool, list[str]] = {False: [], True: []}
    for spec in sorted(specs, key=lambda spec: spec.rpartition(" ")[2]):
        groups["." in spec.rpartition(" ")[2].partition("/")[0]].append(f"\t{spec}\n")
    written = "\n".join("".join(group) for group in groups.values() if group)
    if len(specs) < 2:
        return f"\n\nimport {specs[0]}" if specs else ""
    return f"\n\nimport (\n{written})"
