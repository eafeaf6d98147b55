"""Tools and projects that mean no good: there is an answer in time, nothing is left, and the project is as it was."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from coding_standards.checks.project_tools import FilePlace, ProjectTools
from coding_standards.project.tools.judge import Change, ProjectJudge
from coding_standards.project.tools.table import TOOLS
from coding_standards.project.tools.trust import Trust
from tests.coding_standards.project.tools.conftest import Verdict
from tests.support.team_tools import digest_tree, find_started, make_project

RUFF = replace(next(tool for tool in TOOLS if tool.name == "ruff"), version_arguments=(), limit_s=2.0)
ESLINT = next(tool for tool in TOOLS if tool.name == "eslint")
FINDING = (
    '[{"code": "E1", "filename": "%s", "location": {"row": 1, "column": 1}, "message": "%s", "severity": "error"}]'
)
SEEN = FINDING % ("src/new.py", "seen")
ANSWER_S = 60.0


def project_with(folder: Path, program: str) -> Path:
    """A project whose ruff is this shell script."""
    project = make_project(
        folder, {"ruff.toml": "", "src/old.py": "old = 1\n", ".venv/bin/ruff": f"#!/bin/sh\n{program}\n"}
    )
    (project / ".venv/bin/ruff").chmod(0o755)
    return project


async def judge(project: Path, judge_of_it: ProjectJudge | None = None) -> Verdict:
    change = Change({"src/new.py": "new = 1\n"}, {})
    with anyio.fail_after(ANSWER_S):
        return Verdict(await (judge_of_it or ProjectJudge(project)).judge(change, Trust(), False, (RUFF,)))


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("sleep 1000", "took longer than 2 s"),
        ("yes", "wrote more than 8 MB"),
        ("yes >&2", "wrote more than 8 MB"),
        ("kill -SEGV $$", "ended with exit code 139"),
        ("exit 139", "ended with exit code 139"),
        ("echo '[{'; exit 1", "wrote JSON that breaks off"),
        ("exit 1", "wrote no JSON"),
        ("exit 0", "wrote no JSON"),
        ("echo '[]'; exit 1", "with exit code 1 and no finding"),
    ],
)
async def test_a_tool_that_gives_no_answer_is_named_and_passes_nothing(program: str, why: str, tmp_path: Path) -> None:
    run = (await judge(project_with(tmp_path, program))).of("ruff")
    assert why in run.problem
    assert "by hand to see why" in run.problem


async def test_what_a_tool_writes_into_its_folder_reaches_neither_the_project_nor_the_next_check(
    tmp_path: Path,
) -> None:
    project = project_with(
        tmp_path,
        "grep -q '^old = 1$' src/old.py && ! test -e left || exit 3\n"
        "echo x >src/old.py\nrm -f ruff.toml\ntouch left\necho '[]'",
    )
    before = digest_tree(project)
    one = ProjectJudge(project)
    for _ in range(2):
        assert (await judge(project, one)).places("ruff") == set()
    assert digest_tree(project) == before


async def test_what_a_tool_starts_ends_with_it(tmp_path: Path) -> None:
    naps = f"{os.getpid()}.25"
    project = project_with(tmp_path, f"(setsid sleep {naps} >/dev/null 2>&1 &)\nsleep {naps} &\necho '[]'")
    run = (await judge(project)).of("ruff")
    assert find_started(naps) == []
    assert run.problem == ""


async def test_a_tool_sees_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-tools")
    project = project_with(tmp_path, f"env | grep -q not-for-tools && echo '{SEEN}' || echo '[]'")
    assert (await judge(project)).places("ruff") == set()


async def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    outside = make_project(tmp_path / "outside", {"secret.py": "secret = 1\n"})
    project = project_with(
        tmp_path / "project", f"cat out/secret.py inside.py >/dev/null 2>&1 && echo '{SEEN}' || echo '[]'"
    )
    (project / "out").symlink_to(outside)
    (project / "inside.py").symlink_to("src/old.py")
    before = digest_tree(tmp_path)
    assert (await judge(project)).places("ruff") == set()
    tools = ProjectTools(project, Trust())
    assert await tools.judge(FilePlace("x = 1\n", "out/new.py")) is None
    assert await tools.judge(FilePlace("x = 1\n", "../new.py")) is None
    assert digest_tree(tmp_path) == before


@pytest.mark.parametrize("kind", ["folder", "pipe", "not to be run"])
async def test_a_program_that_is_none_is_named(kind: str, tmp_path: Path) -> None:
    project = make_project(tmp_path, {"eslint.config.js": "export default []\n", "node_modules/.bin/x": ""})
    place = project / "node_modules/.bin/eslint"
    match kind:
        case "folder":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case _:
            place.write_text("")
    change = Change({"a.js": "export const a = 1\n"}, {})
    run = Verdict(await ProjectJudge(project, {"PATH": ""}).judge(change, Trust("all"), False, (ESLINT,))).of("eslint")
    assert run.problem.startswith("is configured but not installed: node_modules/.bin/eslint is no program; run")


async def test_a_project_of_10_000_files_is_judged_in_time_and_stays_as_it_is(tmp_path: Path) -> None:
    project = project_with(tmp_path, f"test -e many/d99/f99 && echo '{SEEN}'; exit 1")
    for number in range(100):
        folder = project / "many" / f"d{number}"
        folder.mkdir(parents=True)
        for name in range(100):
            os.close(os.open(folder / f"f{name}", os.O_CREAT))
    one = ProjectJudge(project)
    assert (await judge(project, one)).places("ruff") == {(1, "E1")}
    assert len(os.listdir(project / "many/d99")) == 100
    await one.aclose()
    shutil.rmtree(project / "many")


async def test_where_namespaces_are_not_to_be_had_the_tree_is_judged_in_its_own_place(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "touch", "pwd", "rm"):
        (programs / name).symlink_to(shutil.which(name) or name)
    program = f"""touch left\nrm -f src/old.py\nprintf '{FINDING % ("%s", "seen")}' "$(pwd)/src/new.py"; exit 1"""
    project = project_with(tmp_path / "project", program)
    before = digest_tree(project)
    run = (await judge(project, ProjectJudge(project, {"PATH": str(programs)}))).of("ruff")
    assert run.problem == ""
    assert [(said.file, said.line) for said in run.said] == [("src/new.py", 1)]
    assert digest_tree(project) == before
