"""The CSS engine: runs the named checks on the blocks of a sheet, and hands its syntax to the judge of it.

The rule: a text is read into blocks once, whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from coding_standards.engines.css.blocks import parse_sheet
from coding_standards.engines.css.checks import CHECKS
from coding_standards.engines.css.syntax import judge_syntax
from coding_standards.engines.named import compile_named, run_named
from coding_standards.engines.run import Syntax
from coding_standards.engines.source import Source
from coding_standards.report import Finding
from coding_standards.rules import Rule

compile_rule = partial(compile_named, CHECKS)


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """Every place where one of the rules does not hold."""
    return run_named(source.once(parse_sheet), source, rules, CHECKS)


def syntax(source: Source) -> Syntax:
    """The places where the text is not CSS."""
    return judge_syntax(source, source.once(parse_sheet))
