"""The HTML engine: judges syntax by tags, their nesting and the scripts between them, and runs the named checks.

The rule: unbalanced tags, quotes and comments are hard findings; the tree-sitter grammar has no say, because it
dislikes a quarter of all valid pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coding_standards.engines.html import scripts as html_scripts
from coding_standards.engines.html.checks import CHECKS as PAGE_CHECKS
from coding_standards.engines.html.tree import parse_page
from coding_standards.engines.named import Check, compile_named, run_named
from coding_standards.engines.run import MAX_ERRORS, Depth, Syntax
from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule

CHECKS: dict[str, Check] = {**PAGE_CHECKS, "inline_script": html_scripts.inline_script}

_COMMENT = re.compile(r"<!(?:--.*?--|DOCTYPE[^>]*)>", re.DOTALL | re.IGNORECASE)


def compile_rule(rule: Rule, language: Language) -> None:
    """See that the rule names a check of this engine.

    Raises:
        RuleError: it does not.
    """
    compile_named(CHECKS, rule, language)
    if rule.check == "inline_script":
        html_scripts.compile_rule(rule)


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """Every place where one of the rules does not hold."""
    return run_named(source.once(parse_page), source, rules, CHECKS)


def depth(rule: Rule, source: Source) -> Depth:
    """What a template engine puts in is not there to be seen."""
    return "searched" if source.once(parse_page).is_template else "decided"


def syntax(source: Source) -> Syntax:
    """The places where the text is not HTML, hard ones first; browsers take any text, so that nothing decides it."""
    return Syntax(tuple(_broken_places(source)), depth="searched")


def _broken_places(source: Source) -> list[Finding]:
    page = source.once(parse_page)
    is_bare = not page.elements and not page.flaws and not page.is_template and "<!--[if" not in source.code
    if is_bare and _COMMENT.sub("", source.code).strip():
        return [source.syntax_finding(0, 0, "Make this HTML: there is not one element in it.")]
    flaws = sorted(page.flaws, key=lambda flaw: (not flaw.is_certain, flaw.offset))[:MAX_ERRORS]
    found = [source.syntax_finding(*page.place(flaw.offset), flaw.message, not flaw.is_certain) for flaw in flaws]
    return [*found, *html_scripts.syntax(page, source)][:MAX_ERRORS]
