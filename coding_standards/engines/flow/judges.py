"""Whether what reaches a sink is a breach: text with a hole that was not made safe, SQL with a value in it, a shell.

Its one rule: each judge says why, by the hole that is at fault, or says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from coding_standards.engines.flow.scope import ValueUse
from coding_standards.engines.flow.sinks import Sink
from coding_standards.engines.flow.sql import find_name_hole, find_value_hole
from coding_standards.engines.flow.value import Hole, Part, TrustLevel, Value

_SHELL = re.compile(
    r"(?:.*[/\\])?(?:(?:ba|da|k|z|c|tc|fi)?sh|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh)\Z", re.IGNORECASE
)
_OPTION = re.compile(r"-\w*c\w*|/[cCkK]|-Command", re.IGNORECASE)
_FIXED_HOST = re.compile(r"(?:\w+:)?//[^/?#]+[/?#]|/(?:[^/\\]|\Z)|[?#]|\w[\w.-]*[/?#]")
_RUNNER = re.compile(r"(?:.*/)?(?:env|sudo|nohup|nice|timeout)\Z")


def find_fault(use: ValueUse, sink: Sink, purpose: str) -> Hole | None:
    """The hole that is at fault, or None."""
    if not sink.at:
        return Hole(TrustLevel.UNKNOWN)
    judge = _JUDGE[sink.judge]
    for value in sink.given(use):
        if sink.kind == "return" or "body" in sink.at:  # Flask's `body, status, headers`
            value = (value.entries or {}).get("0", value)
        if sink.like and not re.search(sink.like, _constant_text(value)):
            continue
        fault = judge(value, lambda hole: _is_dirty(hole, use, purpose, sink.trust))
        if fault is not None:
            return fault
    return None


def _is_dirty(hole: Hole, use: ValueUse, purpose: str, least: TrustLevel) -> bool:
    if (
        hole.trust < least
        or (hole.trust == TrustLevel.CONSTANT and least > TrustLevel.CONSTANT)
        or hole.is_clean(purpose)
    ):
        return False
    # A path is put together first and looked at then, so that what is checked later counts as well.
    checked = use.later if purpose == "path" else use.checked
    return not any(_covers(known, origin) for origin in hole.origins for known in checked)


def _covers(known: str, origin: str) -> bool:
    return origin == known or (origin.startswith(known) and origin[len(known)] in ".[?!(")


_Dirty = Callable[[Hole], bool]


def _judge_text(value: Value, is_dirty: _Dirty) -> Hole | None:
    return next((hole for hole in value.holes if is_dirty(hole)), None)


def _judge_sql(value: Value, is_dirty: _Dirty) -> Hole | None:
    return find_value_hole(_text_parts(value), is_dirty)


def _judge_names(value: Value, is_dirty: _Dirty) -> Hole | None:
    return find_name_hole(_text_parts(value), is_dirty)


def _judge_shell(value: Value, is_dirty: _Dirty) -> Hole | None:
    """A list of arguments that starts a shell with a command in it."""
    entries = list((value.entries or {}).values())
    while entries and _RUNNER.match(_word(entries[0])):
        entries = entries[1:]
    if len(entries) < 3 or not _SHELL.match(_word(entries[0])):
        return None
    for place, entry in enumerate(entries[1:-1], start=1):
        text = _word(entry)
        if _OPTION.fullmatch(text):
            fault = _judge_text(entries[place + 1], is_dirty)
            # What follows is `$0`, `$1` and so on: then the command itself is meant to be one.
            has_arguments = len(entries) > place + 2
            return None if fault is not None and has_arguments and fault.trust < TrustLevel.OUTSIDE else fault
        if not text.startswith("-") and not _SHELL.match(text):  # `execl` repeats the program's name
            return None
    return None


def _word(value: Value) -> str:
    """A constant word, or one of several that it may be."""
    if value.text is None and len(value.holes) == 1 and value.trust == TrustLevel.CONSTANT:
        return value.holes[0].text
    return value.text or ""


def _judge_program(value: Value, is_dirty: _Dirty) -> Hole | None:
    """A program whose name, or its beginning, comes from outside."""
    entries = list((value.entries or {}).values()) if value.entries is not None else [value]
    first = entries[0].parts[:1] if entries else ()
    return next((part for part in first if isinstance(part, Hole) and is_dirty(part)), None)


def _judge_command(value: Value, is_dirty: _Dirty) -> Hole | None:
    """A command line in one text that was put together, or that comes from outside as a whole."""
    if value.entries is not None:
        return None
    return next(
        (hole for hole in value.holes if is_dirty(hole) and (value.is_made or hole.trust == TrustLevel.OUTSIDE)), None
    )


def _judge_address(value: Value, is_dirty: _Dirty) -> Hole | None:
    """An address of which not even the host is fixed."""
    if value.entries is not None:
        return _judge_text(value, is_dirty)
    before = ""
    for part in value.parts:
        if isinstance(part, Hole):
            return part if is_dirty(part) and not _FIXED_HOST.match(before) else None
        before += part
    return None


def _text_parts(value: Value) -> Sequence[Part]:
    return value.parts if value.entries is None else ()


def _constant_text(value: Value) -> str:
    own = "".join(part if isinstance(part, str) else "\0" for part in value.parts)
    return own + "".join(_constant_text(entry) for entry in (value.entries or {}).values())


_JUDGE: Mapping[str, Callable[[Value, _Dirty], Hole | None]] = {
    "text": _judge_text,
    "sql": _judge_sql,
    "names": _judge_names,
    "shell": _judge_shell,
    "program": _judge_program,
    "command": _judge_command,
    "address": _judge_address,
}
