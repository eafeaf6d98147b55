"""What the languages forbid and oxlint lets through.

Its one rule: only a file that can be nothing but CommonJS, whose text is the body of a function, may have a `return`
outside of every function.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import cast

from ast_grep_py import Config, SgRoot

from coding_standards.engines.astgrep.structure import Flaw, find_flaws, flaw
from coding_standards.engines.oxlint import declarations
from coding_standards.engines.run import MAX_ERRORS
from coding_standards.engines.source import Source, broken_nodes
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
    """The places of the kind; for a text that oxlint takes for valid."""
    return [
        source.syntax_finding(
            *source.position(found.offset), f"Make this valid {source.language.title}: {found.message}."
        )
        for found in itertools.islice(_find_flaws(source), MAX_ERRORS)
    ]


def _find_flaws(source: Source) -> Iterator[Flaw]:
    tree = source.tree
    if tree is None or not source.is_searchable:
        return
    if "return" in source.code and not source.broken and not _is_common_js(source):
        yield from (flaw(node, "`return` stands outside of every function") for node in [tree.find(_RETURN)] if node)
    if source.language.name == "javascript":
        yield from find_flaws(tree, declarations.SCRIPT_CHECKS) if source.broken else ()
        yield from itertools.islice(_find_types(source), 1) if source.broken else ()
    elif not source.is_declaration_file:
        yield from find_flaws(tree, declarations.DOUBTFUL_CHECKS if source.broken else declarations.CHECKS)


def _find_types(source: Source) -> Iterator[Flaw]:
    tree = SgRoot(source.code, "tsx").root()
    if not broken_nodes(tree):
        yield from find_flaws(tree, declarations.TYPE_CHECKS)


def _is_common_js(source: Source) -> bool:
    kinds = [node.kind() for node in source.tree.children()] if source.tree is not None else []
    is_module = "import_statement" in kinds or "export_statement" in kinds
    return not is_module and (source.suffix in (".cjs", ".cts") or bool(_COMMON_JS.search(source.code)))
