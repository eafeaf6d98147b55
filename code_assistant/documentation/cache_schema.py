"""The tables of the documentation cache, and transactions on them.

Its one rule: a file of another version of this program has another name, so that two versions never share one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SCHEMA_VERSION = 3
FILE_NAME = f"documentation-{SCHEMA_VERSION}.sqlite3"
_SCHEMA = (
    # `value` comes last and the sizes are summed up by triggers: at 200 MB no write may read other entries' texts.
    """CREATE TABLE entries (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, stored_at REAL NOT NULL, used_at REAL NOT NULL,
        size INTEGER NOT NULL, value TEXT NOT NULL, UNIQUE (kind, key))""",
    "CREATE INDEX entries_by_use ON entries (used_at, size)",
    "CREATE TABLE totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL)",
    "INSERT INTO totals VALUES (0, 0)",
    """CREATE TRIGGER entry_added AFTER INSERT ON entries BEGIN
        UPDATE totals SET entries = entries + 1, bytes = bytes + new.size; END""",
    """CREATE TRIGGER entry_removed AFTER DELETE ON entries BEGIN
        UPDATE totals SET entries = entries - 1, bytes = bytes - old.size; END""",
    """CREATE TRIGGER entry_changed AFTER UPDATE OF size ON entries BEGIN
        UPDATE totals SET bytes = bytes + new.size - old.size; END""",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
_SETTINGS = (
    # A loss of power may cost the file, which is then set aside; waiting for the disk would cost each write 30 ms.
    "PRAGMA synchronous = OFF",
    # Nothing is mapped into memory: whoever shortens a mapped file ends this process with SIGBUS.
    "PRAGMA mmap_size = 0",
    "PRAGMA journal_mode = TRUNCATE",
)


@contextmanager
def write_transaction(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction that waits for its turn at the start: one that begins as a reader fails at once instead."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # some errors have rolled back already
            db.execute("ROLLBACK")
        raise


def set_up(db: sqlite3.Connection) -> None:
    """Make a new connection fit for use, and the tables where the file is new.

    Raises:
        sqlite3.DatabaseError: the file is another program's, and must be set aside.
    """
    for setting in _SETTINGS:
        db.execute(setting).fetchall()
    if _number(db, "PRAGMA user_version") == SCHEMA_VERSION:
        return
    with write_transaction(db):
        if (version := _number(db, "PRAGMA user_version")) == SCHEMA_VERSION:
            return  # another process was faster
        if version or _number(db, "SELECT COUNT(*) FROM sqlite_master"):
            raise sqlite3.DatabaseError(f"its schema is another one ({version})")
        for statement in _SCHEMA:
            db.execute(statement)


def _number(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
