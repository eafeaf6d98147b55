"""The imports of a Go file as its code needs them: what nothing uses goes, what the standard library has comes.

Its one rule: who writes comments among the imports, or cgo, is left alone; `goimports` would have to guess there, too.
"""

from __future__ import annotations

from ast_grep_py import SgNode

from coding_standards.engines.go.names import find_imports, find_missing_imports, find_unused_imports, import_path

_CGO = "C"


def mend_imports(code: str, tree: SgNode, blank: str) -> str:
    """The text of a file that parses with the imports that the compiler wants, grouped as gofmt's users do."""
    imports = find_imports(tree)
    declarations = [node for node in tree.children() if node.kind() == "import_declaration"]
    is_cgo = any(import_path(spec) == _CGO for spec in imports)
    if is_cgo or any("/*" in node.text() or "//" in node.text() for node in declarations):
        return code
    unused = {spec.range().start.index for spec in find_unused_imports(imports, blank)}
    kept = [spec.text() for spec in imports if spec.range().start.index not in unused]
    wanted = [*dict.fromkeys(kept), *(f'"{path}"' for _, path in find_missing_imports(imports, blank))]
    if wanted == [spec.text() for spec in imports]:
        return code
    for node in reversed(declarations):
        place = node.range()
        code = code[: place.start.index].rstrip() + code[place.end.index :]
    clause = next(node for node in tree.children() if node.kind() == "package_clause")
    end = code.find("\n", clause.range().end.index)  # a comment may stand behind the clause
    return code[:end] + _write(wanted) + code[end:] if end >= 0 else code


def _write(specs: list[str]) -> str:
    """The declaration, the standard library's packages before those that have a dot in their host's name."""
    groups: dict[bool, list[str]] = {False: [], True: []}
    for spec in sorted(specs, key=lambda spec: spec.rpartition(" ")[2]):
        groups["." in spec.rpartition(" ")[2].partition("/")[0]].append(f"\t{spec}\n")
    written = "\n".join("".join(group) for group in groups.values() if group)
    if len(specs) < 2:
        return f"\n\nimport {specs[0]}" if specs else ""
    return f"\n\nimport (\n{written})"
