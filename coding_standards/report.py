"""What a check says: findings, the outcome of every item, and facts about the code. Also the tool's output schema."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coding_standards.rules import Severity

PARSES = "GEN-005"
"""The item that the parser itself proves, in every language: no rule needs to name it."""

Outcome = Literal["pass", "fail", "not_checkable"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Finding(_Shape):
    """One place in the code that breaks a rule."""

    rule: str = Field(description="Id of the rule, or `syntax`")
    items: tuple[str, ...] = Field(default=(), description="Ids of the standard's items that this breaks")
    severity: Severity
    line: int = Field(ge=0, description="From 1; 0 when it is about the whole file")
    column: int = Field(ge=0, description="From 1; 0 when it is about the whole line or file")
    message: str = Field(description="What to do")
    excerpt: str = Field(default="", description="The offending line, cut to 160 characters")
    soft: bool = Field(default=False, description="True where the parser is known to misjudge valid code")


class ItemOutcome(_Shape):
    """How one item of the standard came out."""

    id: str
    title: str
    outcome: Outcome
    engine: str | None = Field(default=None, description="What judged it; null when nothing can")


class Symbol(_Shape):
    """A public name that the code defines."""

    name: str
    kind: str = Field(description="function, class, method, type, constant, table, ...")
    line: int
    documented: bool


class CheckReport(_Shape):
    """The answer of `check_code`."""

    language: str
    parsed: bool = Field(description="False when the code is not valid in its language")
    findings: tuple[Finding, ...] = ()
    rules: tuple[ItemOutcome, ...] = Field(default=(), description="Every item of the language and its topics")
    public_symbols: tuple[Symbol, ...] = ()
    has_tests: bool = False
    notes: tuple[str, ...] = Field(default=(), description="What was not checked, and why; broken standards files")
