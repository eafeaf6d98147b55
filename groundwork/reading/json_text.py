"""Reading JSON from outside: plain data or a `JsonError`, whatever the text is."""

from __future__ import annotations

import json
import re
from typing import Any

_STRING = r'"(?:[^"\\]|\\.?)*(?:"|\Z)'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRING_OR_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)
"""Strings are found with the rest so that nothing in them is taken for it."""

_NOT_LINE_END = re.compile(r"[^\r\n]")


class JsonError(ValueError):
    """A text that is no JSON, or none that is used here; the text is the reason, in one line."""


def parse_json(text: str, *, refuse_repeated: bool = False) -> object:
    """The value of a text; `refuse_repeated` takes no object in which a name stands twice.

    Raises:
        JsonError: it is no JSON, nested too deeply, or holds a number that is too long.
    """
    try:
        return json.loads(text, object_pairs_hook=_refuse_repeated if refuse_repeated else None)
    except json.JSONDecodeError as error:
        raise JsonError(str(error)) from error
    except RecursionError as error:
        raise JsonError("nested too deeply") from error
    except JsonError:
        raise
    except ValueError as error:  # Python's own, which speaks to programmers
        raise JsonError("a number is too long") from error


def parse_jsonc(text: str) -> object:
    """The value of a text that may have comments and trailing commas, as Bun and Deno write them. Raises like that."""
    return parse_json(blank_last_commas(blank_comments(text)))


def blank_comments(text: str) -> str:
    """The text with blanks for each comment, so that every place in it stays where it is."""
    return _COMMENT.sub(lambda found: found[0] if _is_kept(found[0]) else _NOT_LINE_END.sub(" ", found[0]), text)


def blank_last_commas(text: str) -> str:
    """The text with a blank for each comma behind which nothing follows in its object or array."""
    return _STRING_OR_COMMA.sub(lambda found: found[0] if found[0].startswith('"') else " ", text)


def _is_kept(found: str) -> bool:
    """A text, or a comment that has no end, which is a fault."""
    return found.startswith('"') or (found.startswith("/*") and not found.endswith("*/", 2))


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, value in pairs:
        if name in known:
            raise JsonError(f"the key `{name}` stands twice")
        known[name] = value
    return known


def parse_json_table(text: str) -> dict[str, Any]:
    """The object of a text; an empty one where the text has something else or is no JSON."""
    try:
        found = parse_json(text)
    except JsonError:
        return {}
    return found if isinstance(found, dict) else {}


def read_count(value: object) -> int | None:
    """A value where it is a whole number above 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
