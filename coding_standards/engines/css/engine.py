"""The CSS engine: runs the named checks on the blocks of a sheet, and hands its syntax to the judge of it.

The rule: a text is read into blocks once, whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from coding_standards.engines.css.blocks import Sheet, parse_sheet
from coding_standards.engines.css.checks import CHECKS
from coding_standards.engines.css.syntax import judge_syntax
from coding_standards.engines.named import compile_named, run_named
from coding_standards.engines.run import Syntax
from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule


def compile_rule(rule: Rule, language: Language) -> None:
    """See that the rule names a check of this engine.

    Raises:
        RuleError: it does not.
    """
    compile_named(rule, CHECKS)


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """Every place where one of the rules does not hold."""
    return run_named(_parse(source.code), source, rules, CHECKS)


def syntax(source: Source) -> Syntax:
    """The places where the text is not CSS."""
    return judge_syntax(source, _parse(source.code))


@lru_cache(maxsize=4)
def _parse(code: str) -> Sheet:
    """The syntax judge and the rules look at the same text one after the other."""
    return parse_sheet(code)
