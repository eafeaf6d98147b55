"""Reading JSON from outside: plain data or a `JsonError`, whatever the text is."""

from __future__ import annotations

import json
from typing import Any


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


def parse_json_table(text: str) -> dict[str, Any]:
    """The object of a text; an empty one where the text has something else or is no JSON."""
    try:
        found = parse_json(text)
    except JsonError:
        return {}
    return found if isinstance(found, dict) else {}
