"""What is measured: figures, and the targets they are held against.

Its one rule: a target is a ratio or a number that is compared here, in one place, and its outcome is data.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """Samples of one thing, measured on one server."""

    what: str
    subject: str
    unit: str
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> str:
        """The smallest and the largest sample."""
        return f"{number(min(self.samples))} - {number(max(self.samples))}" if len(self.samples) > 1 else "one sample"


@dataclass(frozen=True)
class Target:
    """A goal: `value` shall be at most (or, with `at_least`, at least) `limit`."""

    what: str
    value: float
    limit: float
    unit: str = "x"
    at_least: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether the goal is met."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def verdict(self) -> str:
        """`reached` or `missed`, and by how much of the limit."""
        if not self.limit:
            return "reached" if self.is_reached else f"missed by {number(self.value)}"
        by = abs(self.value - self.limit) / self.limit
        return f"{'reached' if self.is_reached else '**missed**'}, {by:.0%} {'inside' if self.is_reached else 'over'}"


@dataclass
class Part:
    """The outcome of one part of the bench."""

    title: str
    notes: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    seconds: float = 0.0
    failed: bool = False
    """A call failed on the way; there are no figures then."""

    def add(self, what: str, subject: str, unit: str, samples: Sequence[float]) -> Figure:
        """Keep the samples of one thing."""
        figure = Figure(what, subject, unit, tuple(samples))
        self.figures.append(figure)
        return figure

    def of(self, what: str, subject: str) -> Figure:
        """The figure of that name."""
        return next(figure for figure in self.figures if (figure.what, figure.subject) == (what, subject))

    def ratio(self, what: str, subject: str, base: str) -> float:
        """How the medians of two servers compare."""
        return self.of(what, subject).median / self.of(what, base).median

    def hold(self, what: str, subject: str, base: str, limit: float, base_what: str | None = None) -> None:
        """Hold one median against another: at most `limit` times it."""
        value = self.of(what, subject).median / self.of(base_what or what, base).median
        self.targets.append(Target(f"{what}: {subject} / {base}", value, limit))


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that is not exceeded by this share of them."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def number(value: float) -> str:
    """Three significant digits, as people write them."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
