"""The checker: code in, report out. Every item of the standard has an outcome.

Its one rule: nothing is claimed that was not judged. An item is proved where every rule that names it ran and decides
its part; a rule that could not run leaves its items not_checkable, and what no parser understood proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from coding_standards.checks.about import not_spoken_of
from coding_standards.engines import run as engines
from coding_standards.engines.run import Depth, EngineRun, Syntax
from coding_standards.engines.source import CheckSettings, Source
from coding_standards.languages import Language
from coding_standards.library.snapshot import Library
from coding_standards.project.editorconfig import Layout
from coding_standards.report import MAX_CODE_CHARS, PARSES, CheckReport, Finding, ItemOutcome
from coding_standards.rules import EngineName, Rule
from coding_standards.standards import Item
from coding_standards.suppressions.ledger import Weights, list_new_suppressions
from coding_standards.symbols import holds_tests, public_symbols
from groundwork.outcomes import Outcome

MAX_FINDINGS_PER_RULE = 20
"""One more tells how many others there are; a writer mends the first ones and asks again."""
_JUDGED_BY_ENGINE: frozenset[Outcome] = frozenset({"fail", "proved", "no_breach_found"})


class CodeTooLongError(ValueError):
    """The code is longer than `MAX_CODE_CHARS`; the text gives both numbers."""


@dataclass(frozen=True)
class Ruleset:
    """What holds for one language, as a library or a test puts it together. Whatever is switched off is not in it."""

    items: tuple[Item, ...] = ()
    """The items of the language and of its topics, in the order of the report."""
    rules: tuple[Rule, ...] = ()
    """The rules of the language and those of every language, compiled, with the severity in force."""
    settings: CheckSettings = field(default_factory=CheckSettings)
    notes: tuple[str, ...] = ()
    """What the reader must know about the standards themselves, such as a broken file."""
    project: tuple[str, ...] = ()
    """The project's own texts that hold for the file."""
    weights: Weights | None = None
    """What suppressions are worth; None where they are not listed."""


@dataclass(frozen=True)
class Breaches:
    """Every place that a check finds, without a word on what it does not find."""

    findings: tuple[Finding, ...]
    """All of them, in the order of the text."""
    notes: tuple[str, ...] = ()
    """What was not checked, and why."""


def find_breaches(
    code: str, language: Language, ruleset: Ruleset, path: str | None = None, dialect: str | None = None
) -> Breaches:
    """Judge `code` as `check` does, for whoever asks for the findings alone and wants all of them. Blocking.

    Raises:
        CodeTooLongError: the code has more than `MAX_CODE_CHARS` characters.
    """
    _require_length(code)
    syntax, runs = _judge(Source(code, language, path, dialect, ruleset.settings), ruleset.rules)
    found = [*syntax.findings, *(finding for run in runs for finding in run.findings)]
    return Breaches(tuple(sorted(found, key=_place)), _notes(syntax, runs))


def check(
    code: str,
    language: Language,
    ruleset: Ruleset,
    path: str | None = None,
    dialect: str | None = None,
    existing: str | None = None,
) -> CheckReport:
    """Judge `code` by everything that a machine can judge. Blocking; takes 5 to 60 ms for 10 KB.

    `existing` is what stood there before; suppressions that it had are not listed.

    Raises:
        CodeTooLongError: the code has more than `MAX_CODE_CHARS` characters.
    """
    _require_length(code)
    source = Source(code, language, path, dialect, ruleset.settings)
    syntax, runs = _judge(source, ruleset.rules)
    parsed = all(finding.soft for finding in syntax.findings)
    found = [*syntax.findings, *(finding for run in runs for finding in run.findings)]
    if ruleset.weights is not None:
        found += list_new_suppressions(source, existing, ruleset.weights)
    return CheckReport(
        language=language.name,
        parsed=parsed,
        findings=tuple(sorted(_cut(found), key=_place)),
        rules=tuple(_outcomes(ruleset, source, syntax, found, runs)),
        public_symbols=public_symbols(source) if parsed else (),
        has_tests=holds_tests(source),
        project=ruleset.project,
        problems=ruleset.notes,
        notes=_notes(syntax, runs),
    )


def _require_length(code: str) -> None:
    if len(code) > MAX_CODE_CHARS:
        raise CodeTooLongError(
            f"code: {len(code):,} characters; at most {MAX_CODE_CHARS:,} can be checked, so split it"
        )


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.line, finding.column, finding.rule


def _notes(syntax: Syntax, runs: Iterable[EngineRun]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*syntax.notes, *(note for run in runs for note in run.notes)]))


def _judge(source: Source, rules: Sequence[Rule]) -> tuple[Syntax, list[EngineRun]]:
    """What is said of the syntax, and the run of each engine that there are rules for."""
    of_engine: dict[EngineName, list[Rule]] = {}
    for rule in rules:
        of_engine.setdefault(rule.engine, []).append(rule)
    judge = source.language.checked_by
    # While the processes work, the engines that work in this one do their part.
    beside = [name for name in engines.PROCESSES if name in of_engine or name == judge]
    with ExitStack() as running:
        begun = {
            name: running.enter_context(engines.start_engine(name, source, of_engine.pop(name, []))) for name in beside
        }
        parsed = None if judge in begun else running.enter_context(engines.start_syntax(source))
        runs = [engines.run_engine(name, source, of_engine[name]) for name in of_engine]
        ended = {str(name): finish() for name, finish in begun.items()}
        syntax = parsed() if parsed is not None else ended[judge].syntax or Syntax(depth="not_judged")
    return syntax, [*runs, *ended.values()]


def _cut(findings: Iterable[Finding]) -> list[Finding]:
    """The first findings of each rule; of the others one, which counts them."""
    of_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        of_rule.setdefault(finding.rule, []).append(finding)
    kept: list[Finding] = []
    for found in of_rule.values():
        kept += found[:MAX_FINDINGS_PER_RULE]
        more = found[MAX_FINDINGS_PER_RULE:]
        if more:
            counted = f"{len(more):,} more places from here on break this rule. {more[0].message}"
            kept.append(more[0].model_copy(update={"message": counted}))
    return kept


def _outcomes(
    ruleset: Ruleset, source: Source, syntax: Syntax, findings: Sequence[Finding], runs: Sequence[EngineRun]
) -> Iterable[ItemOutcome]:
    broken, doubtful = _find_broken(ruleset.rules, syntax, source, findings)
    judged = _find_judges(ruleset.rules, syntax, source, runs)
    parsed = all(finding.soft for finding in syntax.findings)
    is_understood = parsed and syntax.depth != "not_judged"
    elsewhere = not_spoken_of(ruleset.items, source) if parsed else frozenset()
    for item in ruleset.items:
        outcome: Outcome = "not_checkable"
        engine, depth = judged.get(item.id, ("", "not_judged"))
        if item.id in broken:
            outcome, engine = "fail", broken[item.id]
        elif item.id in elsewhere:
            outcome = "not_applicable"
        elif parsed and depth != "not_judged" and item.id not in doubtful:
            outcome = "proved" if depth == "decided" and is_understood else "no_breach_found"
        yield ItemOutcome(
            id=item.id,
            title=item.title,
            outcome=outcome,
            engine=engine if outcome in _JUDGED_BY_ENGINE else None,
        )


def _find_broken(
    rules: Sequence[Rule], syntax: Syntax, source: Source, findings: Sequence[Finding]
) -> tuple[dict[str, str], set[str]]:
    """The items that a finding breaks, each with the engine that found it; and those that one only doubts."""
    engine_of_rule = {rule.id: str(rule.engine) for rule in rules}
    broken: dict[str, str] = {}
    doubtful: set[str] = set()
    for finding in findings:
        for item_id in finding.items:
            if finding.soft:
                doubtful.add(item_id)
            else:
                broken.setdefault(item_id, engine_of_rule.get(finding.rule, syntax.by or source.language.checked_by))
    return broken, doubtful


def _find_judges(
    rules: Sequence[Rule], syntax: Syntax, source: Source, runs: Sequence[EngineRun]
) -> dict[str, tuple[str, Depth]]:
    """By item: the first engine that judged it, and the depth that all its rules together reach."""
    ran = {rule_id: depth for run in runs for rule_id, depth in run.ran.items()}
    judged: dict[str, tuple[str, Depth]] = {PARSES: (syntax.by or source.language.checked_by, syntax.depth)}
    for rule in rules:
        for item_id in rule.items if rule.id in ran else ():
            depth = "searched" if ran[rule.id] == "decided" and item_id not in rule.decides else ran[rule.id]
            known = judged.get(item_id)
            judged[item_id] = (rule.engine, depth) if known is None else _together(known, rule, depth)
    return judged


def _together(known: tuple[str, Depth], rule: Rule, depth: Depth) -> tuple[str, Depth]:
    """Two rules of one item: where they do not reach the same, something was searched and something was not seen."""
    engine, before = known
    return rule.engine if before == "not_judged" else engine, before if before == depth else "searched"


def ruleset_for(library: Library, language: Language, path: str | None = None) -> Ruleset:
    """What holds for a file of `language`; compiles rules that nobody has needed before."""
    place = library.place(path)
    layout = library.project.layout(language, place) if library.project is not None else Layout()
    imported = library.project.ruff if library.project is not None else None
    ruff = library.settings.ruff_config or (imported.path if imported is not None else None)
    items = library.items_of(language, place)
    # A rule that proves nothing but an item of a text for other files has no say here.
    elsewhere = library.text_items - {item.id for item in items}
    return Ruleset(
        items=items,
        rules=tuple(rule for rule in library.rules_for(language) if not rule.items or set(rule.items) - elsewhere),
        settings=CheckSettings(library.line_length(language, place), layout, ruff),
        notes=library.problems_for(language),
        project=tuple(text.source for text in library.texts_of(language, place)),
        weights=Weights(library.settings.disabled, library.settings.severities),
    )
