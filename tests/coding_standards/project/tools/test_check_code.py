"""`check_code` with a project: its tools judge, and the answer says so."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from coding_standards.checks.project_tools import ProjectTools
from coding_standards.library.store import LibraryStore
from coding_standards.project.tools.trust import Trust, parse_trust
from coding_standards.server.app import StandardsServer
from tests.support.team_tools import (
    QUICK_TYPESCRIPT,
    digest_tree,
    make_project,
    need_node_tools,
    need_old_prettier,
    need_python_tools,
)

GOOD = '"""Adds numbers."""\n\n\ndef add(first: int, second: int) -> int:\n'
GOOD += '    """Return the sum."""\n    return first + second\n'
WRONG_TYPE = GOOD.replace("-> int:", "-> str:")
MYPY = {"mypy.ini": "[mypy]\nstrict = True\n"}


async def check(project: Path, arguments: Mapping[str, Any], trust: str = "safe", team: Path | None = None) -> Any:
    server = StandardsServer(LibraryStore(team, project), ProjectTools(project, parse_trust(trust)))
    async with Client(server) as client:
        result = await client.call_tool("check_code", {"language": "python", **arguments})
    assert not result.is_error, result.content
    return result.structured_content


async def test_an_answer_is_not_clean_while_the_projects_type_checker_says_no(tmp_path: Path) -> None:
    project = make_project(tmp_path, MYPY, {".venv": need_python_tools()})
    answer = await check(project, {"code": WRONG_TYPE, "path": "src/sums.py"})
    assert [(one["rule"], one["line"], one["severity"]) for one in answer["findings"]] == [
        ("mypy/return-value", 6, "error")
    ]
    failed = {one["id"]: one["engine"] for one in answer["fail"]}
    assert failed["TOOL-mypy"] == "mypy 2.4.1 (mypy.ini)"
    good = await check(project, {"code": GOOD, "path": "src/sums.py"})
    assert good["findings"] == []
    assert "TOOL-mypy" in good["proved"]
    assert good["tools"] == ["mypy 2.4.1 (mypy.ini)"]


async def test_the_files_of_an_answer_are_judged_together(tmp_path: Path) -> None:
    project = make_project(tmp_path, MYPY | {"sums/__init__.py": ""}, {".venv": need_python_tools()})
    test = '"""Tests."""\n\nfrom sums.plus import add\n\n\ndef test_add() -> None:\n'
    test += '    """Add."""\n    assert add(1, 2) == 3\n'
    alone = await check(project, {"code": test, "path": "test_plus.py"})
    assert {one["rule"] for one in alone["findings"]} >= {"mypy/import-not-found"}
    together = await check(project, {"code": test, "path": "test_plus.py", "other_files": {"sums/plus.py": GOOD}})
    assert together["findings"] == []
    misused = await check(
        project,
        {
            "code": test.replace("add(1, 2)", 'add("1", 2)'),
            "path": "test_plus.py",
            "other_files": {"sums/plus.py": GOOD},
        },
    )
    assert {one["rule"] for one in misused["findings"]} == {"mypy/arg-type"}


async def test_only_what_is_new_is_a_finding(tmp_path: Path) -> None:
    project = make_project(tmp_path, MYPY | {"sums.py": WRONG_TYPE}, {".venv": need_python_tools()})
    before = digest_tree(project)
    added = WRONG_TYPE + '\n\ndef less(first: int) -> str:\n    """Return it."""\n    return first\n'
    answer = await check(project, {"code": added, "path": "sums.py"})
    assert [(one["rule"], one["line"]) for one in answer["findings"]] == [("mypy/return-value", 11)]
    assert "mypy 2.4.1 (mypy.ini): 1 finding that stood there before" in answer["notes"]
    said = await check(project, {"code": added, "path": "sums.py", "existing_code": added})
    assert said["findings"] == []
    assert digest_tree(project) == before


async def test_the_answer_is_formatted_by_the_projects_formatter_before_it_is_judged(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, {"ruff.toml": "[format]\nquote-style = 'single'\n"}, {".venv": need_python_tools()}
    )
    ugly = GOOD.replace("first + second", "first+second").replace('"""Adds', '\n"""Adds')
    told = await check(project, {"code": ugly, "path": "sums.py"})
    assert [one["rule"] for one in told["findings"]] == ["ruff-format"]
    answer = await check(project, {"code": ugly, "path": "sums.py", "format": True})
    assert answer["formatted"] == GOOD
    assert answer["formatted_by"] == "ruff-format 0.17.6 (ruff.toml)"
    assert answer["findings"] == []
    assert "TOOL-ruff-format" in answer["proved"]


async def test_without_a_word_of_the_users_no_code_of_the_project_runs(tmp_path: Path) -> None:
    config = "import fs from 'node:fs'\nfs.writeFileSync('ran', '')\nexport default []\n"
    project = make_project(tmp_path, {"eslint.config.mjs": config}, {"node_modules": need_node_tools()})
    arguments = {"language": "javascript", "code": "export const a = 1;\n", "path": "a.js"}
    answer = await check(project, arguments)
    assert "TOOL-eslint" in answer["not_checkable"]
    assert any("CODE_ASSISTANT_PROJECT_TOOLS" in note for note in answer["notes"])
    trusted = await check(project, arguments, trust="all")
    assert "TOOL-eslint" in trusted["proved"]
    assert not (project / "ran").exists()
    named = await check(project, arguments, trust="tsc,elsint")
    assert any("no tool is called elsint" in note for note in named["notes"])
    off = await check(project, arguments, trust="off")
    assert not any("eslint" in note for note in off["notes"])


@pytest.mark.parametrize(
    ("config", "may_run"),
    [("[mypy]\nstrict = True\n", True), ("[mypy]\nplugins = pydantic.mypy\n", False)],
)
async def test_a_configuration_that_names_plugins_is_code(config: str, may_run: bool, tmp_path: Path) -> None:
    project = make_project(tmp_path, {"mypy.ini": config}, {".venv": need_python_tools()})
    answer = await check(project, {"code": GOOD, "path": "sums.py"})
    assert ("TOOL-mypy" in answer["proved"]) == may_run


async def test_a_tool_that_is_configured_but_not_installed_is_named_with_its_remedy(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"pyrefly.toml": ""})
    answer = await check(project, {"code": GOOD, "path": "sums.py"})
    assert "TOOL-pyrefly" in answer["not_checkable"]
    assert any("install it in the project's .venv" in note for note in answer["notes"])


async def test_a_project_that_a_call_names_is_judged_by_tools_that_run_no_code_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    make_project(home, {"a.py": ""})
    files = MYPY | {"eslint.config.mjs": "export default []\n"}
    links = {".venv": need_python_tools(), "node_modules": need_node_tools()}
    make_project(other, files, links)
    call = {"code": WRONG_TYPE, "path": "sums.py", "project": str(other)}
    untrusted = await check(home, call, trust="all")
    assert untrusted["findings"] == []
    assert any("its program lies in a project that only this call names" in note for note in untrusted["notes"])
    (other / ".venv").unlink()
    monkeypatch.setenv("PATH", f"{need_python_tools() / 'bin'}{os.pathsep}{os.environ['PATH']}")
    answer = await check(home, call, trust="all")
    assert [one["rule"] for one in answer["findings"]] == ["mypy/return-value"]
    script = {"language": "javascript", "code": "export const a = 1;\n", "path": "a.js", "project": str(other)}
    assert "TOOL-eslint" in (await check(home, script, trust="all"))["not_checkable"]


async def test_a_team_adds_a_tool_and_says_which_items_tools_prove(tmp_path: Path) -> None:
    team = tmp_path / "team"
    make_project(
        team,
        {
            "standards.yml": "tools:\n  - name: no-foo\n    command: [grep, -nHo, foo, '{files}']\n"
            "    languages: [python]\n    findings_exit: [0, 1]\n"
            "    read: {pattern: '^(?P<file>[^:]+):(?P<line>\\d+):(?P<message>.+)$'}\n"
            "proves:\n  GEN-011: [no-foo]\n",
        },
    )
    project = make_project(tmp_path / "project", {"a.py": ""})
    broken = await check(project, {"code": f"{GOOD}\n\nfoo = 1\n", "path": "sums.py"}, team=team)
    assert ("no-foo", 9) in {(one["rule"], one["line"]) for one in broken["findings"]}
    assert {"TOOL-no-foo", "GEN-011"} <= {one["id"] for one in broken["fail"]}


async def test_a_bad_setting_is_said_and_nothing_runs(tmp_path: Path) -> None:
    tools = ProjectTools(tmp_path, Trust("off", problem="PROJECT_TOOLS='?': it takes off, safe, all"))
    async with Client(StandardsServer(LibraryStore(None, tmp_path), tools)) as client:
        result = await client.call_tool("check_code", {"language": "python", "code": GOOD, "path": "a.py"})
    assert result.structured_content is not None
    assert "PROJECT_TOOLS='?': it takes off, safe, all" in result.structured_content["notes"]


async def test_a_file_that_the_formatter_never_had_is_not_laid_out_anew(tmp_path: Path) -> None:
    ugly = GOOD.replace("first + second", "first+second")
    project = make_project(tmp_path, {"ruff.toml": "[format]\n", "sums.py": ugly}, {".venv": need_python_tools()})
    answer = await check(project, {"code": ugly.replace("Adds numbers", "Adds"), "path": "sums.py", "format": True})
    assert "formatted" not in answer
    assert answer["findings"] == []
    assert "ruff-format 0.17.6 (ruff.toml): 1 finding that stood there before" in answer["notes"]


async def test_of_two_versions_the_projects_own_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{need_node_tools() / '.bin'}{os.pathsep}{os.environ['PATH']}")
    project = make_project(tmp_path, {".prettierrc": "semi: true\n"}, {"node_modules": need_old_prettier()})
    arguments = {"language": "javascript", "code": "export const f = (a) => a\n", "path": "a.js", "format": True}
    answer = await check(project, arguments)
    assert answer["formatted_by"] == "prettier 2.8.8 (.prettierrc)"
    (project / "node_modules").unlink()
    assert (await check(project, arguments))["formatted_by"] == "prettier 3.10.1 (.prettierrc)"


async def test_an_error_that_the_answer_makes_in_another_file_is_a_finding(tmp_path: Path) -> None:
    files = {"tsconfig.json": QUICK_TYPESCRIPT}
    files["src/a.ts"] = "export const a: number = 1;\n"
    files["src/b.ts"] = 'import { a } from "./a";\nexport const b: number = a;\n'
    project = make_project(tmp_path, files, {"node_modules": need_node_tools()})
    arguments = {"language": "typescript", "code": 'export const a: string = "x";\n', "path": "src/a.ts"}
    answer = await check(project, arguments)
    told = [one["message"] for one in answer["findings"] if one["rule"] == "tsc/TS2322"]
    assert told == ["src/b.ts:2: Type 'string' is not assignable to type 'number'."]


async def test_for_an_item_that_is_only_written_the_rule_is_named_that_would_prove_it(tmp_path: Path) -> None:
    text = "# Rules\n\n- `TEAM-001` No promise is left floating.\n- `TEAM-002` Names are short.\n"
    text += "- `TEAM-003` Nothing is compared loosely, see `eqeqeq`.\n"
    project = make_project(tmp_path, {"AGENTS.md": text, "eslint.config.js": "export default []\n"})
    server = StandardsServer(LibraryStore(None, project), ProjectTools(project, Trust()))
    async with Client(server) as client:
        result = await client.call_tool("get_standards", {"language": "typescript"})
    assert result.structured_content is not None
    said = result.structured_content["text"]
    assert (
        "`TEAM-001`: `eslint/@typescript-eslint/no-floating-promises`, as in eslint.config.js, would prove it" in said
    )
    assert "proves: {TEAM-003: [eslint/eqeqeq]}" in said
    assert "`TEAM-002`:" not in said.partition("could prove")[2]
