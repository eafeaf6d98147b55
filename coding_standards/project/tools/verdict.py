"""What the project's tools said, as findings and outcomes of a report on one file.

Its one rule: an item is proved by a tool that ran and looks at the file; why another one did not is told in the notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coding_standards.project.tools.judge import Judgement
from coding_standards.project.tools.run import ToolRun
from coding_standards.project.tools.tool import Said
from coding_standards.report import CheckReport, Finding, ItemOutcome
from groundwork.outcomes import Outcome
from groundwork.plural import count_of

_RUFF = "ruff"
_MAX_FINDINGS = 100
"""Of one tool in one file; a writer mends the first ones and asks again."""

Proofs = Mapping[str, tuple[str, ...]]
"""Item -> rules such as `eslint/no-var` that prove it, by the team's word."""


def add_judgement(
    report: CheckReport, judgement: Judgement, path: str, proofs: Proofs, own_ruff: bool = False
) -> CheckReport:
    """The report on the file at `path` with what the tools say of it.

    `own_ruff`: whether the ruff configuration that our engine was given is the team's, and not the project's.
    """
    concerned = [run for run in judgement.runs if path in run.configured.files]
    lines = judgement.files[path].split("\n")
    is_first = path == min(judgement.files)
    findings: list[Finding] = []
    for run in concerned:
        said = [one for one in run.said if one.file == path or (is_first and one.file not in judgement.files)]
        findings += [_finding(run, one, path, lines, proofs) for one in said[:_MAX_FINDINGS]]
    kept = list(report.findings)
    if not own_ruff and any(run.name == _RUFF and _has_judged(run, path) for run in concerned):
        # The engine beside it read the same configuration; the project's own ruff has the word.
        kept = [one for one in kept if not one.rule.startswith(f"{_RUFF}-")]
    everything = sorted([*kept, *findings], key=lambda one: (one.line, one.column, one.rule))
    return report.model_copy(
        update={
            "findings": tuple(everything),
            "rules": (*_restate(report.rules, findings, concerned, path, proofs), *_items(concerned, findings, path)),
            "notes": (*report.notes, *_notes(concerned, path)),
            "tools": tuple(run.engine for run in concerned if _has_judged(run, path)),
            "formatted_by": judgement.formatted_by.get(path),
        }
    )


def _has_judged(run: ToolRun, path: str) -> bool:
    return not run.problem and path not in run.left_out and path not in run.failed


def _finding(run: ToolRun, said: Said, path: str, lines: Sequence[str], proofs: Proofs) -> Finding:
    rule = f"{run.name}/{said.rule}" if said.rule else run.name
    mapped = [item for item, rules in run.configured.tool.proves.items() if said.rule in rules]
    mapped += [item for item, rules in proofs.items() if rule in rules]
    is_here = said.file == path
    return Finding(
        rule=rule,
        items=tuple(dict.fromkeys([*mapped, _item_id(run)])),
        severity=said.severity,
        line=max(said.line, 0) if is_here else 0,
        column=max(said.column, 0) if is_here else 0,
        message=said.message if is_here else f"{said.file}:{said.line}: {said.message}",
        excerpt=lines[said.line - 1].strip()[:160] if is_here and 0 < said.line <= len(lines) else "",
    )


def _item_id(run: ToolRun) -> str:
    return f"TOOL-{run.name.replace(' ', '-')}"


def _items(runs: Iterable[ToolRun], findings: Sequence[Finding], path: str) -> Iterable[ItemOutcome]:
    """An item for each tool that is concerned."""
    for run in runs:
        item_id = _item_id(run)
        outcome: Outcome = "proved"
        if run.problem or path in run.failed:
            outcome = "not_checkable"
        elif path in run.left_out:
            outcome = "not_applicable"
        elif any(item_id in finding.items for finding in findings):
            outcome = "fail"
        engine = run.engine if outcome != "not_checkable" else None
        yield ItemOutcome(
            id=item_id, title=f"The project's {run.name} finds nothing new.", outcome=outcome, engine=engine
        )


def _restate(
    items: Sequence[ItemOutcome], findings: Sequence[Finding], runs: Sequence[ToolRun], path: str, proofs: Proofs
) -> Iterable[ItemOutcome]:
    """The items of the standards; one that a tool breaks fails, and one that a team's tool proves is proved."""
    engines = {_item_id(run): run.engine for run in runs}
    broken = {item: engines.get(finding.items[-1], "") for finding in findings for item in finding.items}
    judges = {run.name: run.engine for run in runs if _has_judged(run, path)}
    for item in items:
        if item.id in broken:
            yield item.model_copy(update={"outcome": "fail", "engine": item.engine or broken[item.id]})
        elif item.outcome in ("not_checkable", "no_breach_found") and item.id in proofs:
            tools = [rule.partition("/")[0] for rule in proofs[item.id]]
            known = [judges[tool] for tool in tools if tool in judges]
            is_proved = len(known) == len(tools)
            yield item.model_copy(update={"outcome": "proved", "engine": known[0]}) if is_proved else item
        else:
            yield item


def _notes(runs: Iterable[ToolRun], path: str) -> Iterable[str]:
    for run in runs:
        if run.problem:
            yield f"{run.name}: {run.problem}"
        elif path in run.failed:
            yield f"{run.name}: {run.failed[path]}"
        elif run.old:
            yield f"{run.engine}: {count_of(run.old, 'finding')} that stood there before"
