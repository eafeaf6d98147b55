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

import pytest

from code_assistant.cache import FILE_NAME, Cache

WORKER = Path(__file__).parent / "children" / "cache_worker.py"
SECONDS_VARIABLE = "CACHE_TEST_SECONDS"
WAIT_S = 30


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
        cache.put("text", name, "x" * 300)
    with closing(sqlite3.connect(cache.path)) as db, db:
        db.execute("UPDATE entries SET used_at = used_at - 1000 WHERE key IN ('a', 'b')")
    assert cache.get("text", "a")  # used again
    cache.put("text", "d", "x" * 300)
    assert [name for name in "abcd" if cache.get("text", name)] == ["a", "c", "d"]


def test_clearing_removes_everything(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("text", "a", "x")
    assert cache.clear() == 1
    assert cache.get("text", "a") is None


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
        assert out.strip() == "wrong 0, trouble None"
    cache = Cache(tmp_path, 50_000)
    cache.put("text", "last", "x")
    assert cache.get("text", "last")
    with closing(sqlite3.connect(cache.path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert int(cache.status()["bytes"]) <= 50_000
    assert not list(tmp_path.glob("*.damaged-*"))


def _start(folder: Path) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, str(WORKER), str(folder), "50000"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "working\n"
    return worker
