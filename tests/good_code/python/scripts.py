#!/usr/bin/env python3
"""Watches a game of dice and tells about it."""

from __future__ import annotations

import ast
import collections
import itertools
import random
import secrets
import string
import statistics
import textwrap
import typing as t
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from rich.console import Console
from rich.table import Table

console = Console()
ALPHABET = string.ascii_letters + string.digits


def roll(dice: int = 2, *, rng: random.Random | None = None) -> list[int]:
    """Roll some dice."""
    source = rng or random.Random(7)
    return [source.randint(1, 6) for _ in range(dice)]


def make_password(length: int = 20) -> str:
    """A password."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def config(text: str) -> dict[str, t.Any]:
    """The settings in a text."""
    read = yaml.safe_load(text) or {}
    if not isinstance(read, dict):
        raise TypeError(f"expected a mapping, got {type(read).__name__}")
    return {str(key): ast.literal_eval(value) if isinstance(value, str) else value for key, value in read.items()}


def report(rolls: t.Iterable[t.Sequence[int]]) -> str:
    """A page about the rolls."""
    environment = Environment(
        loader=PackageLoader("dice"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
    )
    sums = [sum(one) for one in rolls]
    counted = collections.Counter(sums)
    now = datetime.now(UTC).astimezone(ZoneInfo("Europe/Berlin"))
    return environment.get_template("report.html").render(
        mean=statistics.fmean(sums), counted=counted, now=now, until=now + timedelta(days=1)
    )


def table(rolls: list[list[int]]) -> None:
    """Show the rolls."""
    made = Table("roll", "sum", title="Dice")
    for number, one in enumerate(rolls, start=1):
        made.add_row(str(number), str(sum(one)))
    console.print(made)
    console.print(textwrap.dedent("""\
        Select a row from the table above where sum = 7,
        or update it; delete from it what you like.
        """))


def feed(path: str) -> list[str]:
    """Titles in our own feed."""
    return [item.findtext("title", "") for item in ET.parse(path).iter("item")]


def main() -> None:
    """Play."""
    token = secrets.token_urlsafe(16)
    console.log(f"session '{token[:4]}...' begins")
    with ThreadPoolExecutor() as pool:
        futures = {pool.submit(roll, number): number for number in range(1, 5)}
        rolls = [future.result() for future in as_completed(futures)]
    for first, second in itertools.pairwise(sorted(rolls)):
        if (total := sum(first) + sum(second)) > 20:
            console.print(f"[bold]{total}[/bold]")
    table(rolls)


if __name__ == "__main__":
    main()
