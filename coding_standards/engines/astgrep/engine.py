"""The ast-grep engine: rules for every language that has a tree-sitter grammar.

Its one rule: what ast-grep's own command line accepts as `rule`, `constraints` and `utils` is accepted here unchanged.

A rule is tried where the text has what it needs (`needs`): for 10 KB that takes 1 ms of the processor in Python, 5 in
Go and Java, 2 in Rust, 4 in JavaScript and TypeScript, against 5, 17, 16, 14, 21 and 22 ms for trying all of them.
One search for all rules at once saves nothing beside that.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import cast

from ast_grep_py import Config, SgRoot

from coding_standards.engines.astgrep.needs import Needs, find_needs
from coding_standards.engines.run import EngineUnavailableError
from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError

MAX_MATCHES_PER_RULE = 100
"""To tell the place of a node takes as long as its line is long; a minified file would take minutes."""

# ast-grep's other keys (https://ast-grep.github.io/reference/yaml.html) do not change what is found.
_KEYS = frozenset({"rule", "constraints", "utils"})
_IGNORED = frozenset({"fix", "labels", "metadata", "transform", "url"})


def compile_rule(rule: Rule, language: Language) -> None:
    """Make sure that ast-grep takes the rule, in every grammar of the language.

    Raises:
        RuleError: it does not; the text names file, rule and reason.
    """
    where = f"{rule.source}: {rule.id}"
    if language.grammar is None or rule.language != language.name:
        raise RuleError(f"{where}: ast-grep rules need a language with a grammar, got {rule.language!r}")
    unknown = sorted(rule.body.keys() - _KEYS - _IGNORED)
    if unknown:
        raise RuleError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    grammars = ("typescript", "tsx") if language.grammar == "typescript" else (language.grammar,)
    for grammar in grammars:
        try:
            SgRoot("", grammar).root().find_all(rule_config(rule))
        except Exception as error:  # the binding raises no narrower type for an unknown field
            raise RuleError(f"{where}: {_reason(error)}") from error


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """Every place where one of the rules matches, in the order of the rules.

    Raises:
        EngineUnavailableError: there is no tree that rules could be judged on.
    """
    tree = source.tree
    if tree is None or not source.is_searchable:
        raise EngineUnavailableError("ast-grep: the code is too broken or too deeply nested for rules on its structure")
    possible = [rule for rule in rules if source.seen.meets(_needs(rule))]
    return [
        source.finding_at(rule, node)
        for rule in possible
        for node in tree.find_all(rule_config(rule))[:MAX_MATCHES_PER_RULE]
    ]


def rule_config(rule: Rule) -> Config:
    """What ast-grep takes of a rule."""
    return cast(Config, {key: value for key, value in rule.body.items() if key in _KEYS})


@functools.lru_cache(maxsize=1024)
def _needs(rule: Rule) -> Needs:
    """What a text must have for the rule to match."""
    return find_needs(rule.body.get("rule"), rule.body.get("utils"))


def _reason(error: Exception) -> str:
    """The useful lines of a message that goes on with a stack trace of fifty."""
    text = str(error).partition("Stack backtrace")[0].replace("Caused by:", "")
    return " ".join(text.split())
