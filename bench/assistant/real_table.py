"""The table of what a real model wrote, plainly and through the product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

Entry = dict[str, Any]


def table(entries: Sequence[Entry]) -> str:
    """Only requests that were asked in both ways, so that both columns are about the same."""
    by_way = {way: {entry["number"]: entry for entry in entries if entry["way"] == way} for way in ("plain", "product")}
    both = sorted(by_way["plain"].keys() & by_way["product"].keys())
    if not both:
        return "nothing was asked in both ways"
    columns = [[by_way[way][number] for number in both] for way in ("plain", "product")]
    lines = [f"| of {len(both)} requests | plain | product |", "|---|--:|--:|"]
    for name, count in _ROWS.items():
        lines.append(f"| {name} | {count(columns[0])} | {count(columns[1])} |")
    return "\n".join(lines)


def _sum(entries: Sequence[Entry], name: str) -> int:
    return sum(int(entry[name]) for entry in entries)


def _files(entries: Sequence[Entry]) -> int:
    return sum(len(entry["files"]) for entry in entries)


_ROWS: dict[str, Callable[[Sequence[Entry]], object]] = {
    "usable: a file that parses and holds what was asked for": lambda e: _sum(e, "usable"),
    "parse": lambda e: _sum(e, "parses"),
    "files": _files,
    "findings of severity error": lambda e: _sum(e, "errors"),
    "findings of severity warning": lambda e: _sum(e, "warnings"),
    "findings a file": lambda e: f"{(_sum(e, 'errors') + _sum(e, 'warnings')) / max(1, _files(e)):.2f}",
    "failing items, all requests together": lambda e: sum(len(entry["failing"]) for entry in e),
    "model turns": lambda e: _sum(e, "turns"),
    "prompt tokens, median": lambda e: f"{median(entry['input_tokens'] for entry in e):,.0f}",
    "output tokens, median": lambda e: f"{median(entry['output_tokens'] for entry in e):,.0f}",
    "seconds, median": lambda e: f"{median(entry['seconds'] for entry in e):.0f}",
}
