"""What the tools answer: shapes for programs, and for the hosts whose models see this data alone.

Its one rule: every thing once. What leads comes first, failures are told in full, the rest by id, and what is empty
and has no say is left out; titles are in the standards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Self, cast

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from coding_standards.report import CheckReport, Finding
from coding_standards.rules import Severity
from coding_standards.server.verdict import headline, next_step
from groundwork.outcomes import MEANINGS, Outcome, group_ids
from groundwork.shape import DataShape

_Texts = Annotated[tuple[str, ...], Field(exclude_if=lambda texts: not texts)]
_Problems = Annotated[_Texts, Field(description="Standards files or rules that cannot be used, and why")]


def _ids(outcome: Outcome) -> Any:
    return Field(default=(), description=f"Ids of items: {MEANINGS[outcome]}")


class _FlatAnswer(DataShape):
    """A whole answer, whose schema is in one piece: clients try every answer against it.

    Every reference in it would be looked up for every entry; the official Python client took 4 to 13 ms with what
    pydantic publishes, as long as a check itself.
    """

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return cast(JsonSchemaValue, _flat(handler(core), handler.resolve_ref_schema))


class StandardEntry(DataShape):
    """One standard that was asked for."""

    uri: str = Field(description="The resource that holds it")
    title: str = Field(description="Its title")
    source: str = Field(description="`built-in`, or a file of the team's")


class StandardsAnswer(_FlatAnswer):
    """The answer of `get_standards`."""

    language: str = Field(description="The language that was asked for, by its full name")
    standards: tuple[StandardEntry, ...] = Field(description="The standards in `text`")
    project: _Texts = Field(default=(), description="Files of the project whose text is included")
    conflicts: _Texts = Field(default=(), description="Where two sources disagree, and which one is used")
    problems: _Problems = ()
    text: str = Field(description="The standards as Markdown")


class SearchHit(DataShape):
    """One item found."""

    id: str = Field(description="Id of the item")
    uri: str = Field(description="The resource that holds it in full, or a file of the project's")
    excerpt: str = Field(description="Its title, and the words around what was found")
    looked_for: str | None = Field(
        default=None,
        description="How `check_code` judges it in that language: decided or searched, and by what; null for a person",
        exclude_if=lambda text: text is None,
    )


class SearchAnswer(_FlatAnswer):
    """The answer of `search_standards`."""

    hits: tuple[SearchHit, ...] = Field(description="Best first")
    note: str | None = Field(
        default=None, description="What to do when nothing was found", exclude_if=lambda text: text is None
    )
    problems: _Problems = ()


class FailedEntry(DataShape):
    """An item that the code breaks."""

    id: str = Field(description="Id of the item")
    title: str = Field(description="The item in one sentence")
    engine: str | None = Field(description="What found it")


class FindingEntry(DataShape):
    """One place in the code that breaks a rule."""

    rule: str = Field(description="Id of the rule, or `syntax`")
    items: tuple[str, ...] = Field(description="Ids of the items that this breaks")
    severity: Severity = Field(description="An error must be mended; a warning should be")
    line: int = Field(description="From 1; 0 when it is about the whole file")
    column: int = Field(
        default=0, description="From 1; left out when it is about the whole line or file", exclude_if=lambda at: not at
    )
    message: str = Field(description="What to do")
    soft: bool = Field(
        default=False, description="True where the parser may misjudge valid code", exclude_if=lambda soft: not soft
    )


class CheckAnswer(_FlatAnswer):
    """The answer of `check_code`."""

    summary: str = Field(description="How many items came out how")
    next_step: str = Field(default="", description="What to do now", exclude_if=lambda text: not text)
    parsed: bool = Field(description="False when the code is not valid in its language, or was not checked")
    fail: tuple[FailedEntry, ...] = Field(default=(), description="The items that the code breaks")
    findings: tuple[FindingEntry, ...] = Field(default=(), description="Every place to mend, in the order of the text")
    proved: tuple[str, ...] = _ids("proved")
    no_breach_found: tuple[str, ...] = _ids("no_breach_found")
    not_applicable: tuple[str, ...] = Field(
        default=(),
        description=f"Ids of items, those of one prefix together (`SEC-002..010,012`): {MEANINGS['not_applicable']}",
    )
    not_checkable: tuple[str, ...] = _ids("not_checkable")
    has_tests: bool = Field(default=False, description="Whether the code has tests", exclude_if=lambda has: not has)
    project: _Texts = Field(default=(), description="Files such as AGENTS.md whose text holds for this path")
    tools: _Texts = Field(default=(), description="The project's own tools that judged, with version and configuration")
    formatted_by: str | None = Field(default=None, description="What formatted it", exclude_if=lambda by: by is None)
    formatted: str | None = Field(
        default=None,
        description="The code as it was judged, where that was asked for",
        exclude_if=lambda it: it is None,
    )
    mended: str | None = Field(
        default=None,
        description="The code as it was judged, where something was mended as asked",
        exclude_if=lambda it: it is None,
    )
    notes: tuple[str, ...] = Field(default=(), description="What was not checked, and why")
    problems: _Problems = ()

    @classmethod
    def of(cls, report: CheckReport) -> Self:
        """The report in the form that is handed out."""
        ids: dict[Outcome, list[str]] = {outcome: [] for outcome in MEANINGS}
        for item in report.rules:
            ids[item.outcome].append(item.id)
        return cls(
            summary=headline(report),
            next_step=next_step(report),
            parsed=report.parsed,
            fail=tuple(
                FailedEntry(id=item.id, title=item.title, engine=item.engine)
                for item in report.rules
                if item.outcome == "fail"
            ),
            findings=tuple(map(_entry, report.findings)),
            proved=tuple(ids["proved"]),
            no_breach_found=tuple(ids["no_breach_found"]),
            not_applicable=group_ids(ids["not_applicable"]),
            not_checkable=tuple(ids["not_checkable"]),
            has_tests=report.has_tests,
            project=report.project,
            tools=report.tools,
            formatted_by=report.formatted_by,
            formatted=report.formatted,
            mended=report.mended,
            notes=report.notes,
            problems=report.problems,
        )


def _entry(finding: Finding) -> FindingEntry:
    return FindingEntry(**finding.model_dump(exclude={"excerpt"}))


def _flat(schema: object, resolve: Callable[[JsonSchemaValue], JsonSchemaValue]) -> object:
    """The same without references, and without titles and defaults, which tell nothing here."""
    if isinstance(schema, list):
        return [_flat(part, resolve) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    whole = resolve(dict(schema)) if "$ref" in schema else schema
    kept = {key: value for key, value in whole.items() if key not in {"title", "default"} or isinstance(value, Mapping)}
    return {key: _flat(value, resolve) for key, value in kept.items()}
