"""What is known of the result of an operation or a call from what is known of its parts.

Its one rule: nothing here knows a grammar; values come in, a value goes out.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce

from coding_standards.engines.flow.value import Hole, TrustLevel, Value, blend, concatenate, constant, either

_CALCULATIONS: Mapping[str, Callable[[int, int], int]] = {
    "+": operators.add,
    "-": operators.sub,
    "*": operators.mul,
}
_ORDERS: Mapping[str, Callable[[int, int], bool]] = {
    "<": operators.lt,
    ">": operators.gt,
    "<=": operators.le,
    ">=": operators.ge,
}
_MAX_NUMBER = 10**9
_LIST_READS = frozenset({"get", "pop", "remove", "removeFirst", "shift", "at", "elementAt", "getFirst", "getOrDefault"})


_LOOKUPS = frozenset({"get", "findOne", "findById", "find_one", "Lookup", "Load", "getOrDefault", "get_object_or_404"})
_LOOKUPS |= {"ReadFile", "readFile", "readFileSync", "readAllBytes", "readString", "readAllLines"}
"""Functions of a key or a path that give something else than it."""


def calculate(operator: str, numbers: Sequence[int | None]) -> int | None:
    """The number that a sum of constant numbers gives."""
    if operator == "/" and len(numbers) == 2 and None not in numbers and numbers[1]:
        return int((numbers[0] or 0) / numbers[1])
    calculation = _CALCULATIONS.get(operator)
    if calculation is None or not numbers or numbers[0] is None:
        return None
    total = numbers[0]
    for number in numbers[1:]:
        if number is None or abs(total) > _MAX_NUMBER:
            return None
        total = calculation(total, number)
    return total


def compare(operator: str, values: Sequence[Value]) -> bool | None:
    """How a comparison of constants comes out; None where it is not decided."""
    if len(values) != 2:
        return None
    one, other = values
    if one.number is not None and other.number is not None and operator in _ORDERS:
        return _ORDERS[operator](one.number, other.number)
    first, second = one.text, other.text
    if not first or not second:
        return None
    if operator in {"==", "===", "!=", "!=="}:
        return (first == second) == operator.startswith("=")
    if operator in {"in", "not in"}:
        return (first in second) == (operator == "in")
    return None


def truth(value: Value) -> bool | None:
    """Whether a constant holds as a condition."""
    if value.number is not None:
        return value.number != 0
    return None


def add(values: Sequence[Value]) -> Value:
    """`+` between texts or lists."""
    if any(value.entries is not None for value in values) and not any(
        isinstance(part, str) for value in values for part in value.parts
    ):
        return make_list([entry for value in values for entry in (in_order(value) if value.entries else [value])])
    return concatenate(values)


def make_list(values: Sequence[Value]) -> Value:
    """A list of these."""
    return Value(entries={str(number): value for number, value in enumerate(values)})


def in_order(value: Value) -> list[Value]:
    """The entries of a list."""
    return list((value.entries or {}).values())


def element(value: Value, key: str | None, text: str) -> Value:
    """What stands at a place of a list, mapping or text."""
    if value.entries is not None:
        found = value.entries.get(key) if key is not None else None
        if found is None and key == "-1" and value.entries:
            found = list(value.entries.values())[-1]
        if found is not None:
            return found
        known = value.entries.values()
        return reduce(either, known) if known else Value((Hole(TrustLevel.UNKNOWN, text),))
    constant_text = value.text
    if constant_text is not None and key is not None and key.lstrip("-").isdecimal():
        place = int(key)
        if -len(constant_text) <= place < len(constant_text):
            return constant(constant_text[place])
    return replace(derive(value, text), path=value.path, is_parameter=value.is_parameter)


def derive(value: Value, text: str) -> Value:
    """Something of it, of the same trust."""
    hole = value.as_hole("")
    if hole.trust == TrustLevel.CONSTANT:
        return Value((Hole(TrustLevel.CONSTANT),))
    origins = hole.origins
    if value.holes and len(origins) == 1:
        (origin,) = origins
        before = value.holes[0].text
        if before and text.startswith(before):
            origins = frozenset({(origin + text[len(before) :])[:200]})
    return Value((replace(hole, text=text, origins=origins),))


def grow(receiver: Value, arguments: Sequence[Value], name: str) -> Value:
    """What a list or a text holds once something was put behind it."""
    if receiver.entries is not None or name in {"add", "push", "extend", "addAll", "args", "arg"}:
        entries = dict(receiver.entries or {})
        for argument in arguments[-1:] if name == "insert" else arguments:
            is_many = name in {"extend", "addAll", "args"} and argument.entries is not None
            for one in in_order(argument) if is_many else [argument]:
                entries[_free(entries)] = one
        return replace(receiver, entries=entries)
    grown = concatenate([receiver, *arguments])
    return replace(grown, path=receiver.path)


def _free(entries: Mapping[str, Value]) -> str:
    number = len(entries)
    while str(number) in entries:
        number += 1
    return str(number)


def put(receiver: Value, keys: Sequence[Value], value: Value) -> Value:
    """What a mapping holds once a value was put into it."""
    texts = [key.text for key in keys]
    key = "/".join(text for text in texts if text is not None) if None not in texts and texts else "*"
    entries = dict(receiver.entries or {})
    entries[key] = either(entries[key], value) if key == "*" and key in entries else value
    return replace(receiver, entries=entries)


def take(receiver: Value, name: str, arguments: Sequence[Value], text: str) -> tuple[Value, Value] | None:
    """What a list or mapping gives when asked for an entry, and what it then holds; None for other questions."""
    texts = [argument.text for argument in arguments]
    if name == "charAt" and receiver.text and len(texts) == 1:
        return element(receiver, texts[0], text), receiver
    if receiver.entries is None or name not in _LIST_READS:
        return None
    known = [one for one in texts if one is not None]
    key = "/".join(known) if known else {"shift": "0", "removeFirst": "0", "getFirst": "0", "pop": "-1"}.get(name)
    value = element(receiver, key, text)
    if name == "getOrDefault" or (name == "get" and len(arguments) == 2 and key not in receiver.entries):
        value = element(receiver, known[0] if known else None, text)
    if name in {"get", "at", "elementAt", "getFirst", "getOrDefault"}:
        return value, receiver
    left = [entry for place, entry in receiver.entries.items() if place != key]
    if key == "-1":
        left = list(receiver.entries.values())[:-1]
    return value, replace(make_list(left), path=receiver.path)


def join(separator: Value, listed: Value) -> Value:
    """`separator.join(list)`."""
    if listed.entries is None:
        return Value((listed.as_hole(""),)) if listed.parts else listed
    parts: list[Value] = []
    for number, entry in enumerate(listed.entries.values()):
        parts += [entry] if number == 0 else [separator, entry]
    whole = concatenate(parts)
    return replace(whole, is_made=whole.is_made or len(parts) > 1)


def default(path: str, receiver: Value | None, arguments: Sequence[Value], text: str) -> Value:
    """The result of a call of which nothing is known: as bad as the worst that went in."""
    given = [*([receiver] if receiver is not None else []), *arguments]
    whole = blend(given, text)
    hole = whole.as_hole(text)
    is_own = receiver is not None and receiver.text is not None and len(receiver.text) > 0
    name = path.rpartition(".")[2]
    is_looked_up = name in _LOOKUPS and receiver is not None and receiver.trust < TrustLevel.OUTSIDE
    if (hole.trust == TrustLevel.CONSTANT and not is_own) or is_looked_up:
        return Value((Hole(TrustLevel.UNKNOWN, text),), path)
    if hole.trust == TrustLevel.PARAMETER:  # what a function makes of it is not it
        return Value((replace(hole, trust=TrustLevel.UNKNOWN),), path)
    if receiver is not None and receiver.trust == hole.trust and receiver.entries is None:
        return replace(derive(receiver, text), path=path)
    return Value((hole,), path)
