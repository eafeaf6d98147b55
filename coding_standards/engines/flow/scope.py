"""What is known at one place of a function: the values of its names, and what has been checked.

Its one rule: where two ways meet, each name has the worse of its values.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from coding_standards.engines.flow.value import Value, either


@dataclass
class Scope:
    """The names of one function, those around it included."""

    names: dict[str, Value] = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)
    """Origins of values that a condition has tested."""
    later: set[str] = field(default_factory=set)
    """The same for the whole function, whatever the way."""
    is_handler: bool = False
    """Whether the function answers requests, and what it returns is sent."""
    is_validated: bool = False
    """Whether something stands before the function that checks what comes from outside."""
    given_back: list[Value] = field(default_factory=list)
    has_ended: bool = False
    """Whether this way has returned or raised: it meets no other."""

    def branch(self) -> Scope:
        """The same for one of several ways."""
        return Scope(
            dict(self.names), set(self.checked), self.later, self.is_handler, self.is_validated, self.given_back
        )

    def check(self, origins: Iterable[str]) -> None:
        """Remember that these were tested."""
        self.checked.update(origins)
        self.later.update(origins)

    def join(self, ways: Iterable[Scope]) -> None:
        """Go on where these ways meet."""
        arrived = [way for way in ways if not way.has_ended]
        if not arrived:
            self.has_ended = True
            return
        first, *others = arrived
        names = first.names
        for other in others:
            for name, value in other.names.items():
                known = names.get(name)
                names[name] = value if known is None or known is value else either(known, value)
        self.names = names
        self.checked = self.checked.union(*(way.checked for way in arrived))


@dataclass(frozen=True)
class ValueUse:
    """A place where values are used: a call, an assignment to an attribute, a return."""

    path: str
    is_parameter: bool
    arguments: tuple[Value, ...]
    keywords: dict[str, Value]
    receiver: Value | None
    start: tuple[int, int]
    """Line and column, both from 1."""
    checked: frozenset[str]
    later: set[str]
    """Origins that the function checks anywhere."""
    kind: str = "call"
    """`call`, `set` or `return`."""
