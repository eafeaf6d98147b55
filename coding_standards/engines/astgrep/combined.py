"""All rules of a language searched for in one walk of the tree; only what is found is told apart afterwards.

Its one rule: it finds for every rule exactly what a search for that rule alone would find.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from ast_grep_py import Config, SgNode

from coding_standards.engines.astgrep.needs import Need, Seen, find_needs
from coding_standards.rules import Rule

# ast-grep's other keys (https://ast-grep.github.io/reference/yaml.html) do not change what is found.
KEYS = frozenset({"rule", "constraints", "utils"})

_FEW = 3
"""Nodes; to look at each with a rule compiled anew takes less time than to walk through the whole tree."""


def rule_config(rule: Rule) -> Config:
    """What ast-grep takes of a rule."""
    return cast(Config, {key: value for key, value in rule.body.items() if key in KEYS})


def search(tree: SgNode, rules: Sequence[Rule], seen: Seen) -> list[tuple[Rule, list[SgNode]]]:
    """Each of the rules that may match, with its matches in the order of the text."""
    possible = [rule for rule in rules if needs(rule).is_met(seen)]
    # Constraints hold for the variables of a whole search, so that a rule with some cannot share one.
    joined = {rule: _as_utils(rule) for rule in possible if "constraints" not in rule.body}
    found = [(node, node.kind()) for node in _search_joined(tree, joined)] if joined else []
    matches: list[tuple[Rule, list[SgNode]]] = []
    for rule in possible:
        if rule not in joined:
            nodes = tree.find_all(rule_config(rule))
        else:
            nodes = [node for node, kind in found if _may_match(rule, kind)]
            if nodes and _is_shared({node.kind() for node in nodes}, rule, joined):
                nodes = _find_matches(rule, tree, nodes)
        matches.append((rule, nodes))
    return matches


def _find_matches(rule: Rule, tree: SgNode, nodes: Sequence[SgNode]) -> list[SgNode]:
    """Which of `nodes` the rule matches; they are all that it can match."""
    if len(nodes) > _FEW:
        return tree.find_all(rule_config(rule))
    return [node for node in nodes if node.find(rule_config(rule)) == node]


def _search_joined(tree: SgNode, rules: Mapping[Rule, Mapping[str, object]]) -> list[SgNode]:
    utils = {name: part for parts in rules.values() for name, part in parts.items()}
    either = [{"matches": _name(rule)} for rule in rules]
    return tree.find_all(cast(Config, {"rule": {"any": either}, "utils": utils}))


def _name(rule: Rule) -> str:
    """Neither ids nor the names of utils can be used: ast-grep refuses braces and other characters."""
    return f"r{id(rule)}"


def _util_name(rule: Rule, number: int, part: object) -> str:
    text = repr(part)
    if "matches" in text:  # what it names may mean something else in another rule
        return f"{_name(rule)}-{number}"
    return f"u{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"


@functools.lru_cache(maxsize=1024)
def needs(rule: Rule) -> Need:
    """What a text must have for the rule to match."""
    return find_needs(rule.body.get("rule"), rule.body.get("utils"))


@functools.lru_cache(maxsize=1024)
def _as_utils(rule: Rule) -> Mapping[str, object]:
    """The rule under its name, and what it refers to under names that rules share only where they mean the same."""
    utils = rule.body.get("utils")
    named = utils if isinstance(utils, Mapping) else {}
    own = {name: _util_name(rule, number, part) for number, (name, part) in enumerate(named.items())}
    renamed = {own[name]: _rename(part, own) for name, part in named.items()}
    return {_name(rule): _rename(rule.body.get("rule"), own), **renamed}


def _may_match(rule: Rule, kind: str) -> bool:
    known = _find_kinds(rule)
    return known is None or kind in known


def _is_shared(kinds: set[str], rule: Rule, rules: Iterable[Rule]) -> bool:
    """Whether nodes of these kinds may be another rule's matches as well."""
    return any(_may_match(other, kind) for other in rules if other is not rule for kind in kinds)


def _rename(part: object, names: Mapping[str, str]) -> object:
    if isinstance(part, list):
        return [_rename(one, names) for one in part]
    if not names or not isinstance(part, Mapping):
        return part
    return {
        key: names.get(str(value), value) if key == "matches" else _rename(value, names) for key, value in part.items()
    }


@functools.lru_cache(maxsize=1024)
def _find_kinds(rule: Rule) -> frozenset[str] | None:
    return _own_kinds(rule.body.get("rule"))


def _own_kinds(rule: object) -> frozenset[str] | None:
    """The kinds of the nodes that this can match; None where they are not told."""
    if not isinstance(rule, Mapping):
        return None
    kind = rule.get("kind")
    if isinstance(kind, str):
        return frozenset({kind}) if kind.isidentifier() else None
    if isinstance(rule.get("any"), list):
        parts = [_own_kinds(part) for part in rule["any"]]
        known = [part for part in parts if part is not None]
        return frozenset().union(*known) if len(known) == len(parts) else None
    return None
