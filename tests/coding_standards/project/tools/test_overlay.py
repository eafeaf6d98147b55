"""The tree in which tools see an answer: what they can tell of a file that was written anew."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from coding_standards.project.tools.overlay import Overlay


@pytest.fixture
def overlay(tmp_path: Path) -> Overlay:
    project, root = tmp_path / "project", tmp_path / "tree"
    project.mkdir()
    root.mkdir()
    (project / "a.py").write_text("a = 0\n", encoding="utf-8")
    return Overlay(project, root, project)


def test_texts_of_one_size_that_follow_each_other_within_a_second_have_times_of_their_own(overlay: Overlay) -> None:
    seen = {}
    begun = time.time()
    for answer in ({"a.py": "a = 1\n"}, {"a.py": "a = 2\n"}, {}, {"a.py": "a = 1\n"}):
        overlay.refresh(answer)
        file = overlay.root / "a.py"
        assert file.read_text(encoding="utf-8") == answer.get("a.py", "a = 0\n")
        assert file.stat().st_mtime > begun  # cargo takes what is older than its last look for unchanged
        seen[int(file.stat().st_mtime)] = file.stat().st_size
    assert len(seen) == 4  # mypy knows a file by its size and the second of its last change


def test_what_the_answer_leaves_alone_keeps_its_time(overlay: Overlay) -> None:
    overlay.refresh({"b.py": "b = 1\n"})
    assert (overlay.root / "a.py").stat().st_mtime_ns == (overlay.project / "a.py").stat().st_mtime_ns
