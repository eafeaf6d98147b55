"""Durations for people."""

from __future__ import annotations


def age(seconds: int) -> str:
    """A duration in its largest unit: `2 h`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
