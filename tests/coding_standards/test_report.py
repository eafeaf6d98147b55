"""The shape of a report as it is published: cheap for a client to try, and still the truth."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from coding_standards.report import CheckReport, Finding, ItemOutcome, Symbol

SCHEMA = TypeAdapter(CheckReport).json_schema()


def test_the_schema_has_nothing_that_is_slow_to_try() -> None:
    text = json.dumps(SCHEMA)
    assert not any(keyword in text for keyword in ('"$ref"', '"$defs"', '"anyOf"', '"oneOf"'))


def test_the_schema_tells_every_field_of_every_entry() -> None:
    told = SCHEMA["properties"]
    assert set(told) == set(CheckReport.model_fields)
    assert set(told["findings"]["items"]["properties"]) == set(Finding.model_fields)
    assert set(told["public_symbols"]["items"]["properties"]) == set(Symbol.model_fields)
    outcome = told["rules"]["items"]
    assert set(outcome["required"]) == set(ItemOutcome.model_fields)
    assert all(f"`{name}`" in outcome["description"] for name in ItemOutcome.model_fields)
