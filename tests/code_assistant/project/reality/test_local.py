"""Which modules are the answer's and the project's own, and which only look as if they were."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from code_assistant.project.packages.environment import Environment, read_environment
from code_assistant.project.reality.judge import check_reality
from code_assistant.result import GeneratedFile

HERE = read_environment(Path(sys.prefix))


def told(code: str, root: Path, path: str = "app_main.py", environment: Environment = HERE) -> list[str]:
    file = GeneratedFile(path=path, language="python", role="source", content=code)
    report = check_reality([file], [], dataclasses.replace(environment, project_dir=root))
    return [finding.message for finding in report.findings]


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_file_that_only_shares_a_packages_name_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"pytest.ini": "", "click.txt": "", "anyio/notes.md": ""})
    assert len(told("from pytest import rises", tmp_path)) == 1
    assert len(told("from click import Grupo", tmp_path)) == 1
    assert len(told("from anyio import fail_aftr", tmp_path)) == 1


def test_a_module_at_the_root_hides_the_installed_one(tmp_path: Path) -> None:
    write(tmp_path, {"click.py": "", "src/yaml/parts/load.py": ""})
    assert told("from click import Grupo\nfrom yaml import anything", tmp_path) == []


def test_a_folder_below_of_the_answer_does_not_hide_what_is_installed(tmp_path: Path) -> None:
    assert len(told("from anyio import fail_aftr", tmp_path, "integrations/anyio/client.py")) == 1
    assert told("from anyio import fail_aftr", tmp_path, "anyio/client.py") == []
    assert told("import helpers.deep", tmp_path, "scripts/helpers/run.py") == []


@pytest.mark.parametrize("module", ["app.models", "mycore", "shop.views", "manage"])
def test_modules_below_a_folder_of_the_project_are_its_own(tmp_path: Path, module: str) -> None:
    files = ["backend/app/models.py", "packages/core/src/mycore/__init__.py", "services/api/shop/views.py"]
    write(tmp_path, dict.fromkeys([*files, "services/api/manage.py"], ""))
    assert told(f"import {module}", tmp_path, "tests/test_x.py") == []
    assert len(told("import elsewhere", tmp_path)) == 1


def test_a_package_of_the_project_that_is_installed_for_editing_is_not_held_against_its_old_text(
    tmp_path: Path,
) -> None:
    site = tmp_path / "venv" / "lib" / "python3.12" / "site-packages"
    write(
        tmp_path, {"packages/core/src/mycore/__init__.py": "", "venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.12.0\n"}
    )
    write(site, {"core.pth": str(tmp_path / "packages" / "core" / "src"), "other.py": ""})
    environment = read_environment(tmp_path / "venv")
    assert told("from mycore import new", tmp_path, environment=environment) == []
    assert len(told("from other import new", tmp_path, environment=environment)) == 1


def test_what_the_project_declares_may_be_imported_before_it_is_installed(tmp_path: Path) -> None:
    manifest = """
        [project]
        dependencies = ["obscure-lib>=1", "plainlib"]
        [dependency-groups]
        dev = ["grouplib[x]; python_version > '3'", {include-group = "a"}]
        [tool.poetry.dependencies]
        poemlib = "*"
    """
    write(
        tmp_path,
        {"pyproject.toml": manifest, "requirements-dev.txt": "# x\n-r base.txt\nreqlib\n", "requirements.in": "inlib"},
    )
    assert told("import obscure_lib, plainlib, grouplib, poemlib, reqlib, inlib", tmp_path) == []
    write(tmp_path, {"pyproject.toml": "[broken"})
    assert len(told("import nolib", tmp_path)) == 1


def test_the_standard_library_of_older_versions_is_known(tmp_path: Path) -> None:
    assert told("import __main__, formatter, parser, symbol, cgi\nfrom test import x", tmp_path) == []


@pytest.mark.parametrize(
    ("test", "asks"),
    [("conversion", False), ("a.Inversion()", False), ("platformdirs.x", False)]
    + [
        (text, True)
        for text in ("sys.version_info > (3,)", "x.__version__", "min_version", "minversion", "IS_PLATFORM")
    ],
)
def test_only_a_condition_that_asks_for_a_version_guards_an_import(tmp_path: Path, test: str, asks: bool) -> None:
    assert bool(told(f"if {test}:\n    import hallucinated_pkg", tmp_path)) is not asks


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("Grup", "`Group`, `group`"), ("grup", "`group`, `Group`"), ("Comand", "`Command`, `command`")],
)
def test_the_nearest_name_is_written_as_the_wrong_one_is(tmp_path: Path, wrong: str, nearest: str) -> None:
    (message,) = told(f"from click import {wrong}", tmp_path)
    assert f"the nearest is {nearest}" in message
