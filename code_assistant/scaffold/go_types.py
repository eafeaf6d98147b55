"""The plain types of Go and their values. Its one rule: a value that a test uses says nothing about the answer."""

from __future__ import annotations

from code_assistant.scaffold.vocabulary import LISTS

TYPES = {
    "text": "string",
    "whole": "int",
    "number": "float64",
    "flag": "bool",
    "texts": "[]string",
    "numbers": "[]float64",
    "wholes": "[]int",
}
ZEROS = {"text": '""', "whole": "0", "number": "0", "flag": "false", **dict.fromkeys(LISTS, "nil")}
SAMPLES = {
    "text": '"example"',
    "whole": "3",
    "number": "2.5",
    "flag": "true",
    "texts": '[]string{"first", "second"}',
    "numbers": "[]float64{1, 2}",
    "wholes": "[]int{1, 2}",
}
EXPECTED = {**SAMPLES, "text": '"the expected outcome"'}
IS_INVALID = {
    "text": 'strings.TrimSpace({0}) == ""',
    "number": "math.IsNaN({0}) || math.IsInf({0}, 0)",
    "texts": "len({0}) == 0",
    "numbers": "len({0}) == 0",
    "wholes": "len({0}) == 0",
}
MUST = {"text": "not be blank", "number": "be a finite number", **dict.fromkeys(LISTS, "not be empty")}


def value(native: str, sample: str) -> str:
    """`sample` as a value of the type `native`."""
    if native in ("", "string", "int", "float64", "bool"):
        return sample
    return f"{native}{{{sample.partition('{')[2]}" if native.startswith("[]") else f"{native}({sample})"
