"""Money and invoices."""

from __future__ import annotations

import enum
import functools
import operator
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, asdict, dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Final, NewType, Protocol, TypeVar, overload, override

T_co = TypeVar("T_co", covariant=True)
InvoiceNumber = NewType("InvoiceNumber", str)
CENT: Final = Decimal("0.01")


class Currency(enum.StrEnum):
    """ISO 4217."""

    EUR = enum.auto()
    USD = enum.auto()


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount."""

    amount: Decimal
    currency: Currency = Currency.EUR

    def __add__(self, other: Money) -> Money:
        if self.currency is not other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return replace(self, amount=self.amount + other.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < other.amount

    def rounded(self) -> Money:
        """To the cent."""
        return replace(self, amount=self.amount.quantize(CENT, ROUND_HALF_UP))


@dataclass
class Line:
    """One position."""

    text: str
    price: Money
    _: KW_ONLY
    count: int = 1
    labels: dict[str, str] = field(default_factory=dict)
    known: ClassVar[list[str]] = []


class Taxed(Protocol[T_co]):
    """Something with a tax."""

    def tax(self) -> T_co: ...


class Invoice:
    """Lines and their sum."""

    def __init__(self, number: InvoiceNumber, lines: Iterable[Line] = ()) -> None:
        self.number = number
        self.lines = list(lines)

    @property
    def total(self) -> Money:
        """The sum."""
        return functools.reduce(operator.add, (line.price for line in self.lines), Money(Decimal(0)))

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        return self.lines[index]

    @override
    def __str__(self) -> str:
        return f"Invoice '{self.number}': {self.total.amount:,.2f} {self.total.currency}"


def by_label(lines: Iterable[Line]) -> Mapping[str, list[dict[str, object]]]:
    """Lines under each of their labels."""
    found: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
    for line in lines:
        for label in line.labels:
            found[label].append(asdict(line))
    match sorted(found):
        case []:
            return {}
        case [only]:
            return {only: found[only]}
        case [first, *_, last]:
            return {first: found[first], last: found[last]}
    return found
