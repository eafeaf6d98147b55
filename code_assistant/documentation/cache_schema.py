"""The tables of the documentation cache, and how a file of an older version of this program gets them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SCHEMA_VERSION = 2
_HEADER_BYTES = 20
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
_OLD_COLUMNS = ("kind", "key", "value", "stored_at", "used_at", "size")
"""Of version 0, whose texts had other keys: of it, only what libraries there are is taken over."""
_FROM_OLD = (
    "DROP INDEX IF EXISTS entries_by_use",
    "ALTER TABLE entries RENAME TO old",
    *_SCHEMA,
    """INSERT INTO entries (kind, key, stored_at, used_at, size, value)
        SELECT kind, key, stored_at, used_at, size, value FROM old WHERE kind = 'match'""",
    "DROP TABLE old",
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
    """Make the tables, or take over what an older version of this program has left.

    Raises:
        sqlite3.DatabaseError: the file is another program's, or of a newer version, and must be set aside.
    """
    with write_transaction(db):
        version = schema_number(db, "PRAGMA user_version")
        if version == SCHEMA_VERSION:
            return  # another process was faster
        columns = tuple(row[1].decode() for row in db.execute("PRAGMA table_info(entries)"))
        is_empty = schema_number(db, "SELECT COUNT(*) FROM sqlite_master") == 0
        if version != 0 or not (is_empty or columns == _OLD_COLUMNS):
            raise sqlite3.DatabaseError(f"its schema is another one ({version})")
        for statement in _SCHEMA if is_empty else _FROM_OLD:
            db.execute(statement)


def leave_shared_memory(db: sqlite3.Connection, path: Path) -> None:
    """Let the connection map no file into memory: whoever shortens a mapped one ends this process with SIGBUS.

    Raises:
        sqlite3.OperationalError: the file is of an older version of this program, and one of that runs.
    """
    db.execute("PRAGMA mmap_size = 0")
    is_old = _has_write_ahead_log(path)
    if is_old:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # its log is then indexed in our own memory
    try:
        db.execute("PRAGMA journal_mode = TRUNCATE").fetchall()
    except sqlite3.OperationalError as error:
        if not is_old:
            raise
        raise sqlite3.OperationalError("an older version of this program uses it") from error  # not waited for
    db.execute("PRAGMA locking_mode = NORMAL").fetchall()


def _has_write_ahead_log(path: Path) -> bool:
    """As the file's header says: https://sqlite.org/fileformat.html#the_database_header."""
    with suppress(OSError), path.open("rb") as file:
        return file.read(_HEADER_BYTES)[-2:] == b"\x02\x02"
    return False


def schema_number(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
