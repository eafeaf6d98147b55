"""The scripts of a page: parsed as JavaScript, and judged by rules of JavaScript's own, in one run of oxlint.

Its one rule: what a template engine may still change is judged by the rules, but never called broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from coding_standards.engines.astgrep import engine as astgrep
from coding_standards.engines.astgrep.blank import keep_lines
from coding_standards.engines.flow import engine as flow
from coding_standards.engines.html.template import may_be_template, take_out_of_script
from coding_standards.engines.html.tree import Element, Page
from coding_standards.engines.named import Hit
from coding_standards.engines.oxlint import engine as oxlint
from coding_standards.engines.oxlint.process import Diagnostic, OxlintProcess
from coding_standards.engines.run import EngineUnavailableError
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.report import SYNTAX, Finding
from coding_standards.rules import Rule, RuleError, parse_rules

_RULES = Path(__file__).parents[2] / "builtin" / "rules"
_RULE_FILES = ("javascript.yml", "script.yml")
_ENGINES = ("ast-grep", "flow", "oxlint")
_TYPES = frozenset(["", "module", "text/javascript", "application/javascript", "text/ecmascript", "text/babel"])
_MAY_BE_BROKEN = frozenset(["text/babel"])
_MAX_SCRIPTS = 50
"""Rules are compiled anew for each; more than these are read as one script."""


@dataclass(frozen=True)
class _PageScript:
    start: int
    """Where it begins in the page, in characters."""
    text: str
    is_module: bool = False


def inline_script(page: Page, *, rules: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A place in a script of the page that breaks one of `rules`, which are ids of JavaScript's built-in rules.

    Raises:
        RuntimeError: oxlint cannot judge here; this rule says so, and the page's other rules go on.
    """
    chosen = [_javascript_rules()[rule] for rule in rules]
    by_oxlint = [rule for rule in chosen if rule.engine == "oxlint"]
    by_shape = [rule for rule in chosen if rule.engine == "ast-grep"]
    by_flow = [rule for rule in chosen if rule.engine == "flow"]
    scripts = _scripts(page)
    if by_oxlint:
        try:
            diagnosed = _diagnose(tuple(scripts))
        except EngineUnavailableError as error:
            raise RuntimeError(str(error)) from error
        for script in scripts:
            for found in oxlint.findings_of(_source(script.text), by_oxlint, diagnosed[script]):
                if found.rule != SYNTAX:
                    yield _hit(page, script.start, found)
    for script in scripts if by_shape or by_flow else ():
        source = _source(script.text)
        if source.is_searchable:
            for found in [*astgrep.run(source, by_shape), *flow.run(source, by_flow)]:
                yield _hit(page, script.start, found)


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
    """The places where a script of the page is not JavaScript; soft where nothing here could tell."""
    scripts = [script for script in _scripts(page, may_be_broken=False) if not may_be_template(script.text)]
    if not scripts:
        return []
    try:
        diagnosed = _diagnose(tuple(_scripts(page)))
    except EngineUnavailableError as error:
        line, column = page.place(scripts[0].start)
        return [source.syntax_finding(line, column, f"The scripts were not parsed: {error}", soft=True)]
    found: list[Finding] = []
    for script in scripts:
        for one in oxlint.findings_of(_source(script.text), (), diagnosed.get(script, ())):
            hit = _hit(page, script.start, one)
            found.append(source.syntax_finding(hit.line, hit.column, one.message))
    return found


@lru_cache(maxsize=4)
def _diagnose(scripts: tuple[_PageScript, ...]) -> Mapping[_PageScript, Sequence[Diagnostic]]:
    """What oxlint says of each; the judge of syntax and every rule ask about the same scripts."""
    if not scripts:
        return {}
    rules = [rule for rule in _javascript_rules().values() if rule.engine == "oxlint"]
    names = {f"{number}.{'mjs' if one.is_module else 'js'}": one for number, one in enumerate(scripts)}
    with OxlintProcess({name: _source(one.text).code for name, one in names.items()}, oxlint.settings(rules)) as run:
        return {names[name]: found for name, found in run.diagnostics().items()}


def _scripts(page: Page, may_be_broken: bool = True) -> list[_PageScript]:
    """Where each script begins, and what it says."""
    places = [
        (one.raw, _kind(one))
        for one in page.elements
        if one.name == "script" and one.raw is not None and one.has_text and _is_javascript(one, may_be_broken)
    ]
    if len(places) > _MAX_SCRIPTS:
        return [_PageScript(0, _join(page.code, [place for place, _ in places]))]
    return [_PageScript(start, page.code[start:end], kind == "module") for (start, end), kind in places]


def _join(code: str, places: Sequence[tuple[int, int]]) -> str:
    """One script of them all, each in its place."""
    parts: list[str] = []
    last = 0
    for start, end in places:
        parts += [keep_lines(code[last : start - 1]), ";", code[start:end]]
        last = end
    return "".join(parts)


def _kind(script: Element) -> str:
    return script.attributes.get("type", script.attributes.get("language", "")).partition(";")[0].strip().lower()


def _is_javascript(script: Element, may_be_broken: bool) -> bool:
    kind = _kind(script)
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
    found = (parse_rules((_RULES / name).read_text(encoding="utf-8"), f"built-in rules/{name}") for name in _RULE_FILES)
    rules = (rule for parsed, _ in found for rule in parsed)
    return {rule.id: rule for rule in rules if rule.language == "javascript" and rule.engine in _ENGINES}
