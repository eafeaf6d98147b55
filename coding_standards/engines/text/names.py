"""What the compilers of Go and Rust refuse in a text that parses: names and results that the file alone decides.

Its one rule: these are rules and not syntax, so that a text that has such a mistake is judged by all the others, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ast_grep_py import SgNode

from coding_standards.engines.astgrep.structure import Flaw, find_flaws
from coding_standards.engines.go import names as go
from coding_standards.engines.go import returns
from coding_standards.engines.go.imports import mend_imports as mend_go_imports
from coding_standards.engines.go.text import GoText
from coding_standards.engines.named import Hit
from coding_standards.engines.rust import names as rust
from coding_standards.engines.text.lines import Text


def go_names(text: Text) -> Iterator[Hit]:
    """Imports and variables that nothing uses, packages that nothing imports, results that are not given."""
    tree = _find_tree(text, "go")
    if tree is not None:
        blank = text.source.once(GoText).blank
        yield from _hits(text, [*go.find_name_flaws(tree, blank), *find_flaws(tree, returns.CHECKS)])


def rust_names(text: Text) -> Iterator[Hit]:
    """Items of one name, types that nothing imports, format texts that do not fit."""
    tree = _find_tree(text, "rust")
    if tree is not None:
        yield from _hits(text, [*find_flaws(tree, rust.CHECKS), *rust.find_import_flaws(tree, text.source.code)])


def _find_tree(text: Text, grammar: str) -> SgNode | None:
    """The tree, where the text is of this grammar and parses."""
    source = text.source
    return source.tree if source.grammar == grammar and source.is_searchable and not source.broken else None


def _hits(text: Text, flaws: Iterable[Flaw]) -> Iterator[Hit]:
    for flaw in flaws:
        yield Hit(*text.source.position(flaw.offset), flaw.message)


def mend_go(text: Text, beside: Mapping[str, str]) -> str:
    """The text with the imports that it needs."""
    source, tree = text.source, _find_tree(text, "go")
    others = [other for path, other in beside.items() if path.endswith(".go")]
    return mend_go_imports(source.code, tree, source.once(GoText).blank, others) if tree is not None else source.code


def mend_rust(text: Text, beside: Mapping[str, str]) -> str:
    """The text with the imports that it needs, whatever comes with it."""
    tree = _find_tree(text, "rust")
    return rust.mend_imports(text.source.code, tree) if tree is not None else text.source.code
