"""SARIF 2.1.0, which GitHub, GitLab, Azure and editors read.

Sources: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and, for what GitHub makes of it,
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from coding_standards.gate.baseline import fingerprint
from coding_standards.gate.judging import Verdict, is_breach
from coding_standards.gate.outcome import EXIT_NOT_CHECKED, Outcome
from coding_standards.report import Finding
from groundwork.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"


def show_sarif(outcome: Outcome) -> str:
    """One run; every place is relative to the root, each finding with a fingerprint that survives moved lines."""
    rules = sorted({finding.rule for _, finding in outcome.findings()})
    numbers = {rule: number for number, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    run = {
        "tool": {
            "driver": {
                "name": "coding-standards",
                "semanticVersion": __version__,
                "rules": [_rule(outcome, rule) for rule in rules],
            }
        },
        "originalUriBaseIds": {_ROOT: {"uri": outcome.root.as_uri() + "/"}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": outcome.exit_code != EXIT_NOT_CHECKED,
                "toolExecutionNotifications": [*_notifications(outcome)],
            }
        ],
        "results": [_result(outcome, verdict, finding, numbers, seen) for verdict, finding in outcome.findings()],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(outcome: Outcome, rule: str) -> dict[str, Any]:
    found = [finding for _, finding in outcome.findings() if finding.rule == rule]
    items = list(dict.fromkeys(item for finding in found for item in finding.items))
    titles = [f"{item}: {outcome.titles[item]}" for item in items if item in outcome.titles]
    described = {"shortDescription": {"text": titles[0]}} if titles else {}
    return {"id": rule, **described, "properties": {"tags": items}}


def _result(
    outcome: Outcome, verdict: Verdict, finding: Finding, numbers: dict[str, int], seen: Counter[str]
) -> dict[str, Any]:
    key = fingerprint(verdict.path, finding)
    seen[key] += 1
    region: dict[str, Any] = {"startLine": max(finding.line, 1)}
    if finding.column:
        region["startColumn"] = finding.column
    if finding.excerpt:
        region["snippet"] = {"text": finding.excerpt}
    return {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": "error" if is_breach(finding, outcome.at_least) else "warning",
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(verdict.path, errors="replace"), "uriBaseId": _ROOT},
                    "region": region,
                }
            }
        ],
        "partialFingerprints": {"lineText/v1": f"{key}:{seen[key]}"},
    }


def _notifications(outcome: Outcome) -> Sequence[dict[str, Any]]:
    failed = [(f"{verdict.path}: {verdict.failed}", "error") for verdict in outcome.failures]
    partly = [(f"{verdict.path}: {note}", "warning") for verdict in outcome.verdicts for note in verdict.notes]
    told = [
        *failed,
        *partly,
        *((told, "error") for told in outcome.silent_tools),
        *((note, "note") for note in outcome.notes),
    ]
    return [{"level": level, "message": {"text": text}} for text, level in told]
