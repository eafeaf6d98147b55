"""Reading JSON from outside: plain data or a `JsonError`, whatever the text is."""

from __future__ import annotations

import json
import re
from typing import Any

_STRING = r'"(?:[^"\\]|\\.?)*(?:"|\Z)'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRING_OR_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)
"""Strings are found with the rest so that nothing in them is taken for it."""


class JsonError(ValueError):
    """A text that is no JSON, or none that is used here; the text is the reason, in one line."""


def parse_json(text: str) -> object:
    """The value of a text.

    Raises:
        JsonError: it is no JSON, nested too deeply, or holds a number that is too long.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise JsonError(str(error)) from error
    except RecursionError as error:
        raise JsonError("nested too deeply") from error
    except ValueError as error:  # Python's own, which speaks to programmers
        raise JsonError("a number is too long") from error


def parse_jsonc(text: str) -> object:
    """The value of a text that may have comments and trailing commas, as Bun and Deno write them. Raises like that."""
    plain = _COMMENT.sub(lambda found: found[0] if found[0].startswith('"') else " ", text)
    return parse_json(_STRING_OR_COMMA.sub(lambda found: found[0] if found[0].startswith('"') else "", plain))


def parse_json_table(text: str) -> dict[str, Any]:
    """The object of a text; an empty one where the text has something else or is no JSON."""
    try:
        found = parse_json(text)
    except JsonError:
        return {}
    return found if isinstance(found, dict) else {}
