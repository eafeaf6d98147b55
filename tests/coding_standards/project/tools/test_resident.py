"""The eslint that is kept running says what the command says, and does not outlive what it has read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from coding_standards.project.tools.judge import ProjectJudge
from coding_standards.project.tools.resident.eslint import SCRIPT, ResidentEslint
from tests.coding_standards.project.tools.conftest import verdict_on
from tests.support.team_tools import find_started, make_project, need_node_tools

BROKEN = "var a = 1;\ndebugger;\nexport { a };\n"
CONFIG = "import js from '@eslint/js';\nimport own from './own.mjs';\nexport default [js.configs.recommended, own];\n"


def own(rule: str) -> str:
    return f"export default {{ rules: {{ '{rule}': 'error' }} }};\n"


async def test_a_kept_eslint_answers_again_and_begins_anew_when_the_project_changed(
    tmp_path: Path, judge_with: Callable[..., ProjectJudge]
) -> None:
    files = {"eslint.config.mjs": CONFIG, "own.mjs": own("no-var")}
    project = make_project(tmp_path, files, {"node_modules": need_node_tools()})
    judge = judge_with(project)
    first = await verdict_on(judge, {"a.js": BROKEN}, trust="eslint")
    assert first.places("eslint") == {(1, "no-var"), (2, "no-debugger")}
    kept = find_started(str(SCRIPT))
    assert kept
    again = await verdict_on(judge, {"src/b.js": f"\n{BROKEN}"}, trust="eslint")
    assert again.places("eslint") == {(2, "no-var"), (3, "no-debugger")}
    assert find_started(str(SCRIPT)) == kept
    make_project(project, {"own.mjs": own("no-unused-labels")})
    changed = await verdict_on(judge, {"a.js": BROKEN}, trust="eslint")
    assert changed.places("eslint") == {(2, "no-debugger")}
    assert not set(find_started(str(SCRIPT))) & set(kept)
    await judge.aclose()
    assert find_started(str(SCRIPT)) == []


async def test_a_configuration_that_cannot_be_loaded_is_told_in_the_words_of_the_command(
    tmp_path: Path, judge_with: Callable[..., ProjectJudge]
) -> None:
    project = make_project(tmp_path, {"eslint.config.mjs": "nonsense(\n"}, {"node_modules": need_node_tools()})
    run = (await verdict_on(judge_with(project), {"a.js": BROKEN}, trust="all")).of("eslint")
    assert run.problem.startswith("did not judge: it ended with exit code 2: ")
    assert "SyntaxError" in run.problem


def test_rules_that_look_into_other_files_are_not_kept() -> None:
    assert ResidentEslint.may_keep(CONFIG)
    assert not ResidentEslint.may_keep("import plugin from 'eslint-plugin-import'\n")
    assert not ResidentEslint.may_keep("languageOptions: { parserOptions: { projectService: true } }\n")
