"""The scripts of a page: parsed as JavaScript, and judged by rules of JavaScript's own.

Its one rule: what a template engine may still change is judged by the rules, but never called broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from coding_standards.engines.astgrep import engine as astgrep
from coding_standards.engines.html.template import may_be_template, take_out_of_script
from coding_standards.engines.html.tree import Element, Page
from coding_standards.engines.named import Hit
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError, parse_rules

_RULES = Path(__file__).parents[2] / "builtin" / "rules" / "javascript.yml"
_TYPES = frozenset(["", "module", "text/javascript", "application/javascript", "text/ecmascript", "text/babel"])
_MAY_BE_BROKEN = frozenset(["text/babel"])
_MAX_SCRIPTS = 50
"""Rules are compiled anew for each; more than these are read as one script."""
_NOT_A_LINE = re.compile(r"[^\n]")


def inline_script(page: Page, *, rules: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A place in a script of the page that breaks one of `rules`, which are ids of JavaScript's built-in rules."""
    chosen = [_javascript_rules()[rule] for rule in rules]
    for start, script in _scripts(page):
        source = _source(script)
        if source.is_searchable:
            for found in astgrep.run(source, chosen):
                yield _hit(page, start, found)


def compile_rule(rule: Rule) -> None:
    """See that a rule of this check names rules that there are.

    Raises:
        RuleError: it does not.
    """
    names = rule.options.get("rules", [])
    unknown = [name for name in names if name not in _javascript_rules()] if isinstance(names, list) else []
    if unknown:
        raise RuleError(f"{rule.source}: {rule.id}: JavaScript has no built-in rule {unknown[0]!r}")


def syntax(page: Page, source: Source) -> list[Finding]:
    """The places where a script of the page is not JavaScript."""
    found: list[Finding] = []
    for start, script in _scripts(page, may_be_broken=False):
        if not may_be_template(script):
            hits = [(_hit(page, start, one), one.message) for one in astgrep.broken_places(_source(script))]
            found += [source.syntax_finding(hit.line, hit.column, message) for hit, message in hits]
    return found


def _scripts(page: Page, may_be_broken: bool = True) -> list[tuple[int, str]]:
    """Where each script begins, and what it says."""
    places = [
        one.raw
        for one in page.elements
        if one.name == "script" and one.raw is not None and one.has_text and _is_javascript(one, may_be_broken)
    ]
    if len(places) > _MAX_SCRIPTS:
        return [(0, _join(page.code, places))]
    return [(start, page.code[start:end]) for start, end in places]


def _join(code: str, places: Sequence[tuple[int, int]]) -> str:
    """One script of them all, each in its place."""
    parts: list[str] = []
    last = 0
    for start, end in places:
        parts += [_NOT_A_LINE.sub(" ", code[last : start - 1]), ";", code[start:end]]
        last = end
    return "".join(parts)


def _is_javascript(script: Element, may_be_broken: bool) -> bool:
    kind = script.attributes.get("type", script.attributes.get("language", "")).partition(";")[0].strip().lower()
    is_known = kind in _TYPES or kind.startswith("javascript")
    return is_known and "src" not in script.attributes and (may_be_broken or kind not in _MAY_BE_BROKEN)


@lru_cache(maxsize=16)
def _source(script: str) -> Source:
    """The judge of syntax and every rule look at the same scripts one after the other."""
    return Source(take_out_of_script(script), find_language("javascript"))


def _hit(page: Page, start: int, found: Finding) -> Hit:
    line, column = page.place(start)
    return Hit(line + found.line - 1, found.column + (column - 1 if found.line == 1 else 0))


@lru_cache(maxsize=1)
def _javascript_rules() -> dict[str, Rule]:
    rules, _ = parse_rules(_RULES.read_text(encoding="utf-8"), "built-in rules/javascript.yml")
    return {rule.id: rule for rule in rules if rule.engine == "ast-grep"}
