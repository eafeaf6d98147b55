"""The documentation cache: one SQLite file that all processes of a user share.

The rule: it may lose what it holds, but it never stops a request. A damaged file is set aside, a locked one is
passed by, and both count as a miss.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

logger = logging.getLogger(__name__)

Kind = Literal["match", "text", "failure"]
T = TypeVar("T")

FILE_NAME = "documentation.sqlite3"
MAX_BYTES = 200_000_000
_BUSY_TIMEOUT_S = 2.0
"""Writes take a few milliseconds; a longer lock means trouble, and the request goes on without the cache."""
_TOUCH_AFTER_S = 60.0
"""Being used is written down at most once a minute for an entry: a read stays a read."""
_EVICT_TO = 0.9
_EVICTED_AT_ONCE = 16
"""Removing 20 KB takes a quarter of a millisecond, in which nobody else can write: room is made bit by bit."""
_LOG_BYTES = 8_000_000
"""What the log beside the file is cut to when it has been written back."""
_VERSION = 2
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
    f"PRAGMA user_version = {_VERSION}",
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
_PUT = """INSERT INTO entries (kind, key, stored_at, used_at, size, value) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (kind, key) DO UPDATE SET stored_at = excluded.stored_at, used_at = excluded.used_at,
    size = excluded.size, value = excluded.value"""


@dataclass(frozen=True)
class Entry:
    """One value and when it was stored, in seconds since the epoch."""

    value: str
    stored_at: float

    @property
    def age_s(self) -> float:
        """Seconds since it was stored; never negative, also when a clock was set back."""
        return max(0.0, time.time() - self.stored_at)


class Cache:
    """Reads and writes block for a moment: call them in a thread."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self.path = folder / FILE_NAME
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._using = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self.hits = 0
        self.misses = 0
        self._totals = (0, 0)
        self.trouble: str | None = None
        """Why the cache could not be used the last time, if it could not."""

    def __del__(self) -> None:
        """Close the file."""
        self._disconnect()

    def get(self, kind: Kind, key: str) -> Entry | None:
        """Return what is stored, however old, or None."""
        entry = self._safely(lambda db: _read(db, kind, key), None)
        with self._lock:
            self.hits += entry is not None
            self.misses += entry is None
        return entry

    def put(self, kind: Kind, key: str, value: str) -> None:
        """Store a value; the least recently used ones go when the size is exceeded."""
        self._totals = self._safely(lambda db: _write(db, kind, key, value, self._max_bytes), self._totals)

    def clear(self) -> int:
        """Remove everything; returns how many entries there were."""
        removed = self._safely(_clear, 0)
        self._totals = (0, 0)
        return removed

    def measure(self) -> None:
        """Count what other processes have stored."""
        self._totals = self._safely(_totals, self._totals)

    def status(self) -> dict[str, int | float | str]:
        """Size and use as last known, for people; never waits for the file. `hit_rate` is of this process."""
        entries, size = self._totals
        asked = self.hits + self.misses
        status: dict[str, int | float | str] = {"path": str(self.path), "entries": entries, "bytes": size}
        if asked:
            status["hit_rate"] = round(self.hits / asked, 3)
        if self.trouble:
            status["trouble"] = self.trouble
        return status

    def _safely(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do the work; where the file is damaged, again on a new connection, then on a new file; else go without it."""
        with self._using:
            for remedy in (self._disconnect, self._set_aside, None):
                try:
                    result = work(self._connect())
                    self.trouble = None
                    return result
                except UnicodeEncodeError:  # half a surrogate pair: no text to be stored, and no fault of the file
                    return otherwise
                except sqlite3.OperationalError as error:  # locked, full, read-only: nothing that a new file would mend
                    self.trouble = str(error)
                except sqlite3.DatabaseError as error:
                    self.trouble = str(error)
                    if remedy is not None and remedy():
                        continue
                except OSError as error:
                    self.trouble = f"{error.strerror or error}"
                self._disconnect()
                break
        logger.warning("documentation cache %s: %s; going on without", self.path, self.trouble)
        return otherwise

    def _connect(self) -> sqlite3.Connection:
        """The connection, in no transaction. It is kept, since the last one to be closed writes all to the disk."""
        if self._connection is not None and self._file == _identity(self.path):
            return self._connection
        self._disconnect()  # from a file that somebody has moved away
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = connection = sqlite3.connect(
            self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        connection.text_factory = bytes  # decoded by us: a text that is no UTF-8 counts as a miss
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        if _number(connection, "PRAGMA user_version") != _VERSION:
            _set_up(connection)
        self._file = _identity(self.path)
        return connection

    def _disconnect(self) -> bool:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
        return True

    def _set_aside(self) -> bool:
        """Rename a damaged file, with its log files, so that a new one takes its place."""
        self._disconnect()
        damaged = self.path.with_name(f"{FILE_NAME}.damaged-{int(time.time())}-{os.getpid()}")
        logger.warning("documentation cache %s is damaged; set aside as %s", self.path, damaged.name)
        try:
            self.path.replace(damaged)
        except FileNotFoundError:
            return True  # another process was faster
        except OSError:
            return False
        for suffix in ("-wal", "-shm"):
            with suppress(OSError):
                self.path.with_name(FILE_NAME + suffix).unlink()
        return True


@contextmanager
def _writing(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction that waits for its turn at the start: one that begins as a reader fails at once instead."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # some errors have rolled back already
            db.execute("ROLLBACK")
        raise


def _set_up(db: sqlite3.Connection) -> None:
    """Make the tables, or take over what an older version of this program has left.

    Raises:
        sqlite3.DatabaseError: the file is another program's, or of a newer version, and must be set aside.
    """
    db.execute("PRAGMA journal_mode=WAL")
    with _writing(db):
        version = _number(db, "PRAGMA user_version")
        if version == _VERSION:
            return  # another process was faster
        columns = tuple(row[1].decode() for row in db.execute("PRAGMA table_info(entries)"))
        is_empty = _number(db, "SELECT COUNT(*) FROM sqlite_master") == 0
        if version != 0 or not (is_empty or columns == _OLD_COLUMNS):
            raise sqlite3.DatabaseError(f"its schema is another one ({version})")
        for statement in _SCHEMA if is_empty else _FROM_OLD:
            db.execute(statement)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _read(db: sqlite3.Connection, kind: Kind, key: str) -> Entry | None:
    row = db.execute("SELECT value, stored_at, used_at FROM entries WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    if row is None or not all(isinstance(moment, float) for moment in row[1:]):
        return None
    try:
        entry = Entry(row[0].decode(), row[1])
    except (UnicodeDecodeError, AttributeError):
        return None  # something else has written there
    if time.time() - row[2] > _TOUCH_AFTER_S:
        with _writing(db):
            db.execute("UPDATE entries SET used_at = ? WHERE kind = ? AND key = ?", (time.time(), kind, key))
    return entry


def _write(db: sqlite3.Connection, kind: Kind, key: str, value: str, max_bytes: int) -> tuple[int, int]:
    now = time.time()
    size = len(key.encode()) + len(value.encode())
    with _writing(db):
        db.execute(_PUT, (kind, key, now, now, size, value))
        entries, total = _totals(db)
        if total > max_bytes:
            _evict(db, total, max_bytes)
            entries, total = _totals(db)
    return entries, total


def _evict(db: sqlite3.Connection, total: int, max_bytes: int) -> None:
    """Remove the least recently used, beyond the limit so that not every write has to."""
    oldest = db.execute("SELECT id, size FROM entries ORDER BY used_at")
    gone: list[tuple[int]] = []
    while total > max_bytes or (total > max_bytes * _EVICT_TO and len(gone) < _EVICTED_AT_ONCE):
        row = oldest.fetchone()
        if row is None:
            break
        gone.append((row[0],))
        total -= row[1]
    oldest.close()
    db.executemany("DELETE FROM entries WHERE id = ?", gone)


def _clear(db: sqlite3.Connection) -> int:
    with _writing(db):
        return db.execute("DELETE FROM entries").rowcount


def _totals(db: sqlite3.Connection) -> tuple[int, int]:
    entries, size = db.execute("SELECT entries, bytes FROM totals").fetchone()
    return int(entries), int(size)


def _number(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
