"""The checker: code in, report out. Every item of the standard comes out as pass, fail or not_checkable.

Its one rule: nothing is claimed that was not judged; a rule that could not run leaves its items not_checkable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from coding_standards.engines import run as engines
from coding_standards.engines.run import EngineRun
from coding_standards.engines.source import CheckSettings, Source
from coding_standards.languages import Language
from coding_standards.library.snapshot import Library
from coding_standards.project.editorconfig import Layout
from coding_standards.report import MAX_CODE_CHARS, PARSES, CheckReport, Finding, ItemOutcome
from coding_standards.rules import EngineName, Rule
from coding_standards.standards import Item
from coding_standards.symbols import has_tests, public_symbols

MAX_FINDINGS_PER_RULE = 20
"""One more tells how many others there are; a writer mends the first ones and asks again."""


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


def check(
    code: str, language: Language, ruleset: Ruleset, path: str | None = None, dialect: str | None = None
) -> CheckReport:
    """Judge `code` by everything that a machine can judge. Blocking; takes 5 to 60 ms for 10 KB.

    Raises:
        CodeTooLongError: the code has more than `MAX_CODE_CHARS` characters.
    """
    if len(code) > MAX_CODE_CHARS:
        raise CodeTooLongError(
            f"code: {len(code):,} characters; at most {MAX_CODE_CHARS:,} can be checked, so split it"
        )
    source = Source(code, language, path, dialect, ruleset.settings)
    syntax, runs = _judge(source, ruleset.rules)
    parsed = syntax is not None and all(finding.soft for finding in syntax)
    found = [*(syntax or ()), *(finding for run in runs for finding in run.findings)]
    return CheckReport(
        language=language.name,
        parsed=parsed,
        findings=tuple(sorted(_cut(found), key=lambda finding: (finding.line, finding.column, finding.rule))),
        rules=tuple(_outcomes(ruleset, source, parsed, found, runs)),
        public_symbols=public_symbols(source) if parsed else (),
        has_tests=has_tests(source),
        project=ruleset.project,
        problems=ruleset.notes,
        notes=(*ruleset.notes, *dict.fromkeys(note for run in runs for note in run.notes)),
    )


def _judge(source: Source, rules: Sequence[Rule]) -> tuple[list[Finding] | None, list[EngineRun]]:
    """The syntax findings, None where their judge could not work; and the run of each engine with rules."""
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
        syntax = None if judge in begun else engines.syntax(source)
        runs = [engines.run_engine(name, source, of_engine[name]) for name in of_engine]
        ended = {str(name): finish() for name, finish in begun.items()}
    if judge in ended:
        told = ended[judge].syntax
        syntax = None if told is None else list(told)
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
    ruleset: Ruleset, source: Source, parsed: bool, findings: Sequence[Finding], runs: Sequence[EngineRun]
) -> Iterable[ItemOutcome]:
    engine_of_rule = {rule.id: str(rule.engine) for rule in ruleset.rules}
    ran = {rule_id for run in runs for rule_id in run.ran}
    broken: dict[str, str] = {}
    doubtful: set[str] = set()
    for finding in findings:
        for item_id in finding.items:
            if finding.soft:
                doubtful.add(item_id)
            else:
                broken.setdefault(item_id, engine_of_rule.get(finding.rule, source.language.checked_by))
    proved = {PARSES: source.language.checked_by}
    is_beyond_parser = source.language.checked_by == "sql" and any(f.rule == "syntax" and f.soft for f in findings)
    for rule in ruleset.rules:
        if rule.id in ran and not (is_beyond_parser and rule.engine == "sql"):  # they saw only what was understood
            for item_id in rule.items:
                proved.setdefault(item_id, rule.engine)
    for item in ruleset.items:
        if item.id in broken:
            yield ItemOutcome(id=item.id, title=item.title, outcome="fail", engine=broken[item.id])
        elif parsed and item.id in proved and item.id not in doubtful:
            yield ItemOutcome(id=item.id, title=item.title, outcome="pass", engine=proved[item.id])
        else:
            yield ItemOutcome(id=item.id, title=item.title, outcome="not_checkable")


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
    )
