"""The patterns that are data mean what their rows say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coding_standards.engines import patterns

HOME = Path(patterns.__file__).parent


@pytest.mark.parametrize(
    "name", ["sql/slips.yml", "text/elided.yml", "text/secret_places.yml", "text/shell.yml", "text/talk.yml"]
)
def test_each_pattern_means_the_text_that_it_is_said_to_mean(name: str) -> None:
    rows = [row for group in patterns.PatternFile(HOME / name, re.IGNORECASE).groups.values() for row in group]
    assert [row.like for row in rows if not row.expression.search(row.like)] == []
