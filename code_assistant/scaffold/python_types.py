"""The plain types of Python and their values. Its one rule: a value that a test uses says nothing about the answer."""

from __future__ import annotations

TYPES = {
    "text": "str",
    "whole": "int",
    "number": "float",
    "flag": "bool",
    "texts": "list[str]",
    "numbers": "list[float]",
    "wholes": "list[int]",
}
SAMPLES = {
    "text": '"example"',
    "whole": "3",
    "number": "2.5",
    "flag": "True",
    "texts": '["first", "second"]',
    "numbers": "[1.0, 2.0]",
    "wholes": "[1, 2]",
}
EXPECTED = {**SAMPLES, "text": '"the expected outcome"'}
