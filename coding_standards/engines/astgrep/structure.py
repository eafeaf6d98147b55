"""What a compiler refuses although the grammar takes it, found by looking at single nodes of the tree.

Its one rule: a check says only what is certain from the node and those around it, whatever the rest of the program is.
"""

from __future__ import annotations

import itertools
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
    """What is wrong: a clause that goes on after `Make this valid Go: `; of SQL, HTML and CSS a sentence."""
    is_certain: bool = True
    """False where what reads it may be wrong, such as a grammar that is older than the code."""


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


def parts(node: SgNode | None) -> list[SgNode]:
    """The named children without comments; none where there is no node."""
    children = node.children() if node is not None else ()
    return [child for child in children if child.is_named() and child.kind() not in COMMENTS]


def kind_above(node: SgNode) -> str:
    """The kind of the node that it stands in; empty at the top."""
    above = node.parent()
    return above.kind() if above is not None else ""


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


def check_jump(jump: SgNode, loops: Iterable[str], switches: Iterable[str], bodies: Iterable[str]) -> Iterator[Flaw]:
    """A `break` or `continue` that stands in nothing that it could leave or go on with.

    `switches` are what `break` leaves beside loops; none reaches beyond one of `bodies`.
    """
    word = jump.kind().removesuffix("_statement")
    label = next(iter(parts(jump)), None)
    if label is not None:
        inside = itertools.takewhile(lambda above: above.kind() not in bodies, jump.ancestors())
        labelled = [above.child(0) for above in inside if above.kind() == "labeled_statement"]
        if not any(first is not None and first.text() == label.text() for first in labelled):
            yield flaw(label, f"`{word} {label.text()}` stands in no statement with that label")
        return
    targets = (*loops, *switches) if word == "break" else loops
    if find_enclosing(jump, targets, bodies) is None:
        yield flaw(jump, f"`{word}` stands in no {'loop or switch' if word == 'break' else 'loop'}")


def shorten(node: SgNode) -> str:
    """The text of a node in one line, cut."""
    text = " ".join(node.text().split())
    return text if len(text) <= 40 else f"{text[:37]}..."


def find_repeated(nodes: Iterable[SgNode]) -> Iterator[SgNode]:
    """Those whose text an earlier one has."""
    seen: set[str] = set()
    for node in nodes:
        if node.text() in seen:
            yield node
        seen.add(node.text())
