"""Code that a machine mends before anybody is asked to: imports, white space, what ruff calls safe.

Its one rule: the mended text is judged like any other, and taken only where it is better by each single rule.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from coding_standards.checks.checker import check
from coding_standards.checks.worker import LIMIT_S, Request
from coding_standards.engines.ruff import engine as ruff
from coding_standards.engines.run import EngineUnavailableError
from coding_standards.engines.source import Source
from coding_standards.engines.text import engine as text
from coding_standards.report import CheckReport
from coding_standards.rules import Rule

_QUICK_S = LIMIT_S / 4
"""Code that takes longer has no time left to be judged twice."""


def judge(request: Request) -> CheckReport:
    """The report on the code, after mending it where that is asked for. Blocking, as `check`."""
    begun = time.monotonic()
    report = _check(request, request.code)
    is_slow = time.monotonic() - begun > _QUICK_S
    if request.beside is None or is_slow or not report.parsed or not report.findings:
        return report
    found = {finding.rule for finding in report.findings}
    broken = [rule for rule in request.ruleset.rules if rule.id in found]
    plain = request.code.replace("\r\n", "\n")
    is_crlf = plain.count("\n") == request.code.count("\r\n")
    if "\r" in plain or (plain != request.code and not is_crlf) or _read(request, plain).code != plain:
        return report  # line ends of several kinds, and marks that nobody sees, are not ours to choose
    mended = _mend(request, plain, broken)
    if mended == plain:
        return report
    mended = mended.replace("\n", "\r\n") if plain != request.code else mended
    after = _check(request, mended)
    return after.model_copy(update={"mended": mended}) if _is_better(after, report) else report


def _check(request: Request, code: str) -> CheckReport:
    return check(code, request.language, request.ruleset, request.path, request.dialect, request.existing)


def _mend(request: Request, code: str, broken: Sequence[Rule]) -> str:
    """One rule after the other, for each changes the text; those of ruff at once, for one mended may break another."""
    beside = request.beside or {}
    if any(rule.engine == "ruff" for rule in broken):
        with suppress(EngineUnavailableError):  # which the report tells
            rules = [rule for rule in request.ruleset.rules if rule.engine == "ruff"]
            code = ruff.mend(_read(request, code), rules, beside)
    for rule in broken:
        if rule.engine == "builtin":
            code = text.mend(_read(request, code), rule, beside)
    return code


def _read(request: Request, code: str) -> Source:
    return Source(code, request.language, request.path, request.dialect, request.ruleset.settings)


def _is_better(after: CheckReport, before: CheckReport) -> bool:
    """Whether it parses, and no rule finds more than it did."""
    left, was = (Counter(finding.rule for finding in report.findings) for report in (after, before))
    return after.parsed and left < was
