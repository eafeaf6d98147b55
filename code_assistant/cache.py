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
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

logger = logging.getLogger(__name__)

Kind = Literal["match", "text", "failure"]
T = TypeVar("T")

FILE_NAME = "documentation.sqlite3"
MAX_BYTES = 200_000_000
_BUSY_TIMEOUT_S = 1.0
"""Writes take a millisecond; a longer lock means trouble, and the request goes on without the cache."""
_TOUCH_AFTER_S = 60.0
"""Being used is written down at most once a minute for an entry: a read stays a read."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    stored_at REAL NOT NULL, used_at REAL NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_by_use ON entries (used_at);
"""


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
        self.hits = 0
        self.misses = 0
        self._totals = (0, 0)
        self.trouble: str | None = None
        """Why the cache could not be used the last time, if it could not."""

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
        """Do the work, a second time on a new file if the old one is damaged; else give up on it for now."""
        for is_last in (False, True):
            try:
                with self._open() as connection:
                    result = work(connection)
                self.trouble = None
                return result
            except sqlite3.OperationalError as error:  # locked, full, read-only: nothing that a new file would mend
                self.trouble = str(error)
            except sqlite3.DatabaseError as error:
                self.trouble = str(error)
                if not is_last and self._set_aside():
                    continue
            except OSError as error:
                self.trouble = f"{error.strerror or error}"
            logger.warning("documentation cache %s: %s; going on without", self.path, self.trouble)
            return otherwise
        return otherwise

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=_BUSY_TIMEOUT_S)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(_SCHEMA)
            with connection:
                yield connection

    def _set_aside(self) -> bool:
        """Rename a damaged file, with its log files, so that a new one takes its place."""
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


def _read(db: sqlite3.Connection, kind: Kind, key: str) -> Entry | None:
    row = db.execute("SELECT value, stored_at, used_at FROM entries WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    if row is None:
        return None
    if time.time() - row[2] > _TOUCH_AFTER_S:
        db.execute("UPDATE entries SET used_at = ? WHERE kind = ? AND key = ?", (time.time(), kind, key))
    return Entry(row[0], row[1])


def _write(db: sqlite3.Connection, kind: Kind, key: str, value: str, max_bytes: int) -> tuple[int, int]:
    now = time.time()
    size = len(key.encode()) + len(value.encode())
    db.execute(
        "INSERT OR REPLACE INTO entries (kind, key, value, stored_at, used_at, size) VALUES (?, ?, ?, ?, ?, ?)",
        (kind, key, value, now, now, size),
    )
    entries, total = _totals(db)
    if total <= max_bytes:
        return entries, total
    for old_kind, old_key, old_size in db.execute("SELECT kind, key, size FROM entries ORDER BY used_at").fetchall():
        db.execute("DELETE FROM entries WHERE kind = ? AND key = ?", (old_kind, old_key))
        entries, total = entries - 1, total - old_size
        if total <= max_bytes:
            break
    return entries, total


def _clear(db: sqlite3.Connection) -> int:
    return db.execute("DELETE FROM entries").rowcount


def _totals(db: sqlite3.Connection) -> tuple[int, int]:
    entries, size = db.execute("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM entries").fetchone()
    return int(entries), int(size)
