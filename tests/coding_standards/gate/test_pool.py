"""Workers that hang or die take one file with them and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from coding_standards.gate import pool
from coding_standards.gate.judging import Manner, Verdict
from coding_standards.gate.selection import Candidate
from coding_standards.library.store import load_library


@pytest.fixture
def candidates(tmp_path: Path) -> list[Candidate]:
    names = ["a.py", "dies.py", "hangs.py", "raises.py", *(f"b{number}.py" for number in range(12))]
    for name in names:
        (tmp_path / name).write_text("x = eval(y)\n")
    return [Candidate(name, tmp_path / name) for name in names]


def judge(candidate: Candidate, library: object, manner: Manner) -> Verdict:
    if candidate.path == "dies.py":
        os._exit(1)
    if candidate.path == "hangs.py":
        while True:
            time.monotonic()
    if candidate.path == "raises.py":
        raise RuntimeError("odd")
    return Verdict(candidate.path, "python")


def test_one_that_dies_one_that_hangs_and_one_that_raises_are_told_and_the_others_judged(
    candidates: list[Candidate],
) -> None:
    told: list[int] = []
    verdicts = pool.judge_files(candidates, load_library(), Manner(), 2, told.append, judge=judge, file_s=0.5)
    assert [verdict.path for verdict in verdicts] == [candidate.path for candidate in candidates]
    failed = {verdict.path: verdict.failed for verdict in verdicts if verdict.failed}
    assert failed.keys() == {"dies.py", "hangs.py", "raises.py"}
    assert "broke off" in failed["dies.py"]
    assert "longer than" in failed["hangs.py"]
    assert "odd" in failed["raises.py"]
    assert told[-1] == len(candidates)
