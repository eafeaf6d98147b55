"""Columns of SQL: names, types and values. Its one rule: what PostgreSQL and SQLite both take."""

from __future__ import annotations

from code_assistant.scaffold.naming import Words, snake
from code_assistant.scaffold.parameters import Parameter

_MONEY = frozenset(["price", "amount", "total", "balance", "salary", "discount", "cost", "tax"])
SAMPLES = {
    "text": "'example'",
    "whole": "3",
    "number": "2.5",
    "flag": "TRUE",
    "texts": "'first'",
    "numbers": "1.5",
    "wholes": "1",
}


def column_name(entry: Parameter) -> str:
    """The name of the column; a secret is kept as its hash."""
    words: Words = (*entry.words, "hash") if entry.is_secret else entry.words
    return snake(words, "sql")


def column_type(entry: Parameter) -> str:
    """The type of the column, or of one item of a list."""
    if entry.type in ("number", "numbers"):
        return "NUMERIC(12, 2)" if entry.words[-1] in _MONEY else "NUMERIC(18, 6)"
    return {"whole": "BIGINT", "wholes": "BIGINT", "flag": "BOOLEAN"}.get(entry.type, "TEXT")
