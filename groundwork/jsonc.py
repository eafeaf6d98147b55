"""JSON with comments, changed in place: whatever is not changed stays as it is, to the last space.

Its one rule: a text that is not understood is never changed; it raises. What it says is the standard library's to
read, from a copy of the same length in which comments and last commas are blanks; so places in both are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from groundwork.reading.json_text import JsonError, blank_comments, blank_last_commas, parse_json

_BLANK = "\ufeff \t\r\n"
_SPACE = re.compile(r"\s*")
_REMARK = re.compile(r"[ \t]*(?://[^\r\n]*|/\*[^\r\n]*?\*/)(?=[ \t]*\r?\n)")
_LINE_END = re.compile(r"[ \t]*\r?\n")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class _Member:
    """A member of an object, or an element of an array, which has no key."""

    key: str
    start: int
    """Of the key, if it has one."""
    value: int
    """Where its value begins."""
    end: int
    comma: int | None
    """Behind the comma that follows, if one does."""
    data: Any


@dataclass(frozen=True)
class _Container:
    """An object or an array, from its opening mark to behind its closing one."""

    start: int
    end: int
    entries: tuple[_Member, ...]

    def find(self, key: str) -> _Member | None:
        """The member of an object that is called so."""
        return next((entry for entry in self.entries if entry.key == key), None)


def put(text: str, table: str, name: str, value: object) -> str:
    """The text with `value` under `name` in the object under `table`, both made where they are missing.

    Raises:
        JsonError: the text is no object, or something else than an object stands under `table`.
    """
    if not text.strip(_BLANK):
        return json.dumps({table: {name: value}}, indent=2, ensure_ascii=False) + "\n"
    document = _JsoncText(text)
    outer = document.top.find(table)
    if outer is None:
        return _insert(text, document.top, {name: value}, table)
    inside = document.open(outer, dict, f"`{table}` is no object")
    known = inside.find(name)
    return _replace(text, known, value) if known else _insert(text, inside, value, name)


def remove(text: str, table: str, name: str) -> str:
    """The text without what stands under `name` in the object under `table`.

    Raises:
        JsonError: the text is no object.
    """
    document = _JsoncText(text) if text.strip(_BLANK) else None
    outer = document.top.find(table) if document else None
    if document is None or outer is None or not isinstance(outer.data, dict) or name not in outer.data:
        return text
    inside = document.open(outer, dict, "")
    return _cut(text, inside, next(entry for entry in inside.entries if entry.key == name))


def put_element(text: str, table: str, name: str, value: object, is_same: Callable[[Any], bool]) -> str:
    """The text with `value` in the array under `name` in the object under `table`, in the place of the one that is it.

    Raises:
        JsonError: the text is no object, or something else stands where object and array should.
    """
    array = _find_array(text, table, name)
    if array is None:
        return put(text, table, name, [value])
    same = next((entry for entry in array.entries if is_same(entry.data)), None)
    return _replace(text, same, value) if same else _insert(text, array, value)


def remove_element(text: str, table: str, name: str, is_same: Callable[[Any], bool]) -> str:
    """The text without the elements of the array that are it; without the array where nothing else was in it.

    Raises:
        JsonError: the text is no object, or something else stands where object and array should.
    """
    while array := _find_array(text, table, name):
        found = next((entry for entry in array.entries if is_same(entry.data)), None)
        if found is None:
            break
        text = _cut(text, array, found) if len(array.entries) > 1 else remove(text, table, name)
    return text


def _find_array(text: str, table: str, name: str) -> _Container | None:
    document = _JsoncText(text) if text.strip(_BLANK) else None
    outer = document.top.find(table) if document else None
    if document is None or outer is None:
        return None
    inner = document.open(outer, dict, f"`{table}` is no object").find(name)
    return document.open(inner, list, f"`{table}.{name}` is no array") if inner else None


class _JsoncText:
    """A text that is known to be an object."""

    def __init__(self, text: str) -> None:
        self._plain = blank_comments(text.replace("\ufeff", " ", 1) if text.startswith("\ufeff") else text)
        self._strict = blank_last_commas(self._plain)
        if not isinstance(parse_json(self._strict, refuse_repeated=True), dict):
            raise JsonError("it holds something else than an object")
        self.top = self._open(self._skip(0))

    def open(self, entry: _Member, kind: type[dict[str, Any]] | type[list[Any]], complaint: str) -> _Container:
        """What stands in an entry. Raises `JsonError` with the complaint where that is of another kind."""
        if not isinstance(entry.data, kind):
            raise JsonError(complaint)
        return self._open(entry.value)

    def _open(self, start: int) -> _Container:
        entries = []
        at = self._skip(start + 1)
        while self._strict[at] not in "}]":
            begin, key = at, ""
            if self._strict[start] == "{":
                key, at = _DECODER.raw_decode(self._strict, at)
                at = self._skip(self._skip(at) + 1)  # behind the colon
            data, end = _DECODER.raw_decode(self._strict, at)
            behind = self._skip(end, self._plain)
            comma = behind + 1 if self._plain[behind] == "," else None
            entries.append(_Member(key, begin, at, end, comma, data))
            at = self._skip(comma or end)
        return _Container(start, at + 1, tuple(entries))

    def _skip(self, at: int, text: str = "") -> int:
        found = _SPACE.match(text or self._strict, at)
        return found.end() if found else at


def _cut(text: str, parent: _Container, entry: _Member) -> str:
    """Without the entry and its comma; without its line where it has one of its own."""
    position = parent.entries.index(entry)
    if entry.comma is None and position:  # the last one: the comma before it goes, too, and no comment between
        before = parent.entries[position - 1].end
        kept = text[before : entry.start].replace(",", "", 1).rstrip()
        return text[:before] + kept + text[entry.end :]
    end = entry.comma or entry.end
    begin = len(text[: entry.start].rstrip(" \t"))
    following = _LINE_END.match(text, end)
    is_own_line = following is not None and text[:begin].endswith("\n")
    return text[:begin] + text[following.end() :] if following and is_own_line else text[: entry.start] + text[end:]


def _replace(text: str, entry: _Member, value: object) -> str:
    if entry.data == value:
        return text
    return text[: entry.value] + _show(value, _indent_at(text, entry.start), _unit(text)) + text[entry.end :]


def _insert(text: str, parent: _Container, value: object, key: str = "") -> str:
    """With a new last entry, behind the comment that stands on the line of the one before."""
    unit, newline = _unit(text), "\r\n" if "\r\n" in text else "\n"
    last = parent.entries[-1] if parent.entries else None
    outside = _indent_at(text, parent.start)
    indent = _indent_at(text, last.start) if last and "\n" in text[parent.start : last.start] else outside + unit
    named = f"{json.dumps(key)}: " if key else ""
    shown = f"{newline}{indent}{named}{_show(value, indent, unit)}"
    if last is None:
        return text[: parent.start + 1] + shown + newline + outside + text[parent.end - 1 :]
    at = last.comma or last.end
    remark = _REMARK.match(text, at)
    place = remark.end() if remark else at
    comma, own = (",", "") if last.comma is None else ("", ",")
    return text[:at] + comma + text[at:place] + shown + own + text[place:]


def _show(value: object, indent: str, unit: str) -> str:
    lines = json.dumps(value, indent=unit, ensure_ascii=False).split("\n")
    return "\n".join([lines[0], *(indent + line for line in lines[1:])])


def _indent_at(text: str, position: int) -> str:
    line = text[text.rfind("\n", 0, position) + 1 :]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str) -> str:
    found = re.search(r"^([ \t]+)\"", text, re.MULTILINE)
    return found[1] if found else "  "
