"""What the model reads: the request and its context, each part delimited and named by its source."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from code_assistant.context import Context, Part
from code_assistant.request import GenerationRequest
from code_assistant.result import Finding
from code_assistant.untrusted import clean, delimit

_MAX_FINDINGS = 40
"""More findings than this in one message help no model; the rest come back in the next round."""


@cache
def instructions() -> str:
    """The system instructions: prose in a file of its own, the same for every request."""
    return Path(__file__).with_name("instructions.md").read_text(encoding="utf-8")


def request_message(request: GenerationRequest, context: Context) -> str:
    """The first message: standards and documentation first, the request last, where models look hardest."""
    parts = [_part("standards", part) for part in context.standards]
    parts += [_part("documentation", part) for part in context.documentation]
    if request.existing_code is not None:
        parts.append(delimit("existing_code", request.existing_code.replace("</existing_code", "< /existing_code")))
    parts.append(delimit("request", clean_tags(request.request), **_wishes(request)))
    return "\n\n".join(parts)


def repair_message(findings: tuple[Finding, ...]) -> str:
    """What goes back to the model: file, line, rule, what to do and the excerpt of each finding."""
    lines = [_finding(finding) for finding in findings[:_MAX_FINDINGS]]
    if len(findings) > _MAX_FINDINGS:
        lines.append(f"... and {len(findings) - _MAX_FINDINGS} more of the same kind")
    text = delimit("findings", "\n".join(lines))
    return f"{text}\n\nCorrect every finding and answer with all files again, complete, in the same form."


def clean_tags(text: str) -> str:
    """The request is the user's word and stays as it is, but for look-alikes of our delimiters."""
    return text.replace("</request", "< /request").replace("<request", "< request")


def _part(tag: str, part: Part) -> str:
    return delimit(tag, part.text, source=part.source, title=part.title)


def _wishes(request: GenerationRequest) -> dict[str, str]:
    return {
        "language": request.language,
        "libraries": ", ".join(request.libraries) or "none in particular",
        "tests": "wanted" if request.include_tests else "not wanted",
        "documentation": "wanted" if request.include_docs else "not wanted",
    }


def _finding(finding: Finding) -> str:
    where = f"{finding.file}:{finding.line}" if finding.line else finding.file
    excerpt = f"\n    {clean(finding.excerpt).text}" if finding.excerpt else ""
    return f"- {where} [{finding.severity} {finding.rule}] {finding.message}{excerpt}"
