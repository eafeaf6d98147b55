"""The SQL engine: judges syntax with sqlglot in the dialects that there are, and runs the named checks.

The rule: a statement that the parser does not understand is a soft finding, and no rule about trees applies to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from coding_standards.engines.named import compile_named, run_named
from coding_standards.engines.run import Depth, Syntax
from coding_standards.engines.source import Source
from coding_standards.engines.sql.checks import CHECKS
from coding_standards.engines.sql.dialects import ALIASES
from coding_standards.engines.sql.script import MAX_BROKEN, Script, parse_script
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
    return run_named(_parse(source.code, source.dialect), source, rules, CHECKS)


def depth(rule: Rule, source: Source) -> Depth:
    """The rules see only what was understood."""
    return "not_judged" if any(flaw.soft for flaw in _parse(source.code, source.dialect).flaws) else "decided"


def syntax(source: Source) -> Syntax:
    """The broken statements, and softly, once, that some were not understood.

    That sqlglot takes a statement decides nothing: it reads more than any database does, such as `x IN` without a list.
    """
    script = _parse(source.code, source.dialect)
    flaws = [flaw for flaw in script.flaws if not flaw.soft][:MAX_BROKEN]
    flaws += [flaw for flaw in script.flaws if flaw.soft][:1]
    found = (source.syntax_finding(*script.place(flaw.offset), flaw.message, flaw.soft) for flaw in flaws)
    return Syntax(tuple(found), depth="searched")


@lru_cache(maxsize=4)
def _parse(code: str, dialect: str | None) -> Script:
    """The syntax judge and the rules look at the same text one after the other."""
    name = (dialect or "").strip().lower()
    return parse_script(code, ALIASES.get(name, name) or None)
