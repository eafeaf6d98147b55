"""TOML that is made to keep its reader busy is refused by whoever reads a project's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_assistant.project.reality.local import LocalModules
from coding_standards.project.files import ProjectFiles
from coding_standards.project.ruff_config import RuffConfigError, read_ruff_config
from groundwork.reading.toml_text import TomlError, parse_toml

ONE_LONG_KEY = ".".join(["a"] * 20_000) + " = 1\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ONE_LONG_KEY, "a key may have too many parts"),
        ("a = " + "[" * 5_000, "nested too deeply"),
        (f"a = {'9' * 5_000}\n", "a number is too long"),
        ("a = \n", "Invalid value"),
    ],
)
def test_what_no_person_writes_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(TomlError, match=reason):
        parse_toml(text)


def test_a_configuration_with_one_long_key_is_a_problem_and_does_not_hold_the_standards_up(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(ONE_LONG_KEY)
    files = ProjectFiles.find(tmp_path)
    assert files is not None
    with pytest.raises(RuffConfigError, match=r"pyproject\.toml: not TOML: a key may have too many parts"):
        read_ruff_config(files)


def test_the_modules_of_a_project_are_found_in_spite_of_such_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(ONE_LONG_KEY)
    (tmp_path / "shop.py").touch()
    local = LocalModules([], tmp_path)
    assert "shop" in local.roots
    assert local.declared == frozenset()
