"""For programs: one JSON object.

Its one rule: a key never changes its meaning; new ones may come.
"""

from __future__ import annotations

import json

from coding_standards.gate.baseline import fingerprint
from coding_standards.gate.judging import is_breach
from coding_standards.gate.outcome import Outcome


def show_json(outcome: Outcome) -> str:
    """The outcome; paths are relative to `root`, with `/`."""
    document = {
        "version": 1,
        "root": str(outcome.root),
        "exit_code": outcome.exit_code,
        "summary": {
            "files": outcome.judged,
            "breaches": outcome.breaches,
            "warnings": outcome.others,
            "known": outcome.known,
            "seconds": round(outcome.seconds, 3),
        },
        "findings": [
            {
                "path": verdict.path,
                "line": finding.line,
                "column": finding.column,
                "rule": finding.rule,
                "items": list(finding.items),
                "severity": finding.severity,
                "is_breach": is_breach(finding, outcome.at_least),
                "message": finding.message,
                "excerpt": finding.excerpt,
                "fingerprint": fingerprint(verdict.path, finding),
            }
            for verdict, finding in outcome.findings()
        ],
        "not_checked": [
            *({"path": verdict.path, "why": verdict.failed} for verdict in outcome.failures),
            *({"path": verdict.path, "why": note} for verdict in outcome.verdicts for note in verdict.notes),
        ],
        "left_out": dict(sorted(outcome.left_out.items())),
        "notes": [*outcome.silent_tools, *outcome.notes],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
