"""The result of a generation: the shape that `structuredContent` has. `markdown.py` renders the same for people."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from code_assistant.settings import Profile
from groundwork.outcomes import MEANINGS, Outcome

Status = Literal["generated", "scaffold", "pending", "failed"]
"""`failed`: the model was asked and gave no usable file; its own words are in `explanation`."""
Role = Literal["source", "test", "doc"]
Severity = Literal["error", "warning"]
DocumentationSource = Literal["context7", "cache", "installed", "none"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _ids(outcome: Outcome) -> Any:
    return Field(default=(), description=f"Ids of items, over all files: {MEANINGS[outcome]}")


class GeneratedFile(_Shape):
    """One file of the answer."""

    path: str = Field(description="Relative path, as proposed")
    language: str
    role: Role
    content: str


class FailedItem(_Shape):
    """An item of the standards that a file breaks."""

    id: str = Field(description="Id of the item")
    title: str = Field(description="The item in one sentence")
    engine: str | None = Field(default=None, description="What found it")


class Finding(_Shape):
    """One place that breaks a rule."""

    rule: str = Field(description="Id of the rule")
    severity: Severity = Field(description="An error was sent back to the model; a warning may stay")
    file: str = Field(description="Path of the file; empty when it is about the whole answer")
    line: int = Field(description="From 1; 0 when it is about the whole file")
    message: str = Field(description="What to do")
    items: tuple[str, ...] = Field(default=(), exclude=True)
    """Ids of the standards' items that this breaks; `fail` tells them."""
    excerpt: str = Field(default="", exclude=True)
    """The offending line, for the model that mends it; everybody else has the file."""


class Checks(_Shape):
    """What was checked, and how it came out."""

    summary: str = Field(description="One sentence; says so when nothing was checked")
    fail: tuple[FailedItem, ...] = Field(default=(), description="The items of the standards that a file breaks")
    findings: tuple[Finding, ...] = Field(default=(), description="Every place to mend, errors first")
    proved: tuple[str, ...] = _ids("proved")
    no_breach_found: tuple[str, ...] = _ids("no_breach_found")
    not_applicable: tuple[str, ...] = _ids("not_applicable")
    not_checkable: tuple[str, ...] = _ids("not_checkable")
    rounds: int = Field(default=0, description="Repair rounds used")
    not_checked: tuple[str, ...] = Field(default=(), description="What was not checked, and why")
    tools: tuple[str, ...] = Field(
        default=(), description="The project's own tools that judged", exclude_if=lambda them: not them
    )
    formatted: tuple[str, ...] = Field(
        default=(),
        description="Files that the project's own formatter changed, and which",
        exclude_if=lambda them: not them,
    )


class StandardUsed(_Shape):
    """A standard that the model was given."""

    uri: str
    title: str


class DocumentationUsed(_Shape):
    """Where the documentation of one library came from."""

    library: str
    version: str | None = None
    source: DocumentationSource
    library_id: str | None = None
    age_s: int | None = None
    note: str | None = None


class Missing(_Shape):
    """Something that the answer had to do without."""

    what: str
    why: str
    remedy: str


class ContextUse(_Shape):
    """What the model was given, and what was cut off to fit."""

    budget_chars: int
    used_chars: int
    trimmed: tuple[str, ...] = ()
    removed_lines: int = Field(default=0, description="Lines of untrusted text left out because they address the model")


class Usage(_Shape):
    """What it cost."""

    model: str
    profile: Profile | None = Field(default=None, description="How much the model was given: full or lean")
    turns: int = 0
    tool_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0


class GenerationResult(_Shape):
    """The answer of `generate_code_with_context`."""

    status: Status
    files: tuple[GeneratedFile, ...] = ()
    explanation: str = ""
    checks: Checks
    standards: tuple[StandardUsed, ...] = ()
    documentation: tuple[DocumentationUsed, ...] = ()
    missing: tuple[Missing, ...] = ()
    context: ContextUse | None = None
    usage: Usage
    next_step: str | None = Field(default=None, description="What to do now: set when pending, failed or a scaffold")


NOTHING_CHECKED = "nothing was checked"


class GenerationError(Exception):
    """An expected failure of a generation; its text is `why; remedy`."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy
