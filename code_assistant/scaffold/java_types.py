"""The plain types of Java and their values. Its one rule: a value that a test uses says nothing about the answer."""

from __future__ import annotations

from code_assistant.scaffold.vocabulary import LISTS

TYPES = {
    "text": "String",
    "whole": "int",
    "number": "double",
    "flag": "boolean",
    "texts": "List<String>",
    "numbers": "List<Double>",
    "wholes": "List<Integer>",
}
SAMPLES = {
    "text": '"example"',
    "whole": "3",
    "number": "2.5",
    "flag": "true",
    "texts": 'List.of("first", "second")',
    "numbers": "List.of(1.0, 2.0)",
    "wholes": "List.of(1, 2)",
}
EXPECTED = {**SAMPLES, "text": '"the expected outcome"'}
IS_INVALID = {
    "text": "{0} == null || {0}.isBlank()",
    "number": "!Double.isFinite({0})",
    "texts": "{0} == null || {0}.isEmpty()",
    "numbers": "{0} == null || {0}.isEmpty()",
    "wholes": "{0} == null || {0}.isEmpty()",
}
MUST = {"text": "not be blank", "number": "be a finite number", **dict.fromkeys(LISTS, "not be empty")}


def value(native: str, sample: str) -> str:
    """`sample` as the type `native` takes it: an array is written in its own way."""
    return f"new {native} {{{sample.removeprefix('List.of(').rstrip(')')}}}" if native.endswith("[]") else sample
