"""The documentation cache: one SQLite file that all processes of a user share.

The rule: it may lose what it holds, but it never stops a request. A damaged file is set aside, a locked one is
passed by, and both count as a miss.
"""

from __future__ import annotations

import logging
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal, TypeVar

from code_assistant.documentation.cache_schema import FILE_NAME, set_up, write_transaction

logger = logging.getLogger(__name__)

Kind = Literal["match", "text", "failure", "calls"]
T = TypeVar("T")

MAX_BYTES = 200_000_000
_BUSY_TIMEOUT_S = 2.0
"""Writes take a few milliseconds; a longer lock means trouble, and the request goes on without the cache."""
_LONGEST_PAUSE_S = 0.01
_TOUCH_AFTER_S = 60.0
"""Being used is written down at most once a minute for an entry: a read stays a read."""
_CLOCKS_DIFFER_S = 60.0
_EVICT_TO = 0.9
_EVICTED_AT_ONCE = 16
"""Removing 20 KB takes a quarter of a millisecond, in which nobody else can write: room is made bit by bit."""
_PUT = """INSERT INTO entries (kind, key, stored_at, used_at, size, value) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (kind, key) DO UPDATE SET stored_at = excluded.stored_at, used_at = excluded.used_at,
    size = excluded.size, value = excluded.value"""
_COUNT = """INSERT INTO entries (kind, key, stored_at, used_at, size, value) VALUES (?, ?, ?, ?, ?, '1')
    ON CONFLICT (kind, key) DO UPDATE SET used_at = excluded.used_at,
    value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"""


@dataclass(frozen=True)
class Entry:
    """One value and when it was stored, in seconds since the epoch."""

    value: str
    stored_at: float

    @property
    def age_s(self) -> float:
        """Seconds since it was stored; never negative, also when a clock was set back."""
        return max(0.0, time.time() - self.stored_at)

    def is_fresh(self, for_s: float) -> bool:
        """True when it is no older than that, and not of a future that a wrong clock has told."""
        return -_CLOCKS_DIFFER_S <= time.time() - self.stored_at <= for_s


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
        self.usage: dict[str, int | float | str] = {}
        """Of Context7's quota, as last known."""
        self.trouble: str | None = None
        """Why the cache could not be used the last time, if it could not."""

    def __del__(self) -> None:
        """Close the file."""
        self._disconnect()

    def get(self, kind: Kind, key: str) -> Entry | None:
        """Return what is stored, however old, or None."""
        entry = self.peek(kind, key)
        with self._lock:
            self.hits += entry is not None
            self.misses += entry is None
        return entry

    def peek(self, kind: Kind, key: str) -> Entry | None:
        """The same, without counting for the hit rate."""
        return self._safely(lambda db: _read(db, kind, key), None)

    def put(self, kind: Kind, key: str, value: str) -> None:
        """Store a value; the least recently used ones go when the size is exceeded."""
        self._totals = self._safely(lambda db: _write(db, kind, key, value, self._max_bytes), self._totals)

    def count(self, kind: Kind, key: str) -> int:
        """Add one to a number that is stored; returns what it is then, 0 where it cannot be stored."""
        return self._safely(lambda db: _count(db, kind, key), 0)

    def clear(self) -> int:
        """Remove everything, files set aside or of other versions too; returns how many entries there were."""
        removed = self._safely(_clear, 0)
        self._totals = (0, 0)
        self._drop("documentation*.sqlite3*", keep=f"{FILE_NAME}*")
        self._drop(f"{FILE_NAME}.damaged-*")
        return removed

    def measure(self) -> None:
        """Count what other processes have stored."""
        self._totals = self._safely(_totals, self._totals)

    def status(self) -> dict[str, int | float | str]:
        """Size and use as last known, for people; never waits for the file. `hit_rate` is of this process."""
        entries, size = self._totals
        asked = self.hits + self.misses
        status: dict[str, int | float | str] = {"path": str(self.path), "entries": entries, "bytes": size, **self.usage}
        if asked:
            status["hit_rate"] = round(self.hits / asked, 3)
        if self.trouble:
            status["trouble"] = self.trouble
        return status

    def _safely(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do the work; where the file is damaged, again on a new connection, then on a new file; else go without it."""
        give_up_at = time.monotonic() + _BUSY_TIMEOUT_S
        with self._using:
            for remedy in (self._disconnect, self._set_aside, None):
                try:
                    result = self._when_free(work, give_up_at)
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

    def _when_free(self, work: Callable[[sqlite3.Connection], T], give_up_at: float) -> T:
        """Try again at short, uneven intervals: SQLite's own grow, so that many writers starve one."""
        while True:
            try:
                return work(self._connect())
            except sqlite3.OperationalError as error:
                code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
                if code & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                    raise
            time.sleep(random.uniform(0.1, 1) * _LONGEST_PAUSE_S)  # noqa: S311  # no secret

    def _connect(self) -> sqlite3.Connection:
        """The connection, in no transaction. It is kept, since the last one to be closed writes all to the disk."""
        if self._connection is not None and self._file == _identity(self.path):
            return self._connection
        self._disconnect()  # from a file that somebody has moved away
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = connection = sqlite3.connect(
            self.path, timeout=_LONGEST_PAUSE_S, isolation_level=None, check_same_thread=False
        )
        connection.text_factory = bytes  # decoded by us: a text that is no UTF-8 counts as a miss
        set_up(connection)
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
        for suffix in ("-journal", "-wal", "-shm"):  # a journal that stays would be played into the next file
            with suppress(OSError):
                self.path.with_name(FILE_NAME + suffix).unlink()
        self._drop(f"{FILE_NAME}.damaged-*", keep=damaged.name)  # one shows what happened, more only fill the disk
        return True

    def _drop(self, pattern: str, keep: str = "") -> None:
        """Remove files of the cache's folder."""
        for file in self.path.parent.glob(pattern):
            with suppress(OSError):
                if not fnmatch(file.name, keep):
                    file.unlink()


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
        with write_transaction(db):
            db.execute("UPDATE entries SET used_at = ? WHERE kind = ? AND key = ?", (time.time(), kind, key))
    return entry


def _write(db: sqlite3.Connection, kind: Kind, key: str, value: str, max_bytes: int) -> tuple[int, int]:
    now = time.time()
    size = len(key.encode()) + len(value.encode())
    with write_transaction(db):
        db.execute(_PUT, (kind, key, now, now, size, value))
        entries, total = _totals(db)
        if total > max_bytes:
            _evict(db, total, max_bytes)
            entries, total = _totals(db)
    return entries, total


def _count(db: sqlite3.Connection, kind: Kind, key: str) -> int:
    now = time.time()
    with write_transaction(db):
        db.execute(_COUNT, (kind, key, now, now, len(key.encode()) + 1))
        row = db.execute("SELECT value FROM entries WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    return int(row[0])


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
    with write_transaction(db):
        removed = db.execute("DELETE FROM entries").rowcount
    with suppress(sqlite3.OperationalError):  # while others read or write, the space stays and is used again
        db.execute("VACUUM")
    return removed


def _totals(db: sqlite3.Connection) -> tuple[int, int]:
    entries, size = db.execute("SELECT entries, bytes FROM totals").fetchone()
    return int(entries), int(size)
