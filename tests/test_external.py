"""A missing outside tool is a skip that says so, and a failure in CI."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import external


def test_a_missing_tool_skips_with_what_is_missing_and_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no abacus; buy one"):
        external.missing("no abacus", "buy one")


def test_a_missing_tool_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="nothing is skipped: no abacus; buy one"):
        external.missing("no abacus", "buy one")


def test_without_node_on_the_path_the_problem_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert external.node_problem.__wrapped__() == "node and npm are not installed"
    assert external.docker_problem.__wrapped__() == "docker is not installed"


def test_the_folder_for_npm_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(external.FOLDER_VARIABLE, str(tmp_path))
    assert external.npm_folder() == tmp_path
