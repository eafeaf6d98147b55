"""What a request asks for and no rule of a standard knows: files, the language, tests, paths that stay inside.

Its one rule: these are findings like any other, so that there is one list, one repair, one place to look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from code_assistant.project.paths import find_path_faults
from code_assistant.request import GenerationRequest
from code_assistant.result import AnswerFinding, GeneratedFile, Severity
from coding_standards.languages import find_language

HasTests = Callable[[int], bool]
"""Whether the file with this number holds tests, as far as anybody knows."""

_PROGRAMS = frozenset({"python", "javascript", "typescript", "java", "go", "rust"})
_FAMILIES = {name: {"javascript", "typescript"} for name in ("javascript", "typescript")}


def expectations(
    request: GenerationRequest, files: Sequence[GeneratedFile], has_tests: HasTests
) -> list[AnswerFinding]:
    """Where the answer is not what the request asked for."""
    if not files:
        return [report_finding("no-files", "", "Answer with at least one complete file; this answer has none.")]
    findings = []
    for file in files:
        findings += [
            report_finding(fault.rule, file.path, fault.message, fault.severity)
            for fault in find_path_faults(file.path)
        ]
    repeated = {file.path for file in files if sum(other.path == file.path for other in files) > 1}
    findings += [report_finding("path-twice", path, "Give each file its own path.") for path in sorted(repeated)]
    if not any(is_asked_for(file, request) for file in files):
        message = f"Write in {request.language}, the language asked for; no file of this answer is."
        findings.append(report_finding("wrong-language", files[0].path, message))
    else:
        findings += [_stray(request, file) for file in files if _is_stray(request, file)]
    if request.include_tests and not any(map(has_tests, range(len(files)))):
        where = find_language(request.language).tests
        findings.append(report_finding("no-tests", "", f"Add the tests that were asked for, {where}."))
    return findings


def is_asked_for(file: GeneratedFile, request: GenerationRequest) -> bool:
    """Whether a file holds something in the language asked for."""
    return file.language == request.language and file.role != "doc" and bool(file.content.strip())


def _is_stray(request: GenerationRequest, file: GeneratedFile) -> bool:
    """A program in another language than the one asked for; markup, styles and SQL go with any."""
    family = _FAMILIES.get(request.language, {request.language})
    return file.role != "doc" and file.language in _PROGRAMS - family and request.language in _PROGRAMS


def _stray(request: GenerationRequest, file: GeneratedFile) -> AnswerFinding:
    message = (
        f"Take this file back in `removed`, or write it in {request.language}, unless the request wants it: "
        f"it is in {file.language}."
    )
    return report_finding("other-language", file.path, message, "warning")


def report_finding(rule: str, path: str, message: str, severity: Severity = "error") -> AnswerFinding:
    """A finding that no rule of a standard has."""
    return AnswerFinding(rule=f"request-{rule}", severity=severity, file=path, line=0, message=message)
