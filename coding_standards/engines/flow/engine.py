"""The flow engine: what reaches a dangerous place within a function, in every language that has a grammar.

Its one rule: the functions are walked once for all rules, and what a rule looks for is data in its YAML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from coding_standards.engines.flow.imports import resolve_imports
from coding_standards.engines.flow.judges import find_fault
from coding_standards.engines.flow.kinds import KINDS
from coding_standards.engines.flow.sinks import Sink, read_sinks
from coding_standards.engines.flow.value import Hole
from coding_standards.engines.flow.vocabulary import vocabulary_of
from coding_standards.engines.flow.walker import Walker
from coding_standards.engines.run import EngineUnavailableError
from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError

KEYS = frozenset({"sinks", "trust", "judge", "purpose", "like"})
MAX_FINDINGS_PER_RULE = 50
MAX_FAULT = 60
"""Characters of an expression that a message can hold."""


def compile_rule(rule: Rule, language: Language) -> None:
    """See that the rule's sinks are well formed.

    Raises:
        RuleError: they are not; the text names file, rule and reason.
    """
    where = f"{rule.source}: {rule.id}"
    if language.grammar not in KINDS:
        raise RuleError(f"{where}: the flow engine knows {', '.join(sorted(KINDS))}, not {language.name}")
    unknown = sorted(rule.body.keys() - KEYS)
    if unknown:
        raise RuleError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(KEYS))}")
    _sinks(rule, language.name)


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """Every place where something that is not safe reaches a sink of one of the rules.

    Raises:
        EngineUnavailableError: there is no tree that could be walked.
    """
    if source.tree is None or not source.is_searchable:
        raise EngineUnavailableError("flow: the code is too broken or too deeply nested to follow its values")
    folded = source.seen.folded
    sinks = {rule: [one for one in _sinks(rule, source.language.name) if _may_meet(one, folded)] for rule in rules}
    words = {word for many in sinks.values() for one in many for word in one.names.last_words}
    if not words:
        return []
    grammar = source.grammar or ""
    walker = Walker(grammar, vocabulary_of(source.language.name), resolve_imports(source.tree, source.code, grammar))
    walker.words = re.compile("|".join(sorted(map(re.escape, words))))
    walker.walk_file(source.tree)
    findings: list[Finding] = []
    for rule, many in sinks.items():
        found: dict[tuple[int, int], Finding] = {}
        purpose = str(rule.body.get("purpose", "all"))
        for use in walker.uses:
            faults = (find_fault(use, one, purpose) for one in many if one.is_met(use))
            fault = next((one for one in faults if one is not None), None)
            if fault is not None:
                found.setdefault(use.start, source.finding(rule, *use.start, _message(rule, fault)))
        findings += list(found.values())[:MAX_FINDINGS_PER_RULE]
    return findings


def _message(rule: Rule, fault: Hole) -> str:
    """The rule's message, with the expression that is at fault."""
    text = " ".join(fault.text.split())
    return f"{rule.message} (`{text}`)" if 0 < len(text) <= MAX_FAULT else rule.message


def _may_meet(sink: Sink, folded: str) -> bool:
    return any(word.lower() in folded for word in sink.names.last_words)


@lru_cache(maxsize=1024)
def _sinks(rule: Rule, language: str) -> tuple[Sink, ...]:
    return tuple(read_sinks(rule, vocabulary_of(language)))
