"""What a compiler refuses although the grammar takes it, found by looking at single nodes of the tree.

Its one rule: a check says only what is certain from the node and those around it, whatever the rest of the program is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from ast_grep_py import Config, SgNode

COMMENTS = frozenset({"comment", "line_comment", "block_comment"})


@dataclass(frozen=True)
class Flaw:
    """One place where a text is not valid in its language."""

    offset: int
    """Characters from the start of the text."""
    message: str
    """What is wrong, as a clause: goes on after `Make this valid Go: `."""
    is_certain: bool = True
    """False where the grammar may be what is wrong, because it is older than the code."""


Check = Callable[[SgNode], Iterator[Flaw]]
Checks = Mapping[str, tuple[Check, ...]]
"""The checks for nodes of each kind."""


def find_flaws(tree: SgNode, checks: Checks) -> Iterator[Flaw]:
    """What the checks find, in the order of the nodes; for a tree that has no errors and is not too deep."""
    kinds = cast(Config, {"rule": {"any": [{"kind": kind} for kind in checks]}})
    for node in tree.find_all(kinds):
        for check in checks[node.kind()]:
            yield from check(node)


def find_named(tree: SgNode, kinds: Iterable[str], words: Iterable[str]) -> list[SgNode]:
    """The names of these kinds that are one of the words."""
    either = [{"kind": kind, "regex": f"^(?:{'|'.join(words)})$"} for kind in kinds]
    return tree.find_all(cast(Config, {"rule": {"any": either}}))


def flaw(node: SgNode, message: str) -> Flaw:
    """A flaw at the start of the node."""
    return Flaw(node.range().start.index, message)


def parts(node: SgNode) -> list[SgNode]:
    """The named children without comments."""
    return [child for child in node.children() if child.is_named() and child.kind() not in COMMENTS]


def tokens(node: SgNode) -> list[str]:
    """The kinds of the children that are mere words and marks."""
    return [child.kind() for child in node.children() if not child.is_named()]


def split_arguments(tree: SgNode) -> list[list[SgNode]]:
    """What stands between the commas in the brackets of a macro, which no grammar reads."""
    found: list[list[SgNode]] = [[]]
    for node in tree.children()[1:-1]:
        if node.kind() == ",":
            found.append([])
        elif node.kind() not in COMMENTS:
            found[-1].append(node)
    return [argument for argument in found if argument]


def find_next(node: SgNode) -> SgNode | None:
    """The next named node beside it that is no comment."""
    return next((one for one in node.next_all() if one.is_named() and one.kind() not in COMMENTS), None)


def find_enclosing(node: SgNode, kinds: Iterable[str], within: Iterable[str]) -> SgNode | None:
    """The nearest ancestor of one of `kinds`; None where one of `within` comes first."""
    wanted, limits = frozenset(kinds), frozenset(within)
    for above in node.ancestors():
        if above.kind() in wanted:
            return above
        if above.kind() in limits:
            return None
    return None


def find_repeated(nodes: Iterable[SgNode]) -> Iterator[SgNode]:
    """Those whose text an earlier one has."""
    seen: set[str] = set()
    for node in nodes:
        if node.text() in seen:
            yield node
        seen.add(node.text())
