"""What the model reads: the request and its context, each part delimited and named by its source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from code_assistant.context import Context, Part
from code_assistant.request import GenerationRequest
from code_assistant.result import Finding
from code_assistant.text.untrusted import TAGS, clean, defuse, delimit

_MAX_FINDINGS = 40
"""More findings than this in one message help no model; the rest come back in the next round."""


_ASKED = (
    "Correct every finding and answer in the same form with each file that changes, complete; the others stay as they "
    "are. List in `removed` the paths of files that shall go, also of one that gets another name."
)


@dataclass(frozen=True)
class Repair:
    """The message that sends findings back, and how many lines and marks were taken out of them."""

    text: str
    removed: int = 0


@cache
def instructions() -> str:
    """The system instructions: prose in a file of its own, the same for every request."""
    return Path(__file__).with_name("instructions.md").read_text(encoding="utf-8")


def request_message(request: GenerationRequest, context: Context) -> str:
    """The first message: standards and documentation first, the request last, where models look hardest."""
    parts = [_part("standards", part) for part in context.standards]
    parts += [_part("documentation", part) for part in context.documentation]
    if request.existing_code is not None:
        path = {"path": request.existing_path} if request.existing_path else {}
        parts.append(delimit("existing_code", request.existing_code, **path))
    # The user's words stay as they are, but for look-alikes of our delimiters.
    parts.append(delimit("request", defuse(request.request, *TAGS), **_wishes(request)))
    return "\n\n".join(parts)


def repair_message(findings: tuple[Finding, ...]) -> Repair:
    """What goes back to the model: file, line, rule, what to do and the excerpt of each finding."""
    shown = [_finding(finding) for finding in findings[:_MAX_FINDINGS]]
    lines = [line for line, _ in shown]
    if len(findings) > _MAX_FINDINGS:
        lines.append(f"... and {len(findings) - _MAX_FINDINGS} more of the same kind")
    text = delimit("findings", "\n".join(lines))
    asked = f"{text}\n\n{_ASKED}"
    return Repair(asked, sum(removed for _, removed in shown))


def _part(tag: str, part: Part) -> str:
    told = {"source": part.source, "title": part.title, "version": part.version, "note": part.note}
    return delimit(tag, part.text, **{name: _line(value)[0] for name, value in told.items() if value})


def _wishes(request: GenerationRequest) -> dict[str, str]:
    return {
        "language": request.language,
        "libraries": ", ".join(request.libraries) or "none in particular",
        "tests": "wanted" if request.include_tests else "not wanted",
        "documentation": "wanted" if request.include_docs else "not wanted",
    }


def _finding(finding: Finding) -> tuple[str, int]:
    """A finding as the model reads it. A team's rules and the model's own paths are text from outside too."""
    file, rule, message = _line(finding.file), _line(finding.rule), _line(finding.message)
    excerpt = clean(finding.excerpt)
    where = f"{file[0]}:{finding.line}" if finding.line else file[0]
    below = f"\n    {excerpt.text}" if excerpt.text else ""
    removed = file[1] + rule[1] + message[1] + excerpt.removed
    return f"- {where} [{finding.severity} {rule[0]}] {message[0]}{below}", removed


def _line(text: str) -> tuple[str, int]:
    """Cleaned line by line and then made one line."""
    cleaned = clean(text)
    return " ".join(cleaned.text.split()), cleaned.removed
