"""The judgement of an answer: every file goes through the standards server's `check_code`, over MCP.

What could not be checked is said to be unchecked, never passed.
"""

from __future__ import annotations

import asyncio
import logging
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from code_assistant.children.child import Child
from code_assistant.children.errors import ChildError
from code_assistant.generation.expectations import expectations, report_finding
from code_assistant.model.answer import Answer, derive_role
from code_assistant.project.paths import is_outside
from code_assistant.project.reality.report import RealityReport, not_judged
from code_assistant.project.user_project import UserProject
from code_assistant.request import GenerationRequest
from code_assistant.result import NOTHING_CHECKED, AnswerFinding, Checks, FailedItem, GeneratedFile, Missing, Severity
from coding_standards.languages import UnknownLanguageError, find_language, language_of_path
from groundwork.outcomes import MEANINGS, Outcome, count_outcomes, spread_ids, weaker
from groundwork.plural import count_of

logger = logging.getLogger(__name__)

CHECK_TIMEOUT_S = 15.0
"""For one file; the standards server itself gives up after 4 s, a restart of it takes 2 s."""
TOOLS_TIMEOUT_S = 60.0
"""For one file that the project's own tools judge as well, which have 45 s together."""
_MAX_TOGETHER = 1_000_000
"""Characters; the standards server judges no more beside each other, so that each file of a longer answer is alone."""
_MAX_EXCERPT = 160
_MAYBE = " (The parser may be wrong here.)"
_DOCUMENTATION_ITEM = "DOC-001"
_PROSE_SUFFIXES = (".md", ".rst", ".adoc", ".markdown")
_READ_BY_THE_PARSER_OF = ("javascript", "typescript", "go", "rust", "java")
"""What is held against the packages with a parser that nobody can stop: only what the check has parsed before."""


class _Reported(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _ReportedFinding(_Reported):
    rule: str
    items: tuple[str, ...] = ()
    severity: Severity
    line: int = 0
    message: str
    soft: bool = False


class _Report(_Reported):
    """What we read of `check_code`'s answer; its own schema may have more."""

    parsed: bool = True
    findings: tuple[_ReportedFinding, ...] = ()
    fail: tuple[FailedItem, ...] = ()
    proved: tuple[str, ...]
    no_breach_found: tuple[str, ...]
    not_applicable: tuple[str, ...] = ()
    not_checkable: tuple[str, ...] = ()
    has_tests: bool = False
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    formatted: str | None = None
    formatted_by: str | None = None
    mended: str | None = None


_Outcome = _Report | ChildError | None
"""What came of the check of one file; None for a file that there are no checks for."""
_Checked = tuple[GeneratedFile, _Outcome]


@dataclass(frozen=True)
class CheckedAnswer:
    """One answer and how it came out."""

    files: tuple[GeneratedFile, ...]
    explanation: str
    checks: Checks
    missing: tuple[Missing, ...] = ()
    is_whole: bool = True
    """Whether every file that can be checked was."""

    @property
    def errors(self) -> tuple[AnswerFinding, ...]:
        """What goes back to the model."""
        return tuple(finding for finding in self.checks.findings if finding.severity == "error")

    @property
    def weight(self) -> tuple[int, int]:
        """Fewer errors are better, then fewer warnings."""
        return len(self.errors), len(self.checks.findings)


class Checker:
    """Judges answers with the help of the standards server."""

    def __init__(self, standards: Child, project: UserProject | None = None, has_tools: bool = False) -> None:
        """`has_tools`: whether there is a project whose own tools may judge, which see all files together."""
        self._standards = standards
        self._project = project
        self._has_tools = has_tools

    async def judge(self, request: GenerationRequest, answer: Answer) -> CheckedAnswer:
        """Check all files concurrently, the packages beside. Never raises for what the standards server does."""
        given = tuple(_normalise(file, request.language) for file in answer.files)
        checked, reality = await self._check_beside(request, given)
        files = tuple(file for file, _ in checked)
        if reality is None or files != given:  # a mended file has its lines elsewhere
            readable = [file for file, outcome in checked if _is_readable(file, outcome)]
            reality = await self._check_reality(request, files, readable)
        findings = [
            *expectations(request, files, lambda number: _has_tests(*checked[number])),
            *(report_finding("broken-answer", "", problem) for problem in answer.problems),
            *_report(checked, request.include_docs),
            *reality.findings,
        ]
        reports = [report for _, report in checked if isinstance(report, _Report)]
        outcomes = _merge_outcomes(reports)
        failed = {item.id: item for report in reports for item in report.fail}
        written = {file.content for file in given}
        formatted = {file.path: of.formatted_by for file, of in checked if isinstance(of, _Report) and of.formatted_by}
        ids = {outcome: tuple(of for of, found in outcomes.items() if found == outcome) for outcome in MEANINGS}
        not_checked = (*_list_not_checked(checked), *reality.not_judged)
        checks = Checks(
            summary=summarise(outcomes, findings, not_checked) if reports else NOTHING_CHECKED,
            fail=tuple(failed[of] for of in ids["fail"]),
            findings=tuple(sorted(findings, key=lambda finding: (finding.severity, finding.file, finding.line))),
            proved=ids["proved"],
            no_breach_found=ids["no_breach_found"],
            not_applicable=ids["not_applicable"],
            not_checkable=ids["not_checkable"],
            not_checked=not_checked,
            tools=tuple(dict.fromkeys(tool for report in reports for tool in report.tools)),
            formatted=tuple(f"{path}: {by}" for path, by in formatted.items()),
            mended=tuple(file.path for file in files if file.path not in formatted and file.content not in written),
        )
        unchecked = _note_unchecked(checked)
        return CheckedAnswer(files, answer.explanation, checks, (*unchecked, *_note_unused(reports)), not unchecked)

    async def _check_beside(
        self, request: GenerationRequest, files: Sequence[GeneratedFile]
    ) -> tuple[list[_Checked], RealityReport | None]:
        """What came of the check, and of the packages where nothing has to be parsed or formatted first."""
        if self._has_tools or any(file.language in _READ_BY_THE_PARSER_OF for file in files):
            return await self._check_all(files), None
        return await asyncio.gather(self._check_all(files), self._check_reality(request, files, files))

    async def _check_reality(
        self, request: GenerationRequest, files: Sequence[GeneratedFile], readable: Sequence[GeneratedFile]
    ) -> RealityReport:
        if self._project is None:
            return RealityReport()
        try:
            return await self._project.check(request, files, readable)
        except Exception as error:  # what anybody may have put into the folders it reads must not cost the answer
            logger.exception("the code could not be held against the installed packages")
            why = f"a fault in the check ({type(error).__name__})"
            return RealityReport(not_judged=tuple(not_judged(file.path, why) for file in files if file.role != "doc"))

    async def _check_all(self, files: Sequence[GeneratedFile]) -> list[_Checked]:
        """Every file as it was judged, and what came of it: mended first, then by the project's own tools as well."""
        checked = await self._check_each(files, "mend")
        return await self._check_each([file for file, _ in checked], "format") if self._has_tools else checked

    async def _check_each(self, files: Sequence[GeneratedFile], step: Literal["mend", "format"]) -> list[_Checked]:
        texts = {file.path: file.content for file in files if file.role != "doc"}
        if sum(map(len, texts.values())) > _MAX_TOGETHER:
            texts = {}
        outcomes = await asyncio.gather(*(self._check(file, texts, step) for file in files))
        return list(zip(map(_take_judged, files, outcomes), outcomes, strict=True))

    async def _check(self, file: GeneratedFile, texts: Mapping[str, str], step: Literal["mend", "format"]) -> _Outcome:
        if file.role == "doc" or not _is_ours(file.language):
            return None
        others = {path: text for path, text in texts.items() if path != file.path}
        arguments = {"code": file.content, "language": file.language, "path": file.path, "other_files": others}
        limit_s = TOOLS_TIMEOUT_S if step == "format" else CHECK_TIMEOUT_S
        try:
            result = await self._standards.call_tool("check_code", {**arguments, step: True}, limit_s)
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
            why = " ".join(report.notes) or "the check broke off"
            return ChildError("standards", why, "call again, or ask for smaller files")
        return report


def summarise(outcomes: Mapping[str, Outcome], findings: Sequence[AnswerFinding], not_checked: Sequence[str]) -> str:
    """One sentence that a reader can rely on: `0 fail, 21 proved, 30 searched without a breach, 19 need a person`."""
    text = count_outcomes(outcomes.values())
    # What is no item's would not show in these numbers: none fails where no tests were written.
    further = sum(not finding.items for finding in findings)
    if further:
        text += f"; {count_of(further, 'further finding')} outside the rules"
    return f"{text}; {len(not_checked)} not checked" if not_checked else text


def _normalise(file: GeneratedFile, language: str) -> GeneratedFile:
    """The model's word for a language and a role is taken where it makes sense, else the path's."""
    by_path = language_of_path(file.path)
    try:
        named = find_language(file.language).name if file.language else None
    except UnknownLanguageError:
        named = file.language
    role = derive_role(file.path) if file.role == "source" else file.role
    if role == "doc" and (by_path is not None or (named and _is_ours(named) and not _is_prose(file.path))):
        role = "source"  # whatever the model calls it: what can be checked is checked
    return GeneratedFile(
        path=clean_path(file.path),
        language=by_path.name if by_path else named or ("markdown" if role == "doc" else language),
        role=role,
        content=file.content,
    )


def _take_judged(file: GeneratedFile, outcome: _Outcome) -> GeneratedFile:
    """The file as it was judged: mended, or as the project's own formatter has it."""
    if not isinstance(outcome, _Report):
        return file
    judged = outcome.mended if outcome.formatted is None else outcome.formatted
    return file if judged is None else file.model_copy(update={"content": judged})


def clean_path(path: str) -> str:
    """The path as the answer shows it, one spelling for each: `src/./app.py` and `src\\app.py` are `src/app.py`."""
    plain = path.strip().replace("\\", "/")
    if is_outside(plain.partition("/")[0]):
        return plain  # `$HOME/../x` is not `x`
    return posixpath.normpath(plain)


def _is_prose(path: str) -> bool:
    return path.lower().endswith((*_PROSE_SUFFIXES, ".txt"))


def _is_ours(language: str) -> bool:
    try:
        find_language(language)
    except UnknownLanguageError:
        return False
    return True


def _is_readable(file: GeneratedFile, outcome: _Outcome) -> bool:
    """Whether the file can be held against the packages it uses."""
    return file.language not in _READ_BY_THE_PARSER_OF or (isinstance(outcome, _Report) and outcome.parsed)


def _has_tests(file: GeneratedFile, outcome: _Outcome) -> bool:
    if isinstance(outcome, _Report) and outcome.has_tests:
        return True
    # A file that could not be looked into has nothing held against it; three languages have no form of their own.
    is_unknown = not isinstance(outcome, _Report) or file.language in ("sql", "html", "css")
    return file.role == "test" and is_unknown


def _report(checked: Sequence[_Checked], include_docs: bool) -> list[AnswerFinding]:
    findings = []
    for file, report in checked:
        for found in report.findings if isinstance(report, _Report) else ():
            is_asked_for = include_docs and _DOCUMENTATION_ITEM in found.items
            severity: Severity = "error" if is_asked_for else found.severity
            findings.append(
                AnswerFinding(
                    rule=found.rule,
                    severity=severity,
                    file=file.path,
                    line=found.line,
                    message=f"{found.message}{_MAYBE if found.soft else ''}",
                    items=found.items,
                    excerpt=_find_line(file.content, found.line),
                )
            )
    return findings


def _find_line(content: str, number: int) -> str:
    lines = content.split("\n")
    return lines[number - 1].strip()[:_MAX_EXCERPT] if 0 < number <= len(lines) else ""


def _merge_outcomes(reports: Sequence[_Report]) -> dict[str, Outcome]:
    """Each item once: over all files no more is claimed than for the one that least is claimed for."""
    merged: dict[str, Outcome] = {}
    for report in reports:
        told: dict[Outcome, tuple[str, ...]] = {
            "fail": tuple(item.id for item in report.fail),
            "proved": report.proved,
            "no_breach_found": report.no_breach_found,
            "not_applicable": tuple(spread_ids(report.not_applicable)),
            "not_checkable": report.not_checkable,
        }
        for outcome, ids in told.items():
            for item_id in ids:
                merged[item_id] = weaker(outcome, merged.get(item_id, outcome))
    return merged


def _list_not_checked(checked: Sequence[_Checked]) -> tuple[str, ...]:
    lines = []
    for file, report in checked:
        if isinstance(report, ChildError):
            lines.append(f"{file.path}: {report.why}")
        elif report is not None:
            lines += [f"{file.path}: {note}" for note in report.notes]
        elif file.role != "doc":
            lines.append(f"{file.path}: no checks for {file.language}")
        elif not file.path.lower().endswith(_PROSE_SUFFIXES):
            lines.append(f"{file.path}: it is called a document")
    return tuple(lines)


def _note_unused(reports: Sequence[_Report]) -> tuple[Missing, ...]:
    """What is wrong with the team's or the project's own standards: the code was checked, but not by these."""
    problems = dict.fromkeys(problem for report in reports for problem in report.problems)
    remedy = "correct the file; `standards://index` lists all that is wrong"
    return tuple(Missing(what="part of your standards", why=problem, remedy=remedy) for problem in problems)


def _note_unchecked(checked: Sequence[_Checked]) -> tuple[Missing, ...]:
    failures = [(file.path, outcome) for file, outcome in checked if isinstance(outcome, ChildError)]
    if not failures:
        return ()
    named, error = ", ".join(path for path, _ in failures), failures[0][1]
    return (Missing(what=f"the check of {named}", why=error.why, remedy=error.remedy),)
