"""The judgement of an answer: every file goes through the standards server's `check_code`, over MCP.

What could not be checked is said to be unchecked, never passed.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from code_assistant.answer import Answer, AnswerFile, role_of
from code_assistant.child_errors import ChildError
from code_assistant.children import Child
from code_assistant.reality_report import RealityReport, not_judged
from code_assistant.request import GenerationRequest
from code_assistant.result import NOTHING_CHECKED, Checks, Finding, GeneratedFile, Missing, RuleOutcome, Severity
from code_assistant.user_project import UserProject
from coding_standards.languages import UnknownLanguageError, find_language, language_of_path

logger = logging.getLogger(__name__)

CHECK_TIMEOUT_S = 15.0
"""For one file; the standards server itself gives up after 4 s, a restart of it takes 2 s."""
_LEAVES_FOLDER = re.compile(r"^([/\\~]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f]")
_MAYBE = " (The parser may be wrong here.)"
_DOCUMENTATION_ITEM = "DOC-001"
_PROGRAMS = frozenset({"python", "javascript", "typescript", "java", "go", "rust"})
_FAMILIES = {name: {"javascript", "typescript"} for name in ("javascript", "typescript")}


class _Reported(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _ReportedFinding(_Reported):
    rule: str
    items: tuple[str, ...] = ()
    severity: Severity
    line: int = 0
    message: str
    excerpt: str = ""
    soft: bool = False


class _ReportedSymbol(_Reported):
    name: str
    line: int = 0
    documented: bool


class _Report(_Reported):
    """What we read of `check_code`'s answer; its own schema may have more."""

    parsed: bool = True
    findings: tuple[_ReportedFinding, ...] = ()
    rules: tuple[RuleOutcome, ...] = ()
    public_symbols: tuple[_ReportedSymbol, ...] = ()
    has_tests: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """One answer and how it came out."""

    files: tuple[GeneratedFile, ...]
    explanation: str
    checks: Checks
    missing: tuple[Missing, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What goes back to the model."""
        return tuple(finding for finding in self.checks.findings if finding.severity == "error")

    @property
    def weight(self) -> tuple[int, int]:
        """Fewer errors are better, then fewer warnings."""
        return len(self.errors), len(self.checks.findings)


class Checker:
    """Judges answers with the help of the standards server."""

    def __init__(self, standards: Child, project: UserProject | None = None) -> None:
        self._standards = standards
        self._project = project

    async def judge(self, request: GenerationRequest, answer: Answer) -> Judgement:
        """Check all files concurrently. Never raises for what the standards server does."""
        files = tuple(_normalised(file, request.language) for file in answer.files)
        checkable = [file for file in files if file.role != "doc" and _is_ours(file.language)]
        reports, reality = await asyncio.gather(
            asyncio.gather(*(self._check(file) for file in checkable)), self._hold_against_reality(request, files)
        )
        by_path = {file.path: report for file, report in zip(checkable, reports, strict=True)}
        findings = [
            *_expectations(request, files, by_path),
            *(_expected("broken-answer", "", problem) for problem in answer.problems),
            *_reported(by_path, request.include_docs),
            *reality.findings,
        ]
        failures = {path: report for path, report in by_path.items() if isinstance(report, ChildError)}
        checks = Checks(
            summary="",
            rules=_outcomes([report for report in reports if isinstance(report, _Report)]),
            findings=tuple(sorted(findings, key=lambda finding: (finding.severity, finding.file, finding.line))),
            not_checked=(*_not_checked(files, by_path), *reality.not_judged),
        )
        checks = checks.model_copy(update={"summary": summarise(checks, len(checkable) - len(failures))})
        return Judgement(files, answer.explanation, checks, _missing(failures))

    async def _hold_against_reality(
        self, request: GenerationRequest, files: tuple[GeneratedFile, ...]
    ) -> RealityReport:
        if self._project is None:
            return RealityReport()
        try:
            return await self._project.check(request, files)
        except Exception as error:  # what anybody may have put into the folders it reads must not cost the answer
            logger.exception("the code could not be held against the installed packages")
            why = f"a fault in the check ({type(error).__name__})"
            return RealityReport(not_judged=tuple(not_judged(file.path, why) for file in files if file.role != "doc"))

    async def _check(self, file: GeneratedFile) -> _Report | ChildError:
        arguments = {"code": file.content, "language": file.language, "path": file.path}
        try:
            result = await self._standards.call_tool("check_code", arguments, CHECK_TIMEOUT_S)
        except ChildError as error:
            return error
        if result.is_error or not isinstance(result.structured_content, dict):
            text = " ".join(getattr(part, "text", "") for part in result.content)
            return ChildError("standards", f"check_code: {text[:300] or 'no report'}", "see get_server_status")
        try:
            report = _Report.model_validate(result.structured_content)
        except ValidationError:
            return ChildError("standards", "check_code answered in another form", "update both servers together")
        if not report.parsed and not report.findings:  # neither valid nor refused: its check broke off
            return ChildError("standards", " ".join(report.notes) or "the check broke off", "ask for smaller files")
        return report


def summarise(checks: Checks, checked_files: int) -> str:
    """One sentence that a reader can rely on: `14 of 16 checkable rules pass, 2 fail, 5 cannot be checked`."""
    if not checked_files:
        return NOTHING_CHECKED
    counts = {outcome: sum(rule.outcome == outcome for rule in checks.rules) for outcome in ("pass", "fail")}
    checkable = sum(counts.values())
    rest = len(checks.rules) - checkable
    text = (
        f"{counts['pass']} of {checkable} checkable rules pass, {counts['fail']} fail, "
        f"{rest} cannot be checked by machine"
    )
    return f"{text}; {len(checks.not_checked)} not checked" if checks.not_checked else text


def _normalised(file: AnswerFile, language: str) -> GeneratedFile:
    """The model's word for a language and a role is taken where it makes sense, else the path's."""
    by_path = language_of_path(file.path)
    try:
        named = find_language(file.language).name if file.language else None
    except UnknownLanguageError:
        named = file.language
    role = role_of(file.path) if file.role == "source" else file.role
    if role == "doc" and by_path is not None:
        role = "source"  # whatever the model calls it: what can be checked is checked
    return GeneratedFile(
        path=clean_path(file.path),
        language=by_path.name if by_path else named or ("markdown" if role == "doc" else language),
        role=role,
        content=file.content,
    )


def clean_path(path: str) -> str:
    """The path as the answer shows it."""
    return path.strip().removeprefix("./")


def _is_ours(language: str) -> bool:
    try:
        find_language(language)
    except UnknownLanguageError:
        return False
    return True


def _reported(by_path: dict[str, _Report | ChildError], include_docs: bool) -> list[Finding]:
    findings = []
    for path, report in by_path.items():
        if isinstance(report, ChildError):
            continue
        for found in report.findings:
            is_asked_for = include_docs and _DOCUMENTATION_ITEM in found.items
            severity: Severity = "error" if is_asked_for else found.severity
            findings.append(
                Finding(
                    rule=found.rule,
                    severity=severity,
                    file=path,
                    line=found.line,
                    message=f"{found.message}{_MAYBE if found.soft else ''}",
                    items=found.items,
                    excerpt=found.excerpt,
                )
            )
    return findings


def _expectations(
    request: GenerationRequest, files: tuple[GeneratedFile, ...], by_path: dict[str, _Report | ChildError]
) -> list[Finding]:
    """What the request asked for and no rule knows: files at all, the language, tests, paths that stay inside."""
    if not files:
        return [_expected("no-files", "", "Answer with at least one complete file; this answer has none.")]
    findings = []
    for file in files:
        if _LEAVES_FOLDER.search(file.path) or not file.path:
            message = "Give a relative path inside the project, without `..`."
            findings.append(_expected("path-leaves-folder", file.path, message))
    repeated = {file.path for file in files if sum(other.path == file.path for other in files) > 1}
    findings += [_expected("path-twice", path, "Give each file its own path.") for path in sorted(repeated)]
    if not any(file.language == request.language for file in files if file.role != "doc"):
        message = f"Write in {request.language}, the language asked for; no file of this answer is."
        findings.append(_expected("wrong-language", files[0].path, message))
    else:
        findings += [_stray(request, file) for file in files if _is_stray(request, file)]
    if request.include_tests and not _has_tests(files, by_path):
        findings.append(_expected("no-tests", "", "Add the tests that were asked for, in a file with the role `test`."))
    return findings


def _is_stray(request: GenerationRequest, file: GeneratedFile) -> bool:
    """A program in another language than the one asked for; markup, styles and SQL go with any."""
    family = _FAMILIES.get(request.language, {request.language})
    return file.role != "doc" and file.language in _PROGRAMS - family and request.language in _PROGRAMS


def _stray(request: GenerationRequest, file: GeneratedFile) -> Finding:
    message = (
        f"Leave this file out, or write it in {request.language}: it is in {file.language}, which nobody asked for."
    )
    return _expected("other-language", file.path, message, "warning")


def _has_tests(files: tuple[GeneratedFile, ...], by_path: dict[str, _Report | ChildError]) -> bool:
    for file in files:
        report = by_path.get(file.path)
        if isinstance(report, _Report) and report.has_tests:
            return True
        if file.role == "test" and not isinstance(report, _Report):
            return True  # it could not be looked into: nothing is held against it
        if file.role == "test" and file.language in ("sql", "html", "css"):
            return True  # languages without a test form of their own
    return False


def _expected(rule: str, path: str, message: str, severity: Severity = "error") -> Finding:
    return Finding(rule=f"request-{rule}", severity=severity, file=path, line=0, message=message)


def _outcomes(reports: list[_Report]) -> tuple[RuleOutcome, ...]:
    """Each item once: it fails where it fails in any file, and passes where it passes in one and fails in none."""
    merged: dict[str, RuleOutcome] = {}
    weight = {"not_checkable": 0, "pass": 1, "fail": 2}
    for report in reports:
        for rule in report.rules:
            known = merged.get(rule.id)
            if known is None or weight[rule.outcome] > weight[known.outcome]:
                merged[rule.id] = rule
    return tuple(merged.values())


def _not_checked(files: tuple[GeneratedFile, ...], by_path: dict[str, _Report | ChildError]) -> tuple[str, ...]:
    lines = []
    for file in files:
        report = by_path.get(file.path)
        if isinstance(report, ChildError):
            lines.append(f"{file.path}: {report.why}")
        elif report is not None:
            lines += [f"{file.path}: {note}" for note in report.notes]
        elif file.role != "doc":
            lines.append(f"{file.path}: no checks for {file.language}")
    return tuple(lines)


def _missing(failures: dict[str, Any]) -> tuple[Missing, ...]:
    if not failures:
        return ()
    error = next(iter(failures.values()))
    return (Missing(what=f"the check of {', '.join(failures)}", why=error.why, remedy=error.remedy),)
