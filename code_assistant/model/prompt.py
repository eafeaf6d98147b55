"""What the model reads: the request and its context, each part delimited and named by its source.

The rule: what is the same for all requests of a language stands first, so that a model server has it computed already;
the form of the answer stands last, where models look hardest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from code_assistant.context import Context, Part, is_checklist
from code_assistant.request import GenerationRequest
from code_assistant.result import AnswerFinding, GeneratedFile
from code_assistant.settings import Profile
from code_assistant.text.untrusted import TAGS, clean, defuse, delimit
from coding_standards.languages import find_language

Spared = Literal["tools", "checklist", "documentation"]
SPARED: tuple[Spared, ...] = ("tools", "checklist", "documentation")
"""What a prompt that is too long is sent without, in this order."""

_MAX_FINDINGS = {"full": 40, "lean": 5}
"""More findings than this in one message help no model; the rest come back in the next round."""

_MAX_LINE_CHARS = 200
_INSTRUCTIONS = {"full": "instructions.md", "lean": "instructions_lean.md"}
_FORM: dict[Profile, str] = {
    "full": "Answer in JSON, an object with `files`, a list of objects with `path` and `content`, the complete file, "
    "and with `explanation`, a few plain sentences on what it does, what to configure and what you assumed.",
    # A small model in a grammar for JSON does not find the end of a text; in Markdown it does.
    "lean": "Answer in Markdown: each complete file in one code block, with its path alone in the line above, without "
    "examples of its use, and then one or two sentences on what it does.",
}
"""How a model answers that knows schemas, and any other one."""
_ASKED: dict[Profile, str] = {
    "full": "Correct every finding and answer in the same JSON with each file that changes, complete; the others stay "
    "as they are.",
    "lean": "Correct these lines and answer with the complete corrected file in one Markdown code block, with its path "
    "alone in the line above.",
}
_REMOVE = "List in `removed` the paths of files that shall go, also of one that gets another name."
_LESS = (
    "An answer was cut off since it was too long. Write the shortest complete code that does what is asked, in one "
    "file, without examples of its use, and explain it in one sentence."
)


@dataclass(frozen=True)
class Question:
    """The first message of a conversation, which can be said again with less."""

    request: GenerationRequest
    context: Context
    profile: Profile

    def text(self, without: Collection[Spared] = (), *, is_short: bool = False) -> str:
        """The message; `is_short` asks for less than the request does, after an answer that was cut off."""
        return request_message(self.request, self.context, self.profile, without, [_LESS] if is_short else [])

    def size(self, spared: Spared) -> int:
        """How many characters the message loses without this part."""
        if spared == "checklist":
            return sum(len(part.text) for part in self.context.standards if is_checklist(part))
        return sum(len(part.text) for part in self.context.documentation) if spared == "documentation" else 0


@dataclass(frozen=True)
class Repair:
    """The message that sends findings back, and how many lines and marks were taken out of them."""

    text: str
    removed: int = 0
    alone: str = ""
    """The same with the files in it, for when the conversation is too long to be gone on with."""


@cache
def instructions(profile: Profile = "full") -> str:
    """The system instructions: prose in a file of its own, the same for every request."""
    return Path(__file__).with_name(_INSTRUCTIONS[profile]).read_text(encoding="utf-8").strip()


def request_message(
    request: GenerationRequest,
    context: Context,
    profile: Profile = "full",
    without: Collection[Spared] = (),
    more: Sequence[str] = (),
) -> str:
    """The first message: standards and documentation, the request, its wishes, the form of the answer."""
    standards = [part for part in context.standards if "checklist" not in without or not is_checklist(part)]
    parts = [_word_part("standards", part) for part in standards]
    parts += [_word_part("documentation", part) for part in context.documentation if "documentation" not in without]
    if request.existing_code is not None:
        path = {"path": request.existing_path} if request.existing_path else {}
        parts.append(delimit("existing_code", request.existing_code, **path))
    # The user's words stay as they are, but for look-alikes of our delimiters.
    parts.append(delimit("request", defuse(request.request, *TAGS)))
    return "\n\n".join([*parts, " ".join([*_word_wishes(request), *more, _FORM[profile]])])


def repair_message(
    findings: tuple[AnswerFinding, ...], files: Sequence[GeneratedFile] = (), profile: Profile = "full"
) -> Repair:
    """What goes back to the model: file, line, rule, what to do and the line of each finding, errors first."""
    ordered = sorted(findings, key=lambda finding: finding.severity != "error")
    at_most = _MAX_FINDINGS[profile]
    shown = [_word_finding(finding, files) for finding in ordered[:at_most]]
    lines = [line for line, _ in shown]
    if len(findings) > at_most and profile == "full":
        lines.append(f"... and {len(findings) - at_most} more of the same kind")
    text = delimit("findings", "\n".join(lines))
    asked = _ASKED[profile] if profile == "lean" else f"{_ASKED[profile]} {_REMOVE}"
    code = "\n\n".join(delimit("existing_code", file.content, path=file.path) for file in files)
    return Repair(
        f"{text}\n\n{asked}",
        sum(removed for _, removed in shown),
        f"{code}\n\n{text}\n\n{asked} {_FORM[profile]}" if code else "",
    )


def _word_part(tag: str, part: Part) -> str:
    told = {"source": part.source, "title": part.title, "version": part.version, "note": part.note}
    return delimit(tag, part.text, **{name: _clean_line(value)[0] for name, value in told.items() if value})


def _word_wishes(request: GenerationRequest) -> list[str]:
    """What else is asked for, in sentences: a model reads `tests="not wanted"` as a word about tests."""
    language = find_language(request.language)
    said = [f"Write it in {language.title}."]
    if request.libraries:
        said.append(f"Use {', '.join(_clean_line(library)[0] for library in request.libraries)}.")
    if request.include_docs:
        said.append("Document every public name in the language's own form.")
    if request.include_tests:
        said.append(f"Write tests too, {language.tests}: the normal case, the edges and the failures.")
    return said


def _word_finding(finding: AnswerFinding, files: Sequence[GeneratedFile]) -> tuple[str, int]:
    """A finding as the model reads it. A team's rules and the model's own paths are text from outside too."""
    file, rule, message = _clean_line(finding.file), _clean_line(finding.rule), _clean_line(finding.message)
    excerpt = clean(finding.excerpt or _find_line(finding, files))
    where = f"{file[0]}:{finding.line}" if finding.line else file[0]
    below = f"\n    {excerpt.text}" if excerpt.text else ""
    removed = file[1] + rule[1] + message[1] + excerpt.removed
    return f"- {where} [{finding.severity} {rule[0]}] {message[0]}{below}", removed


def _find_line(finding: AnswerFinding, files: Sequence[GeneratedFile]) -> str:
    """The line that a finding stands on."""
    code = next((file.content for file in files if file.path == finding.file), "")
    lines = code.splitlines()
    return lines[finding.line - 1].strip()[:_MAX_LINE_CHARS] if 0 < finding.line <= len(lines) else ""


def _clean_line(text: str) -> tuple[str, int]:
    """Cleaned line by line and then made one line."""
    cleaned = clean(text)
    return " ".join(cleaned.text.split()), cleaned.removed
