"""One file before the judge, in whichever process: its text, what is found in it, and what of that is new.

Its one rule: a file that was not judged says so; silence would read as praise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coding_standards.checks.comparison import new_findings
from coding_standards.gate.selection import Candidate
from coding_standards.languages import Language, language_of_path
from coding_standards.report import MAX_CODE_CHARS, Finding
from coding_standards.rules import Severity

if TYPE_CHECKING:
    from coding_standards.checks.checker import Breaches
    from coding_standards.library.snapshot import Library

_BINARY_WITHIN = 8_000
"""Bytes from the beginning; git looks for a zero byte in as many."""


@dataclass(frozen=True)
class Verdict:
    """What is said of one file."""

    path: str
    language: str
    findings: tuple[Finding, ...] = ()
    """Those that count; where the file is compared, the new ones."""
    known: int = 0
    """Findings that stood there before."""
    notes: tuple[str, ...] = ()
    """What was not checked, and why."""
    left_out: str = ""
    """Why it was not judged at all, where that is as it should be."""
    failed: str = ""
    """Why it could not be judged."""


@dataclass(frozen=True)
class Manner:
    """How files are judged."""

    is_compared: bool = False
    """Whether only what is new counts; a file without anything before is new as a whole."""
    lists_suppressions: bool = False


def judge_file(candidate: Candidate, library: Library, manner: Manner) -> Verdict:
    """The verdict on one file. Blocking; takes 5 to 60 ms for 10 KB, twice that where it has to be compared."""
    language = language_of_path(candidate.path)
    if language is None:
        return Verdict(candidate.path, "", left_out="of no language that is judged here")
    nothing = Verdict(candidate.path, language.name)
    try:
        text = decode(candidate.read())
    except OSError as error:
        is_large = "larger than" in str(error)
        why = error.strerror or str(error)
        return replace(nothing, left_out="too large" if is_large else "", failed="" if is_large else why)
    if text is None:
        return replace(nothing, left_out="no text in UTF-8")
    if len(text) > MAX_CODE_CHARS:
        return replace(nothing, left_out="too large")
    before = decode(candidate.before) if manner.is_compared else None
    if before == text:
        return nothing
    place = library.place(str(candidate.file)) or candidate.path
    found = _find(text, language, place, library, manner)
    verdict = replace(nothing, findings=found.findings, notes=found.notes)
    if before is None or not found.findings or len(before) > MAX_CODE_CHARS:
        return verdict
    old = _find(before, language, place, library, manner)
    new = new_findings(found.findings, text, old.findings, before)
    return replace(verdict, findings=new, known=len(found.findings) - len(new))


def _find(text: str, language: Language, path: str, library: Library, manner: Manner) -> Breaches:
    # Late, as the modules that they bring are: what reads arguments and answers hosts needs no parser.
    from coding_standards.checks.checker import find_breaches, ruleset_for
    from coding_standards.engines.source import Source
    from coding_standards.suppressions.ledger import Weights, list_suppressions

    ruleset = ruleset_for(library, language, path)
    found = find_breaches(text, language, ruleset, path)
    if found.notes:  # a linter that was too slow on a busy machine, as a rule
        found = find_breaches(text, language, ruleset, path)
    if manner.lists_suppressions:
        listed = list_suppressions(Source(text, language, path), ruleset.weights or Weights())
        found = replace(found, findings=tuple(sorted((*found.findings, *listed), key=_place)))
    return found


def is_breach(finding: Finding, at_least: Severity) -> bool:
    """Whether it stops a merge; a parser's doubt never does."""
    return not finding.soft and (finding.severity == "error" or at_least == "warning")


def _place(finding: Finding) -> tuple[int, int, str]:
    return finding.line, finding.column, finding.rule


def read_text(candidate: Candidate) -> str | None:
    """What is judged; None where it cannot be read, or is no text."""
    try:
        return decode(candidate.read())
    except OSError:
        return None


def decode(data: bytes | None) -> str | None:
    """The text of a file; None where there is none, it is no text, or in another encoding than UTF-8."""
    if data is None or b"\0" in data[:_BINARY_WITHIN]:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
