"""A small key-value store in SQLite."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

TABLE = "items"
COLUMNS = ("key", "value", "changed")
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL DEFAULT '{{}}',
    changed REAL NOT NULL
)
"""


class Store:
    """Values under keys."""

    def __init__(self, path: Path, table: str = TABLE) -> None:
        self._path = path
        self.table = table
        with closing(self._connect()) as connection:
            connection.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path)

    def many(self, keys: Iterable[str]) -> Iterator[tuple[str, object]]:
        """All of these that there are."""
        wanted = list(keys)
        marks = ", ".join("?" for _ in wanted)
        query = f"SELECT key, value FROM {self.table} WHERE key IN ({marks}) ORDER BY key"
        with closing(self._connect()) as connection:
            for key, value in connection.execute(query, wanted):
                yield key, json.loads(value)

    def update(self, key: str, changes: Mapping[str, object]) -> None:
        """Change some columns."""
        assignments = ", ".join(f"{column} = ?" for column in changes if column in COLUMNS)
        with closing(self._connect()) as connection, connection:
            connection.execute(f"UPDATE {self.table} SET {assignments} WHERE key = ?", (*changes.values(), key))

    def page(self, after: str | None, limit: int) -> list[tuple[str, str]]:
        """One page."""
        query = f"SELECT {', '.join(COLUMNS)} FROM {self.table}"
        values: list[object] = []
        if after is not None:
            query += " WHERE key > ?"
            values.append(after)
        query += f" ORDER BY key LIMIT {int(limit)}"
        with closing(self._connect()) as connection:
            return connection.execute(query, values).fetchall()

    def put(self, rows: Iterable[tuple[str, str, float]]) -> None:
        """Insert or replace."""
        with closing(self._connect()) as connection, connection:
            connection.executemany(
                "INSERT INTO {} ({}) VALUES ({})".format(self.table, ",".join(COLUMNS), ",".join("?" * len(COLUMNS))),
                rows,
            )

    def tables(self) -> list[str]:
        """The names of the tables."""
        with closing(self._connect()) as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return [name for (name,) in rows if connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]]
