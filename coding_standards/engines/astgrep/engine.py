"""The ast-grep engine: rules and syntax for every language that has a tree-sitter grammar.

Its one rule: what ast-grep's own command line accepts as `rule`, `constraints` and `utils` is accepted here unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence

from ast_grep_py import SgNode, SgRoot

from coding_standards.engines.astgrep.combined import KEYS, rule_config, search
from coding_standards.engines.astgrep.judgement import outermost
from coding_standards.engines.run import EngineUnavailableError, Syntax
from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError

MAX_MATCHES_PER_RULE = 100
"""To tell the place of a node takes as long as its line is long; a minified file would take minutes."""

_IGNORED = frozenset({"fix", "labels", "metadata", "transform", "url"})


def compile_rule(rule: Rule, language: Language) -> None:
    """Make sure that ast-grep takes the rule, in every grammar of the language.

    Raises:
        RuleError: it does not; the text names file, rule and reason.
    """
    where = f"{rule.source}: {rule.id}"
    if language.grammar is None or rule.language != language.name:
        raise RuleError(f"{where}: ast-grep rules need a language with a grammar, got {rule.language!r}")
    unknown = sorted(rule.body.keys() - KEYS - _IGNORED)
    if unknown:
        raise RuleError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(KEYS))}")
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
    found = search(tree, rules, source.seen)
    return [source.finding_at(rule, node) for rule, nodes in found for node in nodes[:MAX_MATCHES_PER_RULE]]


def syntax(source: Source) -> Syntax:
    """The places where the grammar does not understand the text; it takes much that compilers refuse."""
    return Syntax(tuple(broken_places(source)), depth="searched")


def broken_places(source: Source) -> list[Finding]:
    """The places that are not valid in the grammar of the text's language."""
    if source.tree is None:
        return [
            source.syntax_finding(1, 1, f"Make this valid {source.language.title}: thousands of comments are open.")
        ]
    return [_syntax_finding(source, node) for node in outermost(source.broken)]


def _syntax_finding(source: Source, node: SgNode) -> Finding:
    start = node.range().start
    title = source.language.title
    if node.kind() == "ERROR":
        message = f"Make this valid {title}: the parser does not understand it."
    else:
        message = f"Make this valid {title}: `{node.kind()}` is missing here."
    return source.syntax_finding(start.line + 1, start.column + 1, message)


def _reason(error: Exception) -> str:
    """The useful lines of a message that goes on with a stack trace of fifty."""
    text = str(error).partition("Stack backtrace")[0].replace("Caused by:", "")
    return " ".join(text.split())
