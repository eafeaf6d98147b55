"""What a check says: findings, the outcome of every item, and facts about the code. Also the tool's output schema.

The schema's one rule: it tells the shape and is cheap to try, for clients try every answer against it. The official
Python client took 4 to 13 ms with what pydantic publishes, as long as the check itself; with this it takes 1 to 3 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from coding_standards.rules import Severity

PARSES = "GEN-005"
"""The item that the parser itself proves, in every language: no rule needs to name it."""

SYNTAX = "syntax"
"""The `rule` of a finding that the text is not valid in its language."""

MAX_CODE_CHARS = 200_000
"""There is no report on longer code: half a megabyte of garbage keeps a parser busy for five seconds."""

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


_ITEM_OUTCOMES: JsonSchemaValue = {
    "type": "array",
    "description": "How every item of the language, its topics and the project's texts came out",
    # In words: an answer has some eighty of these, and to try each field of each takes milliseconds.
    "items": {
        "type": "object",
        "description": "`id` and `title` of the item, `outcome` (pass, fail, or not_checkable where a person must "
        "judge), `engine`, which is what judged it (null when nothing can)",
        "required": ["id", "title", "outcome", "engine"],
    },
}


class CheckReport(_Shape):
    """The answer of `check_code`."""

    language: str
    parsed: bool = Field(description="False when the code is not valid in its language")
    findings: tuple[Finding, ...] = ()
    rules: Annotated[tuple[ItemOutcome, ...], WithJsonSchema(_ITEM_OUTCOMES)] = ()
    """Every item of the language and its topics, then those of the project's own texts."""
    public_symbols: tuple[Symbol, ...] = ()
    has_tests: bool = False
    project: tuple[str, ...] = Field(default=(), description="Files such as AGENTS.md whose text holds for this path")
    notes: tuple[str, ...] = Field(default=(), description="What was not checked, and why; broken standards files")
    problems: tuple[str, ...] = Field(default=(), description="Those notes that are about the standards' own files")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema in one piece; every reference in it would be looked up for every entry of an answer."""
        return cast(JsonSchemaValue, _flat(handler(core), handler.resolve_ref_schema))


def _flat(schema: object, resolve: Callable[[JsonSchemaValue], JsonSchemaValue]) -> object:
    """The same without references, and without titles and defaults, which tell nothing here."""
    if isinstance(schema, list):
        return [_flat(part, resolve) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    whole = resolve(dict(schema)) if "$ref" in schema else schema
    kept = {key: value for key, value in whole.items() if key not in {"title", "default"} or isinstance(value, Mapping)}
    return {key: _flat(value, resolve) for key, value in kept.items()}
