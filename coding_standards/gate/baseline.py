"""What a team has agreed to live with for now: a file of fingerprints that its command writes and reads.

Its one rule: a fingerprint is of the rule, the file and the words of the line, never of its number, so that what is
moved stays known; how often it is known is counted, so that one more of the same is new.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from coding_standards.gate.judging import Verdict
from coding_standards.report import Finding
from groundwork.reading.regular_file import read_regular

VERSION = 1
_MAX_BYTES = 50_000_000
_ALGORITHM = "lineText/v1"


class BaselineError(Exception):
    """The file cannot be used; the text names it, the reason and what helps."""


def fingerprint(path: str, finding: Finding) -> str:
    """What a finding is known by, whatever stands above it."""
    words = " ".join(finding.excerpt.split()) if finding.line else finding.message
    return hashlib.sha256("\0".join((path, finding.rule, words)).encode("utf-8", "replace")).hexdigest()[:16]


def read_baseline(file: Path) -> Counter[str]:
    """The fingerprints, each with how often it is known.

    Raises:
        BaselineError: there is no such file, or it is no baseline.
    """
    try:
        data = json.loads(read_regular(file, _MAX_BYTES))
        known = data["findings"]
        if data["version"] != VERSION or not isinstance(known, dict):
            raise BaselineError(f"{file}: it is of another version; write it anew with --update-baseline")
        return Counter({str(key): int(count) for key, count in known.items()})
    except FileNotFoundError as error:
        raise BaselineError(f"{file}: there is no such baseline; write one with --update-baseline") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BaselineError(f"{file}: no baseline can be read from it: {error}") from error


def write_baseline(file: Path, verdicts: Iterable[Verdict]) -> int:
    """Write down every finding. Returns how many there are.

    Raises:
        BaselineError: the file cannot be written.
    """
    known = Counter(fingerprint(verdict.path, one) for verdict in verdicts for one in verdict.findings)
    document = {"version": VERSION, "fingerprint": _ALGORITHM, "findings": dict(sorted(known.items()))}
    try:
        file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise BaselineError(f"{file}: it cannot be written: {error.strerror}") from error
    return known.total()


def without_known(verdicts: Sequence[Verdict], known: Counter[str]) -> list[Verdict]:
    """The verdicts with what the baseline does not know."""
    left = Counter(known)
    return [_subtract(verdict, left) for verdict in verdicts]


def _subtract(verdict: Verdict, left: Counter[str]) -> Verdict:
    new: list[Finding] = []
    for one in verdict.findings:
        key = fingerprint(verdict.path, one)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(one)
    return replace(verdict, findings=tuple(new), known=verdict.known + len(verdict.findings) - len(new))
