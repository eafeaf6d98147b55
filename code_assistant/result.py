"""The result of a generation: the shape that `structuredContent` has. `markdown.py` renders the same for people."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from code_assistant.settings import Profile
from groundwork.outcomes import MEANINGS, Outcome
from groundwork.shape import DataShape

Status = Literal["generated", "scaffold", "pending", "failed"]
"""`failed`: the model was asked and gave no usable file; its own words are in `explanation`."""
Role = Literal["source", "test", "doc"]
Severity = Literal["error", "warning"]
DocumentationSource = Literal["context7", "cache", "installed", "none"]


def _is_none(value: object) -> bool:
    return value is None


def _ids(outcome: Outcome) -> Any:
    return Field(default=(), description=f"Ids of items, over all files: {MEANINGS[outcome]}")


class GeneratedFile(DataShape):
    """One file of the answer."""

    path: str = Field(description="Relative path, as proposed")
    language: str = Field(description="Its language, or its format")
    role: Role = Field(description="What it is for")
    content: str = Field(description="The whole file")


class FailedItem(DataShape):
    """An item of the standards that a file breaks."""

    id: str = Field(description="Id of the item")
    title: str = Field(description="The item in one sentence")
    engine: str | None = Field(default=None, description="What found it")


class AnswerFinding(DataShape):
    """One place that breaks a rule."""

    rule: str = Field(description="Id of the rule")
    severity: Severity = Field(description="An error was sent back to the model; a warning may stay")
    file: str = Field(description="Path of the file; empty when it is about the whole answer")
    line: int = Field(description="From 1; 0 when it is about the whole file")
    message: str = Field(description="What to do")
    items: SkipJsonSchema[tuple[str, ...]] = Field(default=(), exclude=True)
    """Ids of the standards' items that this breaks; `fail` tells them."""
    excerpt: SkipJsonSchema[str] = Field(default="", exclude=True)
    """The offending line, for the model that mends it; everybody else has the file."""


class Checks(DataShape):
    """What was checked, and how it came out."""

    summary: str = Field(description="One sentence; says so when nothing was checked")
    fail: tuple[FailedItem, ...] = Field(default=(), description="The items of the standards that a file breaks")
    findings: tuple[AnswerFinding, ...] = Field(default=(), description="Every place to mend, errors first")
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
    mended: tuple[str, ...] = Field(
        default=(),
        description="Files whose imports, white space or old spelling were mended without the model",
        exclude_if=lambda them: not them,
    )


class StandardUsed(DataShape):
    """A standard that the model was given."""

    uri: str = Field(description="The resource of the standards server that holds it")
    title: str = Field(description="Its title")


class DocumentationUsed(DataShape):
    """Where the documentation of one library came from."""

    library: str = Field(description="The library as it was asked for")
    version: str | None = Field(default=None, description="The version that is documented", exclude_if=_is_none)
    source: DocumentationSource = Field(description="Where it came from; none: it was looked for in vain")
    library_id: str | None = Field(default=None, description="Its id at Context7", exclude_if=_is_none)
    age_s: int | None = Field(default=None, description="How many seconds ago it was fetched", exclude_if=_is_none)
    note: str | None = Field(default=None, description="What a reader should know of it", exclude_if=_is_none)


class Missing(DataShape):
    """Something that the answer had to do without."""

    what: str = Field(description="What is missing")
    why: str = Field(description="Its cause")
    remedy: str = Field(description="What helps")


class ContextUse(DataShape):
    """What the model was given, and what was cut off to fit."""

    budget_chars: int = Field(description="Characters that it may take")
    used_chars: int = Field(description="Characters that it took")
    trimmed: tuple[str, ...] = Field(default=(), description="What was shortened to fit")
    removed_lines: int = Field(default=0, description="Lines of untrusted text left out because they address the model")

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out, so that there is nothing to tell."""
        return not self.trimmed and not self.removed_lines


class Usage(DataShape):
    """What it cost."""

    model: str = Field(description="The model's name; `offline` where none is configured")
    profile: Profile | None = Field(default=None, description="How much the model was given: full or lean")
    turns: int = Field(default=0, description="Times that the model was asked")
    tool_calls: int = Field(default=0, description="Tools that it called")
    input_tokens: int = Field(default=0, description="Tokens that it read")
    output_tokens: int = Field(default=0, description="Tokens that it wrote")
    seconds: float = Field(default=0.0, description="How long everything took")


class GenerationResult(DataShape):
    """The answer of `generate_code_with_context`. What leads comes first: two large hosts' models read this alone."""

    status: Status = Field(description="How far it got; `pending`: the work goes on")
    next_step: str | None = Field(
        default=None, description="What to do now: set when pending, failed or a scaffold", exclude_if=_is_none
    )
    checks: Checks = Field(description="What was checked, and how it came out")
    files: tuple[GeneratedFile, ...] = Field(default=(), description="The files of the answer; nothing is on disk yet")
    explanation: str = Field(default="", description="What the model says of them")
    standards: tuple[StandardUsed, ...] = Field(default=(), description="The standards that the model was given")
    documentation: tuple[DocumentationUsed, ...] = Field(default=(), description="The documentation of each library")
    missing: tuple[Missing, ...] = Field(default=(), description="What the answer had to do without")
    context: ContextUse | None = Field(
        default=None,
        description="What the model was not shown in full; left out where that is nothing",
        exclude_if=lambda use: use is None or use.is_whole,
    )
    usage: Usage = Field(description="What it cost")


NOTHING_CHECKED = "nothing was checked"


class GenerationError(Exception):
    """An expected failure of a generation; its text is `why; remedy`."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy
