"""Numbers of things in words."""

from __future__ import annotations


def count_of(number: int, noun: str, plural: str = "s") -> str:
    """`1 item`, `2 items`, `1,000 breaches`; `plural` is the ending."""
    return f"{number:,} {noun}{'' if number == 1 else plural}"
