"""JSON with comments, changed in place: whatever is not changed stays as it is, to the last space.

Its one rule: a text that is not understood is never changed; it raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_SPACE = re.compile(r"(?:[ \t\r\n\ufeff]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_REMARK = re.compile(r"[ \t]*(?://[^\r\n]*|/\*[^\r\n]*?\*/)(?=[ \t]*\r?\n)")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"-?\d[\d.eE+-]*|true|false|null")
_MAX_DEPTH = 100


class JsoncError(ValueError):
    """A text that is no JSON, not even with comments; the text says where."""


@dataclass(frozen=True)
class _Member:
    key: str
    start: int
    """Of the key."""
    value: _Value
    comma: int | None
    """Behind the comma that follows, if one does."""


@dataclass(frozen=True)
class _Element:
    value: _Value
    comma: int | None
    """Behind the comma that follows, if one does."""


@dataclass(frozen=True)
class _Value:
    start: int
    end: int
    data: Any
    members: dict[str, _Member] = field(default_factory=dict)
    """By key, of an object."""
    elements: tuple[_Element, ...] = ()
    """Of an array."""


def read(text: str) -> dict[str, Any]:
    """The object of a text; an empty one of an empty text.

    Raises:
        JsoncError: it is no object.
    """
    return dict(_parse(text).data) if text.strip("\ufeff \t\r\n") else {}


def put(text: str, table: str, name: str, value: object) -> str:
    """The text with `value` under `name` in the object under `table`, both made where they are missing.

    Raises:
        JsoncError: the text is no object, or something else than an object stands under `table`.
    """
    if not text.strip("\ufeff \t\r\n"):
        return json.dumps({table: {name: value}}, indent=2, ensure_ascii=False) + "\n"
    top = _parse(text)
    outer = top.members.get(table)
    if outer is None:
        return _insert(text, top, table, {name: value})
    if not isinstance(outer.value.data, dict):
        raise JsoncError(f"`{table}` is no object")
    inner = outer.value.members.get(name)
    if inner is None:
        return _insert(text, outer.value, name, value)
    if inner.value.data == value:
        return text
    shown = _show(value, _indent_at(text, inner.start), _unit(text))
    return text[: inner.value.start] + shown + text[inner.value.end :]


def remove(text: str, table: str, name: str) -> str:
    """The text without what stands under `name` in the object under `table`.

    Raises:
        JsoncError: the text is no object.
    """
    if not text.strip("\ufeff \t\r\n"):
        return text
    outer = _parse(text).members.get(table)
    inner = outer.value.members.get(name) if outer else None
    if outer is None or inner is None:
        return text
    members = list(outer.value.members.values())
    position = members.index(inner)
    before = members[position - 1].value.end if position else None
    return _cut(text, inner.start, inner.value.end, inner.comma, before)


def put_element(text: str, table: str, name: str, value: object, is_same: Callable[[Any], bool]) -> str:
    """The text with `value` in the array under `name` in the object under `table`, in the place of the one that is it.

    Raises:
        JsoncError: the text is no object, or something else stands where object and array should.
    """
    array = _array_in(text, table, name)
    if array is None:
        return put(text, table, name, [value])
    same = next((one.value for one in array.elements if is_same(one.value.data)), None)
    if same is not None:
        shown = _show(value, _indent_at(text, same.start), _unit(text))
        return text if same.data == value else text[: same.start] + shown + text[same.end :]
    unit, newline = _unit(text), "\r\n" if "\r\n" in text else "\n"
    outside = _indent_at(text, array.start)
    last = array.elements[-1] if array.elements else None
    indent = (
        _indent_at(text, last.value.start) if last and "\n" in text[array.start : last.value.start] else outside + unit
    )
    shown = f"{newline}{indent}{_show(value, indent, unit)}"
    if last is None:
        return text[: array.start + 1] + shown + newline + outside + text[array.end - 1 :].lstrip()
    return _behind(text, last.value.end, last.comma, shown)


def remove_element(text: str, table: str, name: str, is_same: Callable[[Any], bool]) -> str:
    """The text without the elements of the array that are it; without the array where nothing else was in it.

    Raises:
        JsoncError: the text is no object, or something else stands where object and array should.
    """
    array = _array_in(text, table, name)
    position = next((at for at, one in enumerate(array.elements) if is_same(one.value.data)), None) if array else None
    if array is None or position is None:
        return text
    if len(array.elements) == 1:
        return remove(text, table, name)
    found = array.elements[position]
    before = array.elements[position - 1].value.end if position else None
    less = _cut(text, found.value.start, found.value.end, found.comma, before)
    return remove_element(less, table, name, is_same)


def _array_in(text: str, table: str, name: str) -> _Value | None:
    outer = _parse(text).members.get(table) if text.strip("\ufeff \t\r\n") else None
    if outer is not None and not isinstance(outer.value.data, dict):
        raise JsoncError(f"`{table}` is no object")
    inner = outer.value.members.get(name) if outer else None
    if inner is not None and not isinstance(inner.value.data, list):
        raise JsoncError(f"`{table}.{name}` is no array")
    return inner.value if inner else None


def _cut(text: str, start: int, end: int, comma: int | None, before: int | None) -> str:
    """Without what stands there; `before` is the end of what stands before it, if something does."""
    if comma is None and before is not None:  # the last one: the comma before it goes, too, and no comment between
        kept = text[before:start].replace(",", "", 1).rstrip()
        return text[:before] + kept + text[end:]
    end = comma or end
    begin = len(text[:start].rstrip(" \t"))
    following = re.compile(r"[ \t]*\r?\n").match(text, end)
    is_own_line = following is not None and begin > 0 and text[begin - 1] == "\n"
    return text[:begin] + text[following.end() :] if is_own_line and following else text[:start] + text[end:]


def _insert(text: str, parent: _Value, key: str, value: object) -> str:
    """A new last member."""
    unit, newline = _unit(text), "\r\n" if "\r\n" in text else "\n"
    last = list(parent.members.values())[-1] if parent.members else None
    outside = _indent_at(text, parent.start)
    indent = _indent_at(text, last.start) if last else outside + unit
    shown = f"{newline}{indent}{json.dumps(key)}: {_show(value, indent, unit)}"
    if last is None:
        return text[: parent.start + 1] + shown + newline + outside + text[parent.end - 1 :].lstrip()
    return _behind(text, last.value.end, last.comma, shown)


def _behind(text: str, end: int, comma: int | None, shown: str) -> str:
    """With something more behind what ends there, and behind the comment that stands on its line."""
    at = comma or end
    remark = _REMARK.match(text, at)
    place = remark.end() if remark else at
    return text[:at] + ("," if comma is None else "") + text[at:place] + shown + ("," if comma else "") + text[place:]


def _show(value: object, indent: str, unit: str) -> str:
    lines = json.dumps(value, indent=unit, ensure_ascii=False).split("\n")
    return "\n".join([lines[0], *(indent + line for line in lines[1:])])


def _indent_at(text: str, position: int) -> str:
    line = text[text.rfind("\n", 0, position) + 1 :]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str) -> str:
    found = re.search(r"^([ \t]+)\"", text, re.MULTILINE)
    return found[1] if found else "  "


def _parse(text: str) -> _Value:
    try:
        value = _Parser(text).whole()
    except RecursionError:
        raise JsoncError("it is nested too deeply") from None
    if not isinstance(value.data, dict):
        raise JsoncError("it holds something else than an object")
    return value


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text

    def whole(self) -> _Value:
        value = self._value(self._skip(0), 0)
        end = self._skip(value.end)
        if end != len(self._text):
            raise self._error(end, "the end")
        return value

    def _value(self, at: int, depth: int) -> _Value:
        if depth > _MAX_DEPTH:
            raise self._error(at, "less nesting")
        sign = self._text[at : at + 1]
        if sign == "{":
            return self._object(at, depth)
        if sign == "[":
            return self._array(at, depth)
        found = _STRING.match(self._text, at) or _WORD.match(self._text, at)
        if found is None:
            raise self._error(at, "a value")
        try:
            return _Value(at, found.end(), json.loads(found[0]))
        except ValueError:
            raise self._error(at, "a value") from None

    def _object(self, at: int, depth: int) -> _Value:
        members: dict[str, _Member] = {}
        position = self._skip(at + 1)
        while self._text[position : position + 1] != "}":
            found = _STRING.match(self._text, position)
            if found is None:
                raise self._error(position, "a key")
            colon = self._expect(found.end(), ":")
            value = self._value(self._skip(colon), depth + 1)
            comma = self._comma(value.end, "}")
            try:
                key = json.loads(found[0])
            except ValueError:
                raise self._error(position, "a key") from None
            if key in members:
                raise self._error(position, f"the key `{key}` once")
            members[key] = _Member(key, position, value, comma)
            position = self._skip(comma or value.end)
        data = {key: member.value.data for key, member in members.items()}
        return _Value(at, position + 1, data, members)

    def _array(self, at: int, depth: int) -> _Value:
        elements: list[_Element] = []
        position = self._skip(at + 1)
        while self._text[position : position + 1] != "]":
            value = self._value(position, depth + 1)
            elements.append(_Element(value, self._comma(value.end, "]")))
            position = self._skip(elements[-1].comma or value.end)
        data = [element.value.data for element in elements]
        return _Value(at, position + 1, data, elements=tuple(elements))

    def _comma(self, at: int, closing: str) -> int | None:
        """Behind the comma after a value; None where the closing bracket follows."""
        position = self._skip(at)
        if self._text[position : position + 1] == closing:
            return None
        return self._expect(at, ",")

    def _expect(self, at: int, sign: str) -> int:
        position = self._skip(at)
        if self._text[position : position + 1] != sign:
            raise self._error(position, f"`{sign}`")
        return position + 1

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _error(self, at: int, wanted: str) -> JsoncError:
        line = self._text.count("\n", 0, at) + 1
        return JsoncError(f"line {line}: {wanted} is expected")
