"""ruff's configuration of a team and of a project: what is in force while it is broken, and what is never read."""

from __future__ import annotations

from pathlib import Path

import pytest

from coding_standards.checks.checker import check, ruleset_for
from coding_standards.languages import find_language
from coding_standards.library.snapshot import Library
from coding_standards.library.store import LibraryStore, load_library
from coding_standards.library.texts import index
from coding_standards.project.instructions import read_project
from coding_standards.report import CheckReport

PYTHON = find_language("python")
PRINTS = '"""A module."""\n\nprint(1)\n'
NO_PRINT = '[lint]\nselect = ["T201"]\n'


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def checked(library: Library) -> CheckReport:
    return check(PRINTS, PYTHON, ruleset_for(library, PYTHON))


def finds_prints(library: Library) -> bool:
    return "ruff-T201" in {finding.rule for finding in checked(library).findings}


def only_problem(library: Library) -> str:
    """The one problem, which the index and the check tell as well."""
    (problem,) = library.load_problems
    assert problem in index(library)
    assert problem in checked(library).problems
    return problem


@pytest.mark.parametrize("broken", ["line-lenth = 100\n", "line-length = \n", '[lint]\nselect = ["NOPE"]\n', None])
def test_a_teams_broken_or_deleted_configuration_keeps_its_last_good_version(
    tmp_path: Path, broken: str | None
) -> None:
    config = write(tmp_path, "conf/ruff.toml", 'extend = "base/ruff.toml"\n')
    write(tmp_path, "conf/base/ruff.toml", NO_PRINT)
    write(tmp_path, "standards.yml", "ruff: conf/ruff.toml\n")
    store = LibraryStore(tmp_path)
    assert finds_prints(store.current())
    if broken is None:
        config.unlink()
    else:
        config.write_text(broken, encoding="utf-8")
    library = store.current()
    assert finds_prints(library)
    problem = only_problem(library)
    assert "conf/ruff.toml" in problem
    assert problem.endswith("; its last good version stays in force")
    config.write_text("line-length = 99\n", encoding="utf-8")
    library = store.current()
    assert library.load_problems == ()
    assert library.settings.ruff_config == config
    assert not finds_prints(library)
    assert store.current() is library


def test_a_configuration_that_never_was_good_leaves_ruffs_other_rules_in_force(tmp_path: Path) -> None:
    write(tmp_path, "ruff.toml", "line-lenth = 100\n")
    write(tmp_path, "standards.yml", "ruff: ruff.toml\nline_length: 90\n")
    library = load_library(tmp_path)
    assert only_problem(library).endswith("unknown field `line-lenth`; it is ignored")
    assert library.settings.line_length == 90
    findings = check("import os\n", PYTHON, ruleset_for(library, PYTHON)).findings
    assert "python-unused" in {finding.rule for finding in findings}


def test_a_projects_configuration_that_ruff_refuses_is_a_problem_and_the_last_good_one_stays(tmp_path: Path) -> None:
    config = write(tmp_path, "pyproject.toml", '[tool.ruff.lint]\nselect = ["T201"]\n')
    store = LibraryStore(project=tmp_path)
    assert finds_prints(store.current())
    config.write_text("[tool.ruff]\nno-such-key = 1\n", encoding="utf-8")
    library = store.current()
    assert finds_prints(library)
    assert "pyproject.toml: ruff refuses it: " in only_problem(library)
    config.unlink()
    library = store.current()
    assert library.load_problems == ()
    assert not finds_prints(library)


@pytest.mark.parametrize(
    "target", ["{outside}", "../secret.toml", "link.toml", "$HOME/secret.toml", "in/../../secret.toml"]
)
def test_a_configuration_never_makes_ruff_read_a_file_elsewhere(tmp_path: Path, target: str) -> None:
    outside = write(tmp_path, "secret.toml", "root:x:0:0\n")
    team = tmp_path / "team"
    write(team, "standards.yml", "ruff: ruff.toml\n")
    try:
        (team / "link.toml").symlink_to(outside)
    except OSError:
        pytest.skip("this system lets no ordinary user make links")
    write(team, "ruff.toml", f'extend = "{target.format(outside=outside.as_posix())}"\n')
    for library in (load_library(team), load_library(project=team)):
        report = checked(library)
        assert "root:x" not in report.model_dump_json()
        assert "ruff.toml" in only_problem(library) or "link.toml" in only_problem(library)
        assert library.settings.ruff_config is None


def test_what_ruff_says_of_a_configuration_quotes_no_line_of_it(tmp_path: Path) -> None:
    write(tmp_path, "ruff.toml", 'token = "s3cret-value"\n')
    write(tmp_path, "standards.yml", "ruff: ruff.toml\n")
    library = load_library(tmp_path)
    assert "unknown field `token`" in only_problem(library)
    assert "s3cret-value" not in checked(library).model_dump_json() + index(library)


def test_a_file_that_a_configuration_extends_is_looked_at_again_when_it_changes(tmp_path: Path) -> None:
    write(tmp_path, "standards.yml", "ruff: ruff.toml\n")
    write(tmp_path, "ruff.toml", 'extend = "conf/base.toml"\n')
    store = LibraryStore(tmp_path)
    assert "conf/base.toml: cannot be read" in only_problem(store.current())
    write(tmp_path, "conf/base.toml", NO_PRINT)
    assert store.current().load_problems == ()
    assert finds_prints(store.current())
    write(tmp_path, "conf/base.toml", 'extend = "/etc/passwd"\n')
    assert "which is not in the standards directory" in only_problem(store.current())
    assert finds_prints(store.current())


def test_a_broken_configuration_of_a_project_hides_no_other_that_ruff_would_not_read(tmp_path: Path) -> None:
    write(tmp_path, "ruff.toml", "line-length = 500\n")
    write(tmp_path, "pyproject.toml", "[tool.ruff]\nline-length = 77\n")
    project = read_project(tmp_path)
    assert project.ruff is None
    assert project.problems == ("ruff.toml: line-length = 500: use a number from 1 to 320",)
