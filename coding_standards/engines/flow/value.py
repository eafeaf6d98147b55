"""What is known of a value without running anything: its constant pieces, its holes, and what each hole may hold.

Its one rule: what is not understood is unknown, neither constant nor from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

MAX_PARTS = 200
"""Pieces of one text; nobody writes more, and a hostile text has thousands."""
ALL = "all"
"""The purpose that cleans for every purpose: a number can hurt nowhere."""


class TrustLevel(IntEnum):
    """How far a hole can be trusted, the best first."""

    CONSTANT = 0
    """Made of the code's own constants alone."""
    UNKNOWN = 1
    """The result of a call, an attribute, a name from elsewhere."""
    PARAMETER = 2
    """Given by whoever calls the function."""
    OUTSIDE = 3
    """From a request, the network or another thing that the program does not control."""


@dataclass(frozen=True)
class Hole:
    """A place in a text where a value goes."""

    trust: TrustLevel
    text: str = ""
    """The expression as it is written."""
    spec: str = ""
    """How it is formatted, such as `02d` or `!r`."""
    clean: frozenset[str] = frozenset()
    """The purposes that it was made safe for."""
    origins: frozenset[str] = frozenset()
    """The parameters and places outside that it comes from."""

    def is_clean(self, purpose: str) -> bool:
        """Whether it was made safe for this purpose."""
        return self.trust == TrustLevel.CONSTANT or ALL in self.clean or purpose in self.clean


Part = str | Hole


@dataclass(frozen=True)
class Value:
    """What an expression gives."""

    parts: tuple[Part, ...] = ()
    """As text: constant pieces and holes in order. A value of which nothing is known is one hole."""
    path: str = ""
    """What it is called once names are resolved: `subprocess.run`, `http.Request.URL`, `parameter.query`."""
    is_parameter: bool = False
    """Whether the first segment of `path` stands for a parameter, under the name of its type if it has one."""
    entries: Mapping[str, Value] | None = None
    """Of a list, by number, or of a mapping, by key; `*` are those of which the place is not known."""
    is_made: bool = False
    """Whether text was put together here."""
    number: int | None = None
    returned: Value | None = None
    """Of a function: what it gives back."""
    is_import: bool = False
    """Whether it is a module or a class, whose functions take what they work on as an argument."""

    @cached_property
    def holes(self) -> tuple[Hole, ...]:
        """The holes of the text and of everything in it."""
        own = tuple(part for part in self.parts if isinstance(part, Hole))
        return sum((entry.holes for entry in self.entries.values()), own) if self.entries else own

    @cached_property
    def text(self) -> str | None:
        """The text, where it is constant."""
        texts = [part for part in self.parts if isinstance(part, str)]
        return "".join(texts) if self.entries is None and len(texts) == len(self.parts) else None

    @cached_property
    def trust(self) -> TrustLevel:
        """That of the worst hole."""
        return max((hole.trust for hole in self.holes), default=TrustLevel.CONSTANT)

    def cleaned(self, purposes: Iterable[str]) -> Value:
        """The same, made safe for more purposes; one hole."""
        hole = self.as_hole("")
        return Value((replace(hole, clean=hole.clean | frozenset(purposes)),))

    def as_hole(self, text: str, spec: str = "") -> Hole:
        """All of it as one hole."""
        return _join_holes(self.holes, text, spec)


def _join_holes(holes: Sequence[Hole], text: str, spec: str = "") -> Hole:
    if len(holes) == 1 and holes[0].trust > TrustLevel.CONSTANT:
        (hole,) = holes
        return Hole(hole.trust, text or hole.text, spec, hole.clean, hole.origins)
    own = [hole for hole in holes if hole.trust > TrustLevel.CONSTANT]
    clean = frozenset.intersection(*(hole.clean for hole in own)) if own else frozenset()
    origins = frozenset(origin for hole in own for origin in hole.origins)
    trust = max((hole.trust for hole in own), default=TrustLevel.CONSTANT)
    return Hole(trust, text or (holes[0].text if len(holes) == 1 else ""), spec, clean, origins)


def constant(text: str, number: int | None = None) -> Value:
    """A constant of the code."""
    return Value((text,) if text else (), number=number)


def unknown(text: str, trust: TrustLevel = TrustLevel.UNKNOWN, path: str = "") -> Value:
    """Something of which no more is known."""
    origins = frozenset({text}) if trust >= TrustLevel.PARAMETER else frozenset()
    return Value((Hole(trust, text, origins=origins),), path)


def concatenate(values: Iterable[Value]) -> Value:
    """Texts one behind the other."""
    parts: list[Part] = []
    for value in values:
        parts += [value.as_hole("")] if value.entries is not None else value.parts
    if len(parts) > MAX_PARTS:
        holes = [part for part in parts if isinstance(part, Hole)]
        parts = [*parts[: MAX_PARTS // 2], *holes[-1:]]
    return Value(tuple(parts), is_made=any(isinstance(part, Hole) for part in parts))


def blend(values: Iterable[Value], text: str) -> Value:
    """What is made of all these in a way that is not known."""
    return Value((_join_holes([hole for value in values for hole in value.holes], text),))


def either(one: Value, other: Value) -> Value:
    """One of two values: of both the worse one, which a finding would be about."""
    if one == other:
        return one
    if one.entries is not None and other.entries is not None:
        return _either_of_entries(one, other)
    first, second = (one, other) if _badness(one) >= _badness(other) else (other, one)
    if first.text is not None:  # two constants: either is one
        return replace(
            first,
            number=None,
            parts=(Hole(TrustLevel.CONSTANT, first.text),) if first.text != second.text else first.parts,
        )
    return replace(first, path=first.path or second.path, number=None)


def _either_of_entries(one: Value, other: Value) -> Value:
    first, second = one.entries or {}, other.entries or {}
    joined = {key: either(first.get(key, value), value) for key, value in second.items()}
    return replace(one, entries={**first, **joined}, is_made=one.is_made or other.is_made)


def _badness(value: Value) -> tuple[int, int, bool]:
    dirty = [hole.trust for hole in value.holes if ALL not in hole.clean]
    return max(dirty, default=0), len(value.parts), value.is_made
