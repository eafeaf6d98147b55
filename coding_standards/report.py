"""What a check says: findings, the outcome of every item, and facts about the code.

`server/answers.py` has the form in which the tool hands it out.
"""

from __future__ import annotations

from pydantic import Field

from coding_standards.rules import Severity
from groundwork.outcomes import Outcome
from groundwork.shape import DataShape

PARSES = "GEN-005"
"""The item that the parser itself proves, in every language: no rule needs to name it."""

SYNTAX = "syntax"
"""The `rule` of a finding that the text is not valid in its language."""

SUPPRESSION = "suppression-"
"""How the `rule` of a finding begins that code silences one of its judges."""

MAX_CODE_CHARS = 200_000
"""There is no report on longer code: half a megabyte of garbage keeps a parser busy for five seconds."""


class Finding(DataShape):
    """One place in the code that breaks a rule."""

    rule: str = Field(description="Id of the rule, or `syntax`")
    items: tuple[str, ...] = Field(default=(), description="Ids of the standard's items that this breaks")
    severity: Severity
    line: int = Field(ge=0, description="From 1; 0 when it is about the whole file")
    column: int = Field(ge=0, description="From 1; 0 when it is about the whole line or file")
    message: str = Field(description="What to do")
    excerpt: str = Field(default="", description="The offending line, cut to 160 characters")
    soft: bool = Field(default=False, description="True where the parser is known to misjudge valid code")


class ItemOutcome(DataShape):
    """How one item of the standard came out."""

    id: str
    title: str
    outcome: Outcome
    engine: str | None = Field(default=None, description="What judged it; null when nothing can")


class Symbol(DataShape):
    """A public name that the code defines."""

    name: str
    kind: str = Field(description="function, class, method, type, constant, table, ...")
    line: int
    documented: bool


class CheckReport(DataShape):
    """Everything that is known of one text after a check."""

    language: str
    parsed: bool = Field(description="False when the code is not valid in its language")
    findings: tuple[Finding, ...] = ()
    rules: tuple[ItemOutcome, ...] = ()
    """Every item of the language and its topics, then those of the project's own texts."""
    public_symbols: tuple[Symbol, ...] = ()
    has_tests: bool = False
    project: tuple[str, ...] = Field(default=(), description="Files such as AGENTS.md whose text holds for this path")
    tools: tuple[str, ...] = Field(default=(), description="The project's own tools that judged, with their versions")
    formatted: str | None = Field(
        default=None, description="The code as it was judged: formatted by the project's tool"
    )
    formatted_by: str | None = None
    mended: str | None = Field(default=None, description="The code as it was judged: with what a machine can mend")
    notes: tuple[str, ...] = Field(default=(), description="What was not checked, and why")
    problems: tuple[str, ...] = Field(default=(), description="What is wrong with the standards' own files")
