"""Ruff as a process beside the check: what it gives back, when it is given up, and that it is gone afterwards."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from coding_standards.checks.checker import Ruleset, check
from coding_standards.engines import process as linter
from coding_standards.engines import run as engines
from coding_standards.engines.ruff.process import RuffProcess
from coding_standards.engines.run import EngineUnavailableError
from coding_standards.languages import find_language
from coding_standards.rules import parse_rules

PYTHON = find_language("python")
LISTING = ["check", "--isolated", "--no-cache", "--quiet", "--output-format=json-lines", "--select=F821", "-"]
UNUSED = "{id: unused, language: Python, engine: ruff, items: [T-001], message: M., codes: [F401]}"
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def children_of_this_process() -> set[str]:
    tasks = Path("/proc/self/task")
    return {child for task in tasks.iterdir() for child in (task / "children").read_text().split()}


@pytest.fixture
def rules() -> Ruleset:
    found, problems = parse_rules(UNUSED, "test")
    assert problems == []
    return Ruleset(rules=tuple(found))


def test_more_output_than_a_pipe_holds_is_read_to_its_end() -> None:
    with RuffProcess(LISTING, "unknown_name\n" * 5_000) as process:
        output = process.output()
    assert len(output) > 500_000
    assert output.count(b"\n") == 5_000


def test_no_answer_in_time_is_told_and_the_process_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linter, "TIMEOUT_S", 0.0)
    monkeypatch.setattr(linter, "_LAST_WAIT_S", 0.0)
    with (
        RuffProcess(LISTING, "`" * 200_000) as process,
        pytest.raises(EngineUnavailableError, match="its rules were not checked"),
    ):
        process.output()
    assert process.is_ended


def test_a_time_that_is_up_does_not_lose_what_has_ended_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linter, "TIMEOUT_S", 0.0)
    monkeypatch.setattr(linter, "_LAST_WAIT_S", 10.0)
    with RuffProcess(LISTING, "unknown_name\n") as process:
        assert b"F821" in process.output()


@only_linux
def test_no_process_is_left_when_the_work_beside_it_fails(rules: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        assert children_of_this_process() - before, "ruff is at work beside this"
        raise ArithmeticError

    before = children_of_this_process()
    monkeypatch.setattr(engines, "start_syntax", fail)
    with pytest.raises(ArithmeticError):
        check("import os\n", PYTHON, rules)
    assert children_of_this_process() == before


@only_linux
def test_ruff_has_a_limit_of_its_own_for_when_nobody_is_left_to_end_it() -> None:
    with RuffProcess(LISTING, "`" * 200_000) as process:
        limits = Path(f"/proc/{process.pid}/limits").read_text()
    (line,) = (line for line in limits.splitlines() if line.startswith("Max cpu time"))
    assert line.split()[3:5] == ["4", "4"]


def test_without_ruff_its_rules_are_not_judged_and_the_others_are(
    rules: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linter, "_command", lambda _: (os.devnull + "/ruff",))
    report = check("import os\n", PYTHON, rules)
    assert report.parsed
    (note,) = report.notes
    assert note.startswith("ruff: cannot be started (")
    assert note.endswith("install it with `pip install ruff`")
