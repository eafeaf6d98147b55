"""What is wrong with the arguments of a call, said so that a model can mend it at the first try.

Its one rule: each wrong argument gets one line that names it, what it got and what it takes; no value is shown whole.
"""

from __future__ import annotations

import difflib
import json
import reprlib
from collections.abc import Iterable, Mapping
from typing import Any

MAX_LINES = 10
"""Wrong arguments named; whoever sends more has made one mistake, not that many."""
MAX_SHOWN = 60
"""Characters of a value or a name that are shown."""

_KINDS: dict[str, tuple[type, str]] = {
    "string": (str, "text"),
    "array": (list, "a list of text"),
    "object": (dict, "an object whose values are text"),
    "boolean": (bool, "true or false"),
}
"""The types that the tools and prompts take, as JSON schema calls them, and in words."""

Schema = Mapping[str, Any]


def wrong_arguments(schema: Schema, given: Mapping[str, Any]) -> list[str]:
    """One line for each argument that `schema`, an object's, does not take, and for each that it lacks."""
    known: Mapping[str, Schema] = schema.get("properties", {})
    lines = [
        f"{name}: is missing; it takes {_takes(known[name])}"
        for name in schema.get("required", ())
        if name not in given
    ]
    for name, value in given.items():
        lines += [describe_unknown(name, known)] if name not in known else _wrong(name, value, known[name])
    return limit_lines(lines)


def limit_lines(lines: list[str]) -> list[str]:
    """The first of the lines, and how many there are beside them."""
    more = len(lines) - MAX_LINES
    return [*lines[:MAX_LINES], f"and {more:,} more"] if more > 0 else lines


def without_nulls(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments but for optional ones that are null: hosts send that for what their model left out."""
    required = schema.get("required", ())
    return {name: value for name, value in given.items() if value is not None or name in required}


def cut(text: str, max_chars: int = MAX_SHOWN) -> str:
    """The start of a text that may be of any length."""
    return text if len(text) <= max_chars else f"{text[:max_chars]}..."


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The known name that is like this one, or all of them."""
    names = list(known)
    near = difflib.get_close_matches(cut(name), names, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(names) or 'none'}"


def unpack_json(text: str) -> object:
    """The list or object that some hosts send as JSON inside a text; the text itself where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def describe_unknown(name: str, known: Iterable[str]) -> str:
    """The line on an argument that nobody takes."""
    return f"{cut(name)}: unknown argument; {did_you_mean(name, known)}"


def _wrong(name: str, value: object, schema: Schema) -> list[str]:
    """At most one line on one argument."""
    kind = _kind(schema)
    if kind in ("array", "object") and isinstance(value, str):
        value = unpack_json(value)
    if not isinstance(value, _KINDS[kind][0]):
        return [f"{name}: got {_got(value)}; it takes {_takes(schema)}"]
    elements = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    wrong = next(((index, element) for index, element in elements if not isinstance(element, str)), None)
    return [f"{name}[{cut(str(wrong[0]))}]: got {_got(wrong[1])}; it takes text"] if wrong is not None else []


def _kind(schema: Schema) -> str:
    """The type of an argument; that it may be null as well says no more than that it is optional."""
    return next(str(one["type"]) for one in (schema, *schema.get("anyOf", ())) if one.get("type") in _KINDS)


def _takes(schema: Schema) -> str:
    described = schema.get("description")
    return _KINDS[_kind(schema)][1] + (f" ({described})" if described else "")


def _got(value: object) -> str:
    kinds = {str: "text", bool: "", type(None): "", list: "a list", dict: "an object"}
    kind = kinds.get(type(value), "the number")
    # JSON's words for what Python writes otherwise; `reprlib` looks at the first elements only, however many there are.
    shown = json.dumps(value) if value is None or isinstance(value, bool) else cut(reprlib.repr(value))
    return f"{kind} {shown}".strip()
