"""The tables of words by which a request is read and names are kept legal. They are data: `words.toml`."""

from __future__ import annotations

from functools import cache

from groundwork.reading.toml_text import read_our_toml


@cache
def read_words() -> dict[str, dict[str, frozenset[str]]]:
    """Sets of words by table and name, as `words.toml` has them."""
    data = read_our_toml(__package__, "words.toml")
    return {table: {name: frozenset(text.split()) for name, text in rows.items()} for table, rows in data.items()}


def turn_over(table: str) -> dict[str, str]:
    """The name under which each word of a table stands."""
    return {word: name for name, words in read_words()[table].items() for word in words}
