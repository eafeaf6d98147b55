"""Every built-in rule keeps its own examples: `pytest tests/coding_standards/test_rules.py -k python`."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import coding_standards
from coding_standards.engines import run as engines
from coding_standards.engines.source import Source
from coding_standards.languages import LANGUAGES, NAMES, Language, find_language
from coding_standards.library.compiler import compile_rule
from coding_standards.rules import ANY, Example, Rule, parse_rules
from coding_standards.standards import parse_standard

BUILTIN = Path(coding_standards.__file__).parent / "builtin"
RULE_FILES = sorted((BUILTIN / "rules").glob("*.yml"))
PARSED = {path: parse_rules(path.read_text(encoding="utf-8"), path.name) for path in RULE_FILES}
RULES = [rule for rules, _ in PARSED.values() for rule in rules]


def _languages(rule: Rule) -> tuple[Language, ...]:
    return LANGUAGES if rule.language == ANY else (find_language(rule.language),)


def _source(rule: Rule, example: Example) -> Source:
    language = find_language("python") if rule.language == ANY else find_language(rule.language)
    if rule.language == ANY and example.path is not None:
        language = next((row for row in LANGUAGES if example.path.endswith(row.suffixes)), language)
    return Source(example.code, language, example.path)


by_rule = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
by_file = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in RULE_FILES])


@by_file
def test_a_rules_file_has_no_malformed_rule(path: Path) -> None:
    _, complaints = PARSED[path]
    assert complaints == []


def test_no_rule_id_occurs_twice() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))


@by_file
def test_the_items_a_rule_proves_exist_and_are_checked_in_its_language(path: Path) -> None:
    for rule in PARSED[path][0]:
        assert rule.items, rule.id
        for language in _languages(rule):
            missing = set(rule.items) - _items_of(language)
            assert not missing, f"{rule.id}: {language.name} has no item {sorted(missing)}"


@functools.cache
def _items_of(language: Language) -> set[str]:
    own = BUILTIN / "languages" / f"{language.name}.md"
    if not own.exists():
        pytest.skip(f"{own.name} is not written yet")
    standard = parse_standard(own.read_text(encoding="utf-8"), language.name, "language", own.name)
    found = {item.id for item in standard.items}
    for topic in standard.topics:
        path = BUILTIN / "topics" / f"{topic}.md"
        found |= {item.id for item in parse_standard(path.read_text(encoding="utf-8"), topic, "topic", topic).items}
    return found


@by_rule
def test_a_rule_keeps_its_own_examples(rule: Rule) -> None:
    assert rule.language in (*NAMES, ANY)
    for language in _languages(rule):
        compile_rule(rule, language)
    assert rule.valid
    assert rule.invalid
    wrong = [*_wrong(rule, rule.valid, is_valid=True), *_wrong(rule, rule.invalid, is_valid=False)]
    assert wrong == []


def _wrong(rule: Rule, examples: Sequence[Example], *, is_valid: bool) -> Iterator[tuple[str, object]]:
    """The examples that the rule judges in the other way, and those that are no code of their language."""
    for example in examples:
        source = _source(rule, example)
        outcome = engines.run_engine(rule.engine, source, [rule])
        assert not outcome.notes, f"the rule did not run: {outcome.notes}"
        # An invalid example of the builtin engine, such as a fence or a merge marker, hardly ever parses.
        if is_valid or rule.engine != "builtin":
            syntax = outcome.syntax or engines.syntax(source)
            if broken := [f"{found.line}: {found.message}" for found in syntax.findings if not found.soft]:
                yield example.code, broken
        if bool(outcome.findings) == is_valid:
            yield (
                example.code,
                f"{len(outcome.findings)} findings in an example that is {'valid' if is_valid else 'invalid'}",
            )
