"""Whole files as good programmers write them today: whatever is found in them, none of it is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from coding_standards.checks.checker import check, ruleset_for
from coding_standards.languages import language_of_path
from coding_standards.library.store import load_library

FILES = sorted(path for path in (Path(__file__).parents[1] / "good_code").rglob("*.*") if path.is_file())
LIBRARY = load_library()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_good_code_has_no_finding_that_would_be_sent_back(path: Path) -> None:
    language = language_of_path(path.name)
    assert language is not None
    report = check(path.read_text(encoding="utf-8"), language, ruleset_for(LIBRARY, language, path.name), path.name)
    assert [f"{found.line}: {found.rule}" for found in report.findings if found.severity == "error"] == []
    assert report.parsed
