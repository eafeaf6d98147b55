"""The documentation cache: shared, bounded, and never in the way."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import pytest

from code_assistant.documentation.cache import MAX_BYTES, Cache, Entry
from code_assistant.documentation.cache_schema import FILE_NAME

WORKER = Path(__file__).parents[2] / "children" / "cache_worker.py"
SECONDS_VARIABLE = "CACHE_TEST_SECONDS"
WAIT_S = 30
ENTRY_BYTES = 20_000
FULL = 9_990
"""Entries of that size in a cache that is full but for one or two."""


def test_what_is_put_comes_back_with_its_age(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("text", "fastapi", "documentation")
    entry = Cache(tmp_path).get("text", "fastapi")
    assert entry is not None
    assert entry.value == "documentation"
    assert 0 <= entry.age_s < WAIT_S


def test_kinds_do_not_mix(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("text", "fastapi", "x")
    assert cache.get("match", "fastapi") is None


def test_the_status_tells_size_and_hit_rate(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("text", "a", "x" * 100)
    assert cache.get("text", "a")
    assert cache.get("text", "b") is None
    status = cache.status()
    assert (status["entries"], status["bytes"], status["hit_rate"]) == (1, 101, 0.5)


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=1_000)
    for name in ("a", "b", "c"):
        cache.put("text", name, "x" * 299)
    with closing(sqlite3.connect(cache.path)) as db, db:
        db.execute("UPDATE entries SET used_at = used_at - 1000 WHERE key IN ('a', 'b')")
    assert cache.get("text", "a")  # used again
    cache.put("text", "d", "x" * 299)
    assert [name for name in "abcd" if cache.get("text", name)] == ["a", "c", "d"]
    assert (cache.status()["entries"], cache.status()["bytes"]) == (3, 900)


def test_clearing_removes_everything(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("text", "a", "x")
    assert cache.clear() == 1
    assert cache.get("text", "a") is None


def test_clearing_gives_the_disk_back_and_removes_what_was_set_aside(tmp_path: Path) -> None:
    cache, other = Cache(tmp_path), Cache(tmp_path)
    for number in range(100):
        cache.put("text", str(number), "x" * ENTRY_BYTES)
    assert other.get("text", "5")  # another program, which goes on with its connection
    (tmp_path / f"{FILE_NAME}.damaged-1-1").write_bytes(b"x")
    assert cache.clear() == 100
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 200_000
    assert other.get("text", "5") is None
    other.put("text", "5", "y")
    assert cache.get("text", "5")
    assert not list(tmp_path.glob("*.damaged-*"))


def test_clearing_while_another_program_holds_it_says_so_and_works_afterwards(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("text", "a", "x")
    with closing(sqlite3.connect(cache.path, isolation_level=None)) as db:
        db.execute("BEGIN")
        assert db.execute("SELECT COUNT(*) FROM entries").fetchone() == (1,)
        assert cache.clear() == 0
        assert cache.trouble == "database is locked"
    assert cache.clear() == 1
    assert cache.trouble is None
    assert cache.get("text", "a") is None


def test_only_the_last_damaged_file_is_kept(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / FILE_NAME).write_bytes(b"damage %d, no database at all" % number)
        Cache(tmp_path).put("text", "a", "x")
    assert [path.read_bytes()[:8] for path in tmp_path.glob("*.damaged-*")] == [b"damage 2"]


@pytest.mark.parametrize(
    ("stored_before_s", "is_fresh"), [(0, True), (50, True), (200, False), (-10, True), (-3_600, False)]
)
def test_an_entry_is_fresh_neither_when_old_nor_when_of_the_future(stored_before_s: float, is_fresh: bool) -> None:
    entry = Entry("x", time.time() - stored_before_s)
    assert entry.is_fresh(100) is is_fresh
    assert entry.age_s >= 0


@pytest.mark.parametrize("damage", [b"this is no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_set_aside(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(damage)
    cache = Cache(tmp_path)
    assert cache.get("text", "a") is None
    cache.put("text", "a", "x")
    assert cache.get("text", "a")
    assert [path.read_bytes() for path in tmp_path.glob("*.damaged-*")] == [damage]


def test_a_locked_file_is_passed_by(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("text", "a", "x")
    with closing(sqlite3.connect(cache.path, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        cache.put("text", "b", "y")  # gives up
        assert cache.trouble is not None
        db.execute("ROLLBACK")
    assert cache.get("text", "b") is None
    assert cache.trouble is None


def test_a_folder_that_cannot_be_made_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    cache = Cache(tmp_path / "file" / "below")
    cache.put("text", "a", "x")
    assert cache.get("text", "a") is None
    assert cache.trouble


def test_ten_processes_share_it_while_some_are_killed(tmp_path: Path) -> None:
    """For longer: CACHE_TEST_SECONDS=30."""
    end = time.monotonic() + float(os.environ.get(SECONDS_VARIABLE, "2"))
    workers = [_start(tmp_path) for _ in range(10)]
    chance = random.Random(7)
    while time.monotonic() < end:
        index = chance.randrange(10)
        workers[index].kill()
        workers[index].communicate(timeout=WAIT_S)
        workers[index] = _start(tmp_path)
    for worker in workers:
        out, _ = worker.communicate("", timeout=WAIT_S)
        assert worker.returncode == 0
        assert out.strip() == "wrong 0, lost 0"
    cache = Cache(tmp_path, 50_000)
    cache.put("text", "last", "x")
    assert cache.get("text", "last")
    with closing(sqlite3.connect(cache.path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert int(cache.status()["bytes"]) <= 50_000
    assert not list(tmp_path.glob("*.damaged-*"))


def test_ten_processes_lose_nothing_at_a_full_cache(tmp_path: Path) -> None:
    cache = fill(tmp_path)
    workers = [_start(tmp_path, MAX_BYTES) for _ in range(10)]
    end = time.monotonic() + float(os.environ.get(SECONDS_VARIABLE, "1"))
    while time.monotonic() < end:
        cache.put("text", "own", "x" * ENTRY_BYTES)
        assert cache.trouble is None
    for worker in workers:
        out, _ = worker.communicate("", timeout=WAIT_S)
        assert out.strip() == "wrong 0, lost 0"


def test_a_full_cache_is_written_in_milliseconds_and_stays_within_its_size(tmp_path: Path) -> None:
    cache = fill(tmp_path)
    taken_s: list[float] = []
    for number in range(50):
        started = time.perf_counter()
        cache.put("text", f"new {number}", "x" * ENTRY_BYTES)
        taken_s.append(time.perf_counter() - started)
    assert median(taken_s) < 0.02
    cache.measure()
    assert int(cache.status()["bytes"]) <= MAX_BYTES
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 1.1 * MAX_BYTES
    assert cache.get("text", "new 49")
    assert cache.get("text", "old 1") is None
    assert cache.get("text", f"old {FULL}")


def test_the_totals_are_those_of_the_entries(tmp_path: Path) -> None:
    cache, chance = Cache(tmp_path, 2_000), random.Random(7)
    for _ in range(300):
        cache.put(chance.choice(["text", "match"]), str(chance.randrange(20)), "x" * chance.randrange(500))
    with closing(sqlite3.connect(cache.path)) as db:
        counted = db.execute("SELECT COUNT(*), SUM(size), SUM(LENGTH(key) + LENGTH(value)) FROM entries").fetchone()
    assert (cache.status()["entries"], cache.status()["bytes"], cache.status()["bytes"]) == counted


@pytest.mark.parametrize("schema", ["CREATE TABLE entries (a)", "CREATE TABLE other (a)", "PRAGMA user_version = 4;"])
def test_a_file_of_another_schema_is_set_aside(tmp_path: Path, schema: str) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.executescript(schema)
    cache = Cache(tmp_path)
    cache.put("text", "a", "x")
    assert cache.get("text", "a")
    assert cache.trouble is None
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1


def test_a_file_that_is_taken_away_meanwhile_is_made_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.put("text", "a", "x")
    (tmp_path / "cache").rename(tmp_path / "elsewhere")
    assert cache.get("text", "a") is None
    cache.put("text", "b", "y")
    assert Cache(tmp_path / "cache").get("text", "b")


def test_half_a_surrogate_pair_is_a_miss(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("text", "\ud800", "x")
    cache.put("text", "a", "\ud800")
    assert cache.get("text", "\ud800") is None
    assert cache.get("text", "a") is None
    assert cache.trouble is None


@pytest.mark.parametrize(
    "change", ["value = CAST(x'fffe' AS TEXT)", "value = x'fffe'", "stored_at = 'soon'", "used_at = ''"]
)
def test_a_row_that_something_else_has_written_is_a_miss(tmp_path: Path, change: str) -> None:
    cache = Cache(tmp_path)
    cache.put("text", "a", "x")
    with closing(sqlite3.connect(cache.path)) as db, db:
        db.execute(f"UPDATE entries SET {change}")
    assert cache.get("text", "a") is None
    assert cache.trouble is None


def fill(folder: Path) -> Cache:
    """A cache of 200 MB; `old 1` is its least recently used."""
    cache = Cache(folder)
    cache.put("text", "old 0", "x" * ENTRY_BYTES)
    with closing(sqlite3.connect(cache.path)) as db, db:
        db.execute(
            """WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
            INSERT INTO entries (kind, key, stored_at, used_at, size, value)
            SELECT 'text', 'old ' || n, 1.5, n + 1.5, ?, printf('%.*c', ?, 'x') FROM numbers""",
            (FULL, ENTRY_BYTES + 10, ENTRY_BYTES),
        )
    return cache


def _start(folder: Path, max_bytes: int = 50_000) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, str(WORKER), str(folder), str(max_bytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "working\n"
    return worker


def test_files_that_are_cut_while_the_cache_is_used_end_no_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, str(WORKER), str(tmp_path), "10000000"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdin is not None
        worker.stdout.readline()
        for _ in range(200):
            for file in tmp_path.glob(f"{FILE_NAME}-shm"):
                os.truncate(file, 0)
            Cache(tmp_path).get("text", "1")
        worker.stdin.close()
        assert worker.stdout.readline().startswith("wrong 0, ")
        assert worker.wait(WAIT_S) == 0


def test_a_journal_that_a_damaged_file_leaves_is_not_played_into_the_next(tmp_path: Path) -> None:
    Cache(tmp_path).put("text", "a", "x")
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 1_000)
    (tmp_path / f"{FILE_NAME}-journal").write_bytes(b"rubbish" * 1_000)
    cache = Cache(tmp_path)
    cache.put("text", "b", "new")
    assert cache.get("text", "b") is not None
    assert cache.trouble is None


def test_a_file_of_another_version_is_left_alone_until_the_cache_is_cleared(tmp_path: Path) -> None:
    other = tmp_path / "documentation.sqlite3"
    other.write_bytes(b"of another version")
    cache = Cache(tmp_path)
    cache.put("text", "a", "x")
    assert other.read_bytes() == b"of another version"
    cache.clear()
    assert [path.name for path in tmp_path.glob("*.sqlite3")] == [FILE_NAME]
