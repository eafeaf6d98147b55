"""What the compilers of Go and Rust refuse in a text that parses: names and results that the file alone decides.

Its one rule: these are rules and not syntax, so that a text that has such a mistake is judged by all the others, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coding_standards.engines.astgrep.structure import Flaw, find_flaws
from coding_standards.engines.go import names as go
from coding_standards.engines.go import returns
from coding_standards.engines.go.text import GoText
from coding_standards.engines.named import Hit
from coding_standards.engines.rust import names as rust
from coding_standards.engines.text.lines import Text


def go_names(text: Text) -> Iterator[Hit]:
    """Imports and variables that nothing uses, packages that nothing imports, results that are not given."""
    tree = text.source.tree
    if tree is not None and not text.source.broken and text.source.is_searchable:
        blank = GoText(text.source.code).blank
        yield from _hits(text, [*go.find_name_flaws(tree, blank), *find_flaws(tree, returns.CHECKS)])


def rust_names(text: Text) -> Iterator[Hit]:
    """Items of one name, types that nothing imports, format texts that do not fit."""
    tree = text.source.tree
    if tree is not None and not text.source.broken and text.source.is_searchable:
        yield from _hits(text, [*find_flaws(tree, rust.CHECKS), *rust.find_missing_imports(tree, text.source.code)])


def _hits(text: Text, flaws: Iterable[Flaw]) -> Iterator[Hit]:
    for flaw in flaws:
        yield Hit(*text.source.position(flaw.offset), flaw.message)
