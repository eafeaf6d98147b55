"""Repositories over several databases, and a prompt."""

from __future__ import annotations

import abc
import typing
from collections.abc import Mapping, Sequence

import questionary
import streamlit as st

if typing.TYPE_CHECKING:
    import asyncpg
    import duckdb

Row = Mapping[str, object]


class Repository(abc.ABC):
    """Where rows are kept."""

    table: typing.ClassVar[str]
    placeholder: typing.ClassVar[str] = "?"

    @abc.abstractmethod
    def execute(self, query: str, values: Sequence[object] = ()) -> list[Row]:
        """Run a query."""

    def find(self, **conditions: object) -> list[Row]:
        """Rows that are like this."""
        where = " AND ".join(f"{name} = {self.placeholder}" for name in sorted(conditions))
        query = f"SELECT * FROM {self.table} WHERE {where}"
        return self.execute(query, list(conditions.values()))

    def by_id(self, row_id: int) -> list[Row]:
        """One row."""
        return self.execute(f"SELECT * FROM {self.table} WHERE id = {self.placeholder}", [row_id])

    def add(self, row: Row) -> None:
        """Keep a row."""
        columns = ", ".join(row)
        marks = ", ".join([self.placeholder] * len(row))
        self.execute(f"INSERT INTO {self.table} ({columns}) VALUES ({marks})", list(row.values()))

    def drop(self, name: str) -> None:
        """Take an index away."""
        self.execute(f"drop index {name}")


async def names(pool: asyncpg.Pool, ids: list[int], schema: str = "public") -> list[str]:
    """The names of some users."""
    rows = await pool.fetch(f"SELECT name FROM {schema}.users WHERE id = ANY($1::int[])", ids)
    total = await pool.fetchval(f"SELECT count(*) FROM {schema}.users WHERE id > ${len(ids)}", 1)
    return [row["name"] for row in rows][:total]


def joined(con: duckdb.DuckDBPyConnection, path: str, on: str, left: str, right: str) -> list[tuple[object, ...]]:
    """Two tables side by side."""
    return con.sql(
        f"SELECT a.*, b.x FROM read_parquet('{path}') a JOIN {right} b ON a.{on} = b.{on} AND b.y = {left}.y"
    ).fetchall()


def ask(kind: str, count: int) -> str:
    """Ask the user."""
    st.text(f"Update {count} rows")
    st.text(f"Select = '{kind}'")
    answer: str = questionary.text(f"Select {kind} name:").ask()
    return answer
