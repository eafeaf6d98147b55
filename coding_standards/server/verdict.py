"""A check report as Markdown, for the models and people that only see text.

Its one rule: every finding says where, what to do and why, once; a list that is cut says so.
"""

from __future__ import annotations

from coding_standards.report import CheckReport, Finding
from groundwork.fences import choose_fence
from groundwork.outcomes import Outcome, count_outcomes, group_ids

MAX_FINDINGS = 50
"""Findings shown in text; the structured report has all of them."""

_BY_ID: tuple[tuple[Outcome, str], ...] = (
    ("proved", "Proved"),
    ("no_breach_found", "Searched without a breach"),
    ("not_applicable", "Not applicable here"),
    ("not_checkable", "For a person"),
)


def verdict(report: CheckReport) -> str:
    """The headline and the next step, then each finding with line, rule and remedy, then the items by outcome."""
    lines = [f"{headline(report)} {next_step(report)}".rstrip()]
    if report.findings:
        lines += ["", "## Findings", ""]
        lines += [_finding(finding) for finding in report.findings[:MAX_FINDINGS]]
        if len(report.findings) > MAX_FINDINGS:
            lines.append(f"- and {len(report.findings) - MAX_FINDINGS} more")
    lines += _items(report)
    if report.project:
        named = ", ".join(f"`{source}`" for source in report.project)
        lines += ["", f"From the project itself: {named}; `get_standards` shows it when it is given the same `path`."]
    if report.tools:
        lines += ["", f"Judged by the project's own tools too: {', '.join(report.tools)}."]
    if report.formatted is not None:
        lines += ["", f"Formatted by {report.formatted_by}, and judged like this:", "", *_block(report.formatted)]
    if report.mended is not None:
        lines += ["", "Mended by rule, and judged like this:", "", *_block(report.mended)]
    notes = (*report.problems, *report.notes)
    if notes:
        lines += ["", "## Notes", "", *(f"- {note}" for note in notes)]
    return "\n".join(lines) + "\n"


def headline(report: CheckReport) -> str:
    """One line: how many items fail, are proved, were searched, have nothing to say here, and need a person."""
    if not report.parsed and not report.findings:
        return "The code was not checked."
    syntax = "" if report.parsed else f"The code is not valid {report.language}. "
    return f"{syntax}{count_outcomes(item.outcome for item in report.rules)}."


def next_step(report: CheckReport) -> str:
    """What whoever wrote the code does now; empty where a person's judgement is all that is left."""
    if not report.parsed and not report.findings:
        return "See the notes."
    return "Mend the findings, then check again." if report.findings else ""


def _items(report: CheckReport) -> list[str]:
    failed = [f"- `{item.id}` {item.title}" for item in report.rules if item.outcome == "fail"]
    lines = ["", "## Items that fail", "", *failed] if failed else []
    by_id = [
        f"- {title}: {'; '.join(group_ids(ids))}"
        for outcome, title in _BY_ID
        if (ids := [item.id for item in report.rules if item.outcome == outcome])
    ]
    return [*lines, "", *by_id] if by_id else lines


def _block(code: str) -> list[str]:
    fence = choose_fence(code)
    return [fence, code.rstrip("\n"), fence]


def _finding(finding: Finding) -> str:
    where = f"line {finding.line}" if finding.line else "whole file"
    if finding.line and finding.column:
        where += f", column {finding.column}"
    items = f" ({', '.join(finding.items)})" if finding.items else ""
    soft = " The parser may be wrong here." if finding.soft else ""
    message = finding.message.replace("\n", "\n  ")
    text = f"- **{finding.severity}** {where}: {message}{soft} [`{finding.rule}`{items}]"
    return f"{text}\n  `` {finding.excerpt} ``" if finding.excerpt else text
