"""Texts with places for values, `%s`, `{}` and `$1`-like ones, filled with what is known of the values.

Its one rule: a place that no value is given for stays a hole of which nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from coding_standards.engines.flow.value import ALL, Hole, Part, TrustLevel, Value, constant

_PERCENT = re.compile(r"%(?:\((\w+)\)|(\d+)\$|\[(\d+)\])?[-#0 +,]*[\d*]*(?:\.[\d*]+)?([a-zA-Z%])")
_BRACES = re.compile(r"\{\{|\}\}|\{([\w.]*)(?:\[[^\]{}]*\])?(![a-z])?(?::([^{}]*))?\}")
_DOLLARS = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})")
_NUMBERS = frozenset("deEfFgGioxXub")
_NUMBER_SPEC = re.compile(r"[^!?]*[deEfFgGbioxXu%]\Z")

Lookup = Callable[[str], Value]


def fill_percent(template: Value, given: Sequence[Value], names: Mapping[str, Value]) -> Value:
    """The text of `"... %s ..." % (a, b)`, `String.format`, `fmt.Sprintf`."""
    number = 0

    def fill(found: re.Match[str]) -> Part:
        nonlocal number
        if found[4] in "%n":
            return "%" if found[4] == "%" else "\n"
        place = found[2] or found[3]
        index = int(place) - 1 if place else number
        number += not (place or found[1])
        value = names.get(found[1]) if found[1] else given[index] if index < len(given) else None
        return _fill_hole(value, found[4] if found[4] in _NUMBERS else "!r" if found[4] in "rq" else "", found[1])

    return _fill(template, _PERCENT, fill)


def fill_braces(template: Value, given: Sequence[Value], names: Mapping[str, Value], lookup: Lookup | None) -> Value:
    """The text of `"... {} ...".format(a)` and, with `lookup` for names that are not given, of `format!`."""
    number = 0

    def fill(found: re.Match[str]) -> Part:
        nonlocal number
        name = found[1]
        if name is None:
            return found[0][0]
        if name and not name.isdecimal():
            value = names.get(name.partition(".")[0]) or (lookup(name) if lookup else None)
        else:
            index = int(name) if name else number
            number += not name
            value = given[index] if index < len(given) else None
        return _fill_hole(value, (found[2] or "") + (found[3] or ""), name)

    return _fill(template, _BRACES, fill)


def fill_dollars(template: Value, names: Mapping[str, Value]) -> Value:
    """The text of `string.Template("... $a ...").substitute(a=a)`."""

    def fill(found: re.Match[str]) -> Part:
        name = found[1] or found[2]
        return _fill_hole(names.get(name), "", name) if name else "$"

    return _fill(template, _DOLLARS, fill)


def fill_mark(template: Value, mark: str, value: Value) -> Value:
    """The text of `"... MARK ...".replace("MARK", value)`."""
    return _fill(template, re.compile(re.escape(mark)), lambda found: _fill_hole(value, ""))


def format_hole(value: Value, spec: str) -> Sequence[Part]:
    """What `{value:spec}` puts into a text."""
    if not spec:
        return value.parts if value.entries is None else (value.as_hole(""),)
    return (_fill_hole(value, spec),)


def _fill_hole(value: Value | None, spec: str, name: str | None = None) -> Part:
    if value is None:
        return Hole(TrustLevel.UNKNOWN, name or "", spec)
    text = value.text
    if text is not None and not spec:
        return text
    hole = value.as_hole("", spec)
    return replace(hole, clean=hole.clean | {ALL}) if _NUMBER_SPEC.match(spec) else hole


def _fill(template: Value, pattern: re.Pattern[str], fill: Callable[[re.Match[str]], Part]) -> Value:
    parts: list[Part] = []
    for part in template.parts:
        parts += _pieces(part, pattern, fill) if isinstance(part, str) else [part]
    if all(isinstance(part, str) for part in parts):
        return constant("".join(part for part in parts if isinstance(part, str)))
    return Value(tuple(parts), is_made=True)


def _pieces(text: str, pattern: re.Pattern[str], fill: Callable[[re.Match[str]], Part]) -> Iterator[Part]:
    end = 0
    for found in pattern.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        end = found.end()
        yield fill(found)
    if end < len(text):
        yield text[end:]
