"""The answers as they are published: small, cheap for a client to try, and described field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from pydantic import TypeAdapter

from coding_standards.checks.checker import check, ruleset_for
from coding_standards.languages import find_language
from coding_standards.library.store import load_library
from coding_standards.server.answers import CheckAnswer, SearchAnswer, StandardsAnswer
from coding_standards.server.verdict import verdict
from groundwork.outcomes import MEANINGS, spread_ids

ANSWERS = (CheckAnswer, SearchAnswer, StandardsAnswer)
PYTHON = find_language("python")


def schema(answer: type[CheckAnswer | SearchAnswer | StandardsAnswer]) -> dict[str, object]:
    return TypeAdapter(answer).json_schema(mode="serialization")


def undescribed(part: object, name: str = "") -> Iterator[str]:
    """The names of all properties without a description, at any depth."""
    if isinstance(part, list):
        for one in part:
            yield from undescribed(one, name)
    elif isinstance(part, dict):
        properties = part.get("properties")
        for of, told in properties.items() if isinstance(properties, dict) else ():
            if not told.get("description"):
                yield f"{name}.{of}"
        for of, one in part.items():
            yield from undescribed(one, f"{name}.{of}")


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_schema_has_nothing_that_is_slow_to_try(answer: type[CheckAnswer]) -> None:
    assert not any(keyword in json.dumps(schema(answer)) for keyword in ('"$ref"', '"$defs"', '"oneOf"'))


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_property_is_described(answer: type[CheckAnswer]) -> None:
    assert list(undescribed(schema(answer))) == []


def sizes(code: str) -> tuple[int, int]:
    """The bytes of both channels, as they are sent."""
    report = check(code, PYTHON, ruleset_for(load_library(), PYTHON))
    return len(CheckAnswer.of(report).model_dump_json().encode()), len(verdict(report).encode())


def test_a_clean_file_and_an_unused_import_are_answered_in_a_kilobyte() -> None:
    assert max(sizes('"""Numbers."""\n\nLIMIT = 3\n')) <= 700
    assert max(sizes("import os\n")) <= 1_024


def test_every_item_stands_in_one_list_and_a_failing_one_has_its_title() -> None:
    report = check("import os\nprint(eval(input()))\n", PYTHON, ruleset_for(load_library(), PYTHON))
    data = CheckAnswer.of(report).model_dump(mode="json")
    failed = {item["id"]: item["title"] for item in data["fail"]}
    assert failed["SEC-002"] == "Text is never run as code."
    listed = [*failed, *spread_ids(group for outcome in MEANINGS if outcome != "fail" for group in data[outcome])]
    assert sorted(listed) == sorted(item.id for item in report.rules)


def test_what_leads_comes_first_and_what_is_empty_is_left_out() -> None:
    data = CheckAnswer.of(check("import os\n", PYTHON, ruleset_for(load_library(), PYTHON))).model_dump(mode="json")
    assert list(data)[:4] == ["summary", "next_step", "parsed", "fail"]
    assert not {"project", "problems", "has_tests"} & set(data)
