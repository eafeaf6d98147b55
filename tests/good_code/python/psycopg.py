"""Imports rows into PostgreSQL."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import dict_row


@contextmanager
def connected(dsn: str) -> Iterator[psycopg.Connection[dict[str, object]]]:
    """A connection."""
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        yield connection


def insert(connection: psycopg.Connection[dict[str, object]], table: str, columns: Sequence[str], path: Path) -> int:
    """Insert all rows of a file."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(sql.Placeholder() * len(columns)),
    )
    count = 0
    with path.open(encoding="utf-8", newline="") as file, connection.cursor() as cursor:
        for row in csv.DictReader(file):
            cursor.execute(statement, [row[name] for name in columns])
            count += 1
    return count


def count(connection: psycopg.Connection[dict[str, object]], table: str, since: str) -> int:
    """How many rows there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT count(*) AS n FROM {} WHERE created >= {}").format(sql.Identifier(table), sql.Literal(since))
        )
        found = cursor.fetchone()
        cursor.execute(f"SET LOCAL statement_timeout = {int(30_000)}")
        cursor.execute("SELECT set_config('app.user', %s, true)", ("x",))
    return int(str(found["n"])) if found else 0


def partition(connection: psycopg.Connection[dict[str, object]], year: int) -> None:
    """Add a partition."""
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS events_{year:d} PARTITION OF events "
        f"FOR VALUES FROM ('{year:d}-01-01') TO ('{year + 1:d}-01-01')"
    )
    connection.execute(f"ALTER TABLE events_{year:d} ENABLE ROW LEVEL SECURITY")
    for name in ("events", "users"):
        connection.execute(f"TRUNCATE {name}")
        connection.execute(f"DELETE FROM {name} WHERE deleted AND created < now() - INTERVAL '{year} days'")
