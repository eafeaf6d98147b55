"""What the language forbids and oxlint lets through: a `return` outside of every function.

Its one rule: only a file that can be nothing but CommonJS, whose text is the body of a function, may have one.
"""

from __future__ import annotations

import re
from typing import cast

from ast_grep_py import Config

from coding_standards.engines.source import Source
from coding_standards.report import Finding

_BODIES = (
    "function_declaration",
    "function_expression",
    "generator_function",
    "generator_function_declaration",
    "arrow_function",
    "method_definition",
)
_RETURN: Config = cast(
    Config,
    {
        "rule": {
            "kind": "return_statement",
            "not": {"inside": {"stopBy": "end", "any": [{"kind": kind} for kind in _BODIES]}},
        }
    },
)
_COMMON_JS = re.compile(r"\brequire\s*\(|\bmodule\.exports\b|\bexports\s*[.\[]|\b__(?:dirname|filename)\b")


def find_early_errors(source: Source) -> list[Finding]:
    """The first place of the kind; for a text that oxlint takes for valid."""
    tree = source.tree
    if "return" not in source.code or tree is None or source.broken or not source.is_searchable:
        return []
    is_module = any(node.kind() in ("import_statement", "export_statement") for node in tree.children())
    if not is_module and (source.suffix in (".cjs", ".cts") or _COMMON_JS.search(source.code)):
        return []
    found = tree.find(_RETURN)
    if found is None:
        return []
    start = found.range().start
    message = f"Make this valid {source.language.title}: `return` stands outside of every function."
    return [source.syntax_finding(start.line + 1, start.column + 1, message)]
