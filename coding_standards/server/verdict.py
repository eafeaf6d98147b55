"""A check report as Markdown, for the models and people that only see text.

Its one rule: every finding says where, what to do and why; a list that is cut says so.
"""

from __future__ import annotations

from coding_standards.report import CheckReport, Finding

MAX_FINDINGS = 50
"""Findings shown in text; the structured report has all of them."""


def verdict(report: CheckReport) -> str:
    """The headline, then each finding with its line, rule and remedy, then what nothing could judge."""
    lines = [headline(report)]
    if report.findings:
        lines += ["", "## Findings", ""]
        lines += [_finding(finding) for finding in report.findings[:MAX_FINDINGS]]
        if len(report.findings) > MAX_FINDINGS:
            lines.append(f"- and {len(report.findings) - MAX_FINDINGS} more")
    failed = [rule for rule in report.rules if rule.outcome == "fail"]
    if failed:
        lines += ["", "## Rules that fail", "", *(f"- `{rule.id}` {rule.title}" for rule in failed)]
    unjudged = [rule for rule in report.rules if rule.outcome == "not_checkable"]
    if unjudged:
        named = ", ".join(f"`{rule.id}`" for rule in unjudged)
        lines += [
            "",
            "## Not checked by machine",
            "",
            f"{named}; their text: `standards://checklist/{report.language}`",
        ]
    if report.project:
        named = ", ".join(f"`{source}`" for source in report.project)
        lines += ["", "## From the project itself", "", f"Holds here as well: {named}; `get_standards` shows it"]
        lines[-1] += " when it is given the same `path`."
    if report.notes:
        lines += ["", "## Notes", "", *(f"- {note}" for note in report.notes)]
    return "\n".join(lines) + "\n"


def headline(report: CheckReport) -> str:
    """One line: how many rules pass, fail, and cannot be checked."""
    if not report.parsed and not report.findings:
        return "The code was not checked."
    counts = dict.fromkeys(("pass", "fail", "not_checkable"), 0)
    for rule in report.rules:
        counts[rule.outcome] += 1
    checkable = counts["pass"] + counts["fail"]
    syntax = "" if report.parsed else f"The code is not valid {report.language}. "
    failing = f"{counts['fail']} {'fails' if counts['fail'] == 1 else 'fail'}"
    return (
        f"{syntax}{counts['pass']} of {checkable} checkable rules pass, {failing}, "
        f"{counts['not_checkable']} cannot be checked by machine."
    )


def _finding(finding: Finding) -> str:
    where = f"line {finding.line}" if finding.line else "whole file"
    if finding.line and finding.column:
        where += f", column {finding.column}"
    items = f" ({', '.join(finding.items)})" if finding.items else ""
    soft = " The parser may be wrong here." if finding.soft else ""
    text = f"- **{finding.severity}** {where}: {finding.message}{soft} [`{finding.rule}`{items}]"
    return f"{text}\n  `` {finding.excerpt} ``" if finding.excerpt else text
