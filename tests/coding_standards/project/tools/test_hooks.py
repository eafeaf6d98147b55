"""Local hooks, by pre-commit or prek, judge an answer; those that would first be downloaded are left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from coding_standards.project.tools.judge import ProjectJudge
from tests.coding_standards.project.tools.conftest import verdict_on
from tests.support.team_tools import digest_tree, make_project, need_program, need_python_tools

HOOKS = """repos:
- repo: https://example.invalid/hooks
  rev: v1
  hooks: [{id: from-elsewhere}]
- repo: local
  hooks:
  - {id: no-foo, name: No foo, entry: foo, language: pygrep, types: [python]}
  - {id: needs-an-environment, name: x, entry: x, language: node, additional_dependencies: [x]}
"""


SYSTEM = """entry: "sh -c '! grep -n foo $0 $@'", language: system"""


async def test_hooks_that_would_first_be_downloaded_judge_nothing(
    tmp_path: Path, judge_with: Callable[..., ProjectJudge]
) -> None:
    config = HOOKS.replace("language: pygrep", "language: ruby")
    project = make_project(tmp_path, {".pre-commit-config.yaml": config}, {".venv": need_python_tools()})
    verdict = await verdict_on(judge_with(project), {"a.py": "foo = 1\n"}, trust="pre-commit")
    assert verdict.of("pre-commit").left_out == {"a.py"}


# prek runs pygrep in an environment that it makes with uv, which may not be there.
@pytest.mark.parametrize(("tool", "language"), [("pre-commit", "pygrep"), ("prek", "system")])
async def test_a_local_hook_that_fails_is_a_finding(
    tool: str, language: str, tmp_path: Path, judge_with: Callable[..., ProjectJudge]
) -> None:
    need_program("git", "install git")
    hooks = HOOKS if language == "pygrep" else HOOKS.replace("entry: foo, language: pygrep", SYSTEM)
    project = make_project(tmp_path, {".pre-commit-config.yaml": hooks}, {".venv": need_python_tools()})
    before = digest_tree(project)
    judge = judge_with(project)
    clean = await verdict_on(judge, {"a.py": "bar = 1\n"}, trust=tool)
    assert clean.places(tool) == set()
    broken = (await verdict_on(judge, {"a.py": "foo = 1\n"}, trust=tool)).of(tool)
    assert [(said.file, "no-foo" in said.message) for said in broken.said] == [("a.py", True)]
    assert digest_tree(project) == before
