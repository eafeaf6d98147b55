"""The SQL engine: judges syntax with sqlglot in the dialects that there are, and runs the named checks.

The rule: a statement that the parser does not understand is noted, and no rule about trees applies to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

from coding_standards.engines.named import compile_named, run_named
from coding_standards.engines.run import Depth, Syntax
from coding_standards.engines.source import Source
from coding_standards.engines.sql.checks import CHECKS
from coding_standards.engines.sql.dialects import ALIASES
from coding_standards.engines.sql.script import MAX_BROKEN, Script, parse_script
from coding_standards.report import Finding
from coding_standards.rules import Rule

_READ_WORDS = frozenset(["dynamic_sql", "keyword_case", "text"])
"""Checks that need no tree."""


compile_rule = partial(compile_named, CHECKS)


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """Every place where one of the rules does not hold."""
    return run_named(_parse(source.code, source.dialect), source, rules, CHECKS)


def depth(rule: Rule, source: Source) -> Depth:
    """Rules about trees see only what was understood, those about words see every statement."""
    is_understood = not any(not flaw.is_certain for flaw in _parse(source.code, source.dialect).flaws)
    if is_understood:
        return "decided"
    return "searched" if rule.check in _READ_WORDS else "not_judged"


def syntax(source: Source) -> Syntax:
    """The broken statements; of those that were not understood a note.

    That sqlglot takes a statement decides nothing: it reads more than any database does, such as `x IN` without a list.
    """
    script = _parse(source.code, source.dialect)
    broken = [flaw for flaw in script.flaws if flaw.is_certain][:MAX_BROKEN]
    beyond = [flaw for flaw in script.flaws if not flaw.is_certain]
    found = tuple(source.syntax_finding(*script.place(flaw.offset), flaw.message) for flaw in broken)
    if not beyond:
        return Syntax(found, depth="searched")
    more = f" ({len(beyond) - 1} more)" if len(beyond) > 1 else ""
    line, _ = script.place(beyond[0].offset)
    note = f"sql: line {line}: {beyond[0].message}{more}; only brackets, quotes and slips were checked"
    return Syntax(found, depth="not_judged", notes=(note,))


@lru_cache(maxsize=4)
def _parse(code: str, dialect: str | None) -> Script:
    """The syntax judge and the rules look at the same text one after the other."""
    name = (dialect or "").strip().lower()
    return parse_script(code, ALIASES.get(name, name) or None)
