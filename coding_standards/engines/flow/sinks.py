"""Where a value can do harm: the calls and attributes that a rule names, and which of what is given to them counts.

Its one rule: a sink is data of a rule; nothing here knows any by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coding_standards.engines.flow import calls
from coding_standards.engines.flow.scope import ValueUse
from coding_standards.engines.flow.value import TrustLevel, Value, concatenate
from coding_standards.engines.flow.vocabulary import Patterns, Vocabulary, patterns
from coding_standards.rules import Rule, RuleError

_KEYS = frozenset({"call", "set", "return", "at", "when", "unless", "judge", "like", "trust"})
_JUDGES = frozenset({"text", "sql", "names", "shell", "program", "command", "address"})
_TRUSTS: Mapping[str, TrustLevel] = {
    "outside": TrustLevel.OUTSIDE,
    "parameter": TrustLevel.PARAMETER,
    "any": TrustLevel.UNKNOWN,
    "all": TrustLevel.CONSTANT,
}


@dataclass(frozen=True)
class Sink:
    """One row of a rule's `sinks`."""

    names: Patterns
    kind: str
    """`call`, `set` or `return`, as that of a use."""
    at: tuple[str, ...]
    """Places of arguments, `*` for all, `receiver`, names of keywords, `0.sql` for an entry; none: the call itself."""
    when: Mapping[str, str]
    """Keyword, or place -> the text that it must have."""
    unless: Mapping[str, str]
    judge: str
    like: str
    trust: TrustLevel
    """A hole that can be trusted no further than this is a breach."""

    def is_met(self, use: ValueUse) -> bool:
        """Whether the use is of this sink."""
        if self.kind != use.kind or not self.names.match(use.path, use.is_parameter):
            return False
        if not all(_has(use, place, wanted) for place, wanted in self.when.items()):
            return False
        return not any(_has(use, place, wanted) for place, wanted in self.unless.items())

    def given(self, use: ValueUse) -> Iterator[Value]:
        """The values that count."""
        for place in self.at:
            yield from _values_at(use, place)


def read_sinks(rule: Rule, vocabulary: Vocabulary) -> list[Sink]:
    """The sinks of a rule.

    Raises:
        RuleError: one of them is not well formed; the text names rule and reason.
    """
    where = f"{rule.source}: {rule.id}"
    listed = rule.body.get("sinks")
    rows: list[object] = []
    for row in listed if isinstance(listed, list) else [listed]:
        if isinstance(row, str):
            group = vocabulary.groups.get(row)
            if not isinstance(group, list):
                known = ", ".join(sorted(vocabulary.groups))
                raise RuleError(f"{where}: no group of sinks is called {row!r}; known: {known}")
            rows += group
        else:
            rows.append(row)
    return [_read_sink(row, rule, where) for row in rows]


def _read_sink(row: object, rule: Rule, where: str) -> Sink:
    if not isinstance(row, Mapping) or not row.keys() & {"call", "set", "return"}:
        raise RuleError(f"{where}: a sink is a mapping with `call`, `set` or `return`, which list names")
    unknown = sorted(row.keys() - _KEYS)
    if unknown:
        raise RuleError(f"{where}: a sink has no key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    kind = next(key for key in ("call", "set", "return") if key in row)
    judge = str(row.get("judge", rule.body.get("judge", "text")))
    trust = str(row.get("trust", rule.body.get("trust", "outside")))
    if judge not in _JUDGES:
        raise RuleError(f"{where}: unknown `judge` {judge!r}; known: {', '.join(sorted(_JUDGES))}")
    if trust not in _TRUSTS:
        raise RuleError(f"{where}: unknown `trust` {trust!r}; known: {', '.join(sorted(_TRUSTS))}")
    names = row[kind] if isinstance(row[kind], list) else [row[kind]]
    return Sink(
        patterns(tuple(str(name) for name in names)),
        kind,
        tuple(str(place) for place in _make_list(row.get("at", [0]))),
        _mapping(row.get("when")),
        _mapping(row.get("unless")),
        judge,
        str(row.get("like", rule.body.get("like", ""))),
        _TRUSTS[trust],
    )


def _make_list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _mapping(value: object) -> Mapping[str, str]:
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, Mapping) else {}


def _has(use: ValueUse, place: str, wanted: str) -> bool:
    """Whether an argument is written so; `any` for whatever it is, `a|b` for one of several."""
    values = list(_values_at(use, place))
    if place == "receiver":
        return any(word in hole.text for value in values for hole in value.holes for word in wanted.split("|"))
    if wanted == "any":
        return bool(values)
    texts = [value.text if value.text is not None else _describe(value) for value in values]
    return any(re.search(rf"(?:\A|[./])(?:{wanted})\Z", text) for text in texts if text)


def _describe(value: Value) -> str:
    return value.path or (value.holes[0].text if value.holes else "")


def _values_at(use: ValueUse, place: str) -> Iterator[Value]:
    if place == "*":
        yield from use.arguments
        yield from use.keywords.values()
    elif place == "receiver":
        if use.receiver is not None:
            yield use.receiver
    elif place == "argv":
        yield Value(entries={str(number): value for number, value in enumerate(_flatten(use.arguments))})
    elif place == "argv1":
        yield Value(entries={str(number): value for number, value in enumerate(_flatten(use.arguments[1:]))})
    elif place == "grown" and use.receiver is not None:
        yield calls.grow(use.receiver, use.arguments, use.path.rpartition(".")[2])
    elif place.endswith("+"):  # all these as one text
        yield concatenate(use.arguments[int(place[:-1]) :])
    elif place.endswith(":"):  # this argument and all behind it
        yield from use.arguments[int(place[:-1]) :]
    elif place.lstrip("-").isdecimal():
        if -len(use.arguments) <= int(place) < len(use.arguments):
            yield use.arguments[int(place)]
    elif "." in place:
        number, _, key = place.partition(".")
        key = key or "*"
        for value in _values_at(use, number):
            yield from _entries_at(value, key)
    elif place in use.keywords:
        yield use.keywords[place]


def _entries_at(value: Value, key: str) -> Iterator[Value]:
    """The entry of this name, or what `a.b` names within the entry `a`."""
    entries = value.entries or {}
    outer, _, inner = key.partition(".")
    if key in entries:
        yield entries[key]
    elif inner and outer in entries:
        yield from _entries_at(entries[outer], inner)


def _flatten(values: Sequence[Value]) -> Iterator[Value]:
    for value in values:
        if value.entries is not None:
            yield from value.entries.values()
        else:
            yield value
