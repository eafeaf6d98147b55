"""The flow engine: what reaches a dangerous place within a function, in every language that has a grammar.

Its one rule: the functions are walked once for all rules, and what a rule looks for is data in its YAML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from coding_standards.engines.flow.imports import resolve_imports
from coding_standards.engines.flow.judges import find_fault
from coding_standards.engines.flow.sinks import Sink, read_sinks
from coding_standards.engines.flow.sql import GIVEN_TEXT, MADE_TEXT
from coding_standards.engines.flow.value import Hole, TrustLevel
from coding_standards.engines.flow.vocabulary import FAMILIES, Words, vocabulary_of
from coding_standards.engines.flow.walker import Walker
from coding_standards.engines.run import EngineUnavailableError
from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError
from coding_standards.symbols import find_test_regions

KEYS = frozenset({"sinks", "trust", "judge", "purpose", "like", "word"})
MAX_FINDINGS_PER_RULE = 100
_TESTED = frozenset({"javascript", "typescript", "go", "python"})
"""Languages whose tests put markup into pages and start what they try."""
_MADE = frozenset({"made", "added"})
"""Last words of the names under which the walk notes text that is only put together."""
_SQL_JUDGES = frozenset({"sql", "names"})
_SHELLS = re.compile(r"(?i)sh\b|\bcmd|powershell")
MAX_FAULT = 60
"""Characters of an expression that a message can hold."""


def compile_rule(rule: Rule, language: Language) -> None:
    """See that the rule's sinks are well formed.

    Raises:
        RuleError: they are not; the text names file, rule and reason.
    """
    where = f"{rule.source}: {rule.id}"
    if language.name not in FAMILIES:
        raise RuleError(f"{where}: the flow engine knows {', '.join(FAMILIES)}, not {language.name}")
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
    sinks = _possible_sinks(source, rules)
    if not sinks:
        return []
    grammar = source.grammar or ""
    imports = resolve_imports(source.tree, source.code, grammar)
    walker = Walker(grammar, vocabulary_of(source.language.name), imports, source.uncommented)
    walker.words, walker.wanted = _words(sinks), sinks.keys()
    walker.aliases |= {name for name, path in walker.imports.items() if path.rpartition(".")[2] in sinks}
    walker.walk_file(source.tree)
    found: dict[tuple[str, tuple[int, int]], Finding] = {}
    told: set[tuple[str, Hole]] = set()
    # A text that is used is told where it is used; where it was only made, it is told there.
    for use in sorted(walker.uses, key=lambda use: use.path.startswith("text.")):
        for rule, sink in sinks[use.path.rpartition(".")[2]]:
            if sink.is_met(use):
                fault = find_fault(use, sink, str(rule.body.get("purpose", "all")))
                if fault is not None and not (use.path.startswith("text.") and (rule.id, fault) in told):
                    told.add((rule.id, fault))
                    found.setdefault((rule.id, use.start), source.finding(rule, *use.start, _message(rule, fault)))
    if found and source.language.name in _TESTED:
        tests = find_test_regions(source)
        found = {key: finding for key, finding in found.items() if not tests.covers_line(finding.line)}
    return [finding for rule in rules for finding in _of_rule(rule, found)]


def _words(sinks: Mapping[str, object]) -> re.Pattern[str]:
    words = rf"\b(?:{'|'.join(sorted(map(re.escape, sinks.keys() - _MADE)))})\b"
    return re.compile(f"{words}|{MADE_TEXT.pattern}" if sinks.keys() & _MADE else words)


def _of_rule(rule: Rule, found: Mapping[tuple[str, tuple[int, int]], Finding]) -> list[Finding]:
    return [finding for (rule_id, _), finding in found.items() if rule_id == rule.id][:MAX_FINDINGS_PER_RULE]


def _possible_sinks(source: Source, rules: Sequence[Rule]) -> dict[str, list[tuple[Rule, Sink]]]:
    """Last word of a name -> the sinks that end so and that something in the text may reach."""
    vocabulary = vocabulary_of(source.language.name)
    code = source.uncommented
    words = Words(code)
    may_be_outside = vocabulary.may_meet_outside(words)
    may_be_given, may_be_made = (text.search(code) is not None for text in (GIVEN_TEXT, MADE_TEXT))
    found: dict[str, list[tuple[Rule, Sink]]] = {}
    for rule in rules:
        if str(rule.body.get("word", "")) not in code:
            continue
        for sink in _sinks(rule, source.language.name):
            if sink.at and sink.trust == TrustLevel.OUTSIDE and not may_be_outside:
                continue
            if sink.judge in _SQL_JUDGES and not may_be_given:
                continue
            if any(key.isidentifier() and key != "receiver" and key not in code for key in sink.when):
                continue
            if sink.judge == "shell" and not _SHELLS.search(code):
                continue
            is_of_handlers = sink.kind == "return" and not sink.names.match("function.return")
            if is_of_handlers and not vocabulary.handlers.search(code):
                continue
            for word in sink.names.last_words_in(words):
                if may_be_made or word not in _MADE:
                    found.setdefault(word, []).append((rule, sink))
    return found


def _message(rule: Rule, fault: Hole) -> str:
    """The rule's message, with the expression that is at fault."""
    text = " ".join(fault.text.split())
    return f"{rule.message} (`{text}`)" if 0 < len(text) <= MAX_FAULT else rule.message


@lru_cache(maxsize=1024)
def _sinks(rule: Rule, language: str) -> tuple[Sink, ...]:
    return tuple(read_sinks(rule, vocabulary_of(language)))
