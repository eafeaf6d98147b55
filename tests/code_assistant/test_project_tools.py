"""An answer is judged by the tools of the project that it is for, and returned as its formatter has it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import anyio
from agents.testing import ScriptedModel, assistant_message

from code_assistant.markdown import render
from code_assistant.orchestrator import Orchestrator
from code_assistant.request import parse_request
from code_assistant.settings import read_settings
from code_assistant.status import render_status
from tests.support.processes import until
from tests.support.raw_server import clean_environment
from tests.support.team_tools import make_project, need_python_tools

WAIT_S = 120
WRONG = '"""Add numbers."""\n\n\ndef add(left: int, right: int) -> str:\n'
WRONG += '    """Return the sum of two numbers."""\n    return left + right\n'
UGLY = WRONG.replace("-> str", "-> int").replace("left + right", "left+right")
GOOD = UGLY.replace("left+right", "left + right")
TEST = '"""Tests of add."""\n\nfrom add import add\n\n\ndef test_two_numbers_are_added() -> None:\n'
TEST += '    """One and one are two."""\n    assert add(1, 1) == 2\n'


def answered(**files: str) -> list[Any]:
    listed = [{"path": f"{name}.py", "content": content} for name, content in files.items()]
    return [assistant_message(json.dumps({"files": listed, "explanation": "Adds."}))]


async def test_what_the_type_checker_refuses_is_repaired_and_the_answer_comes_formatted(tmp_path: Path) -> None:
    config = {"pyproject.toml": "[tool.mypy]\nstrict = true\n\n[tool.ruff.format]\n"}
    project = make_project(tmp_path, config, {".venv": need_python_tools()})
    environ = {**os.environ, "PROJECT_DIR": str(project), "CODE_ASSISTANT_CONTEXT7": "off"}
    model = ScriptedModel([answered(add=WRONG, test_add=TEST), answered(add=UGLY, test_add=f"{TEST}  \n")])
    orchestrator = Orchestrator(read_settings(environ), model)
    orchestrator.fleet.start()
    try:
        with anyio.fail_after(WAIT_S):
            await orchestrator.fleet.children["standards"].wait_ready(WAIT_S)
            request = parse_request({"request": "Add two numbers.", "language": "python", "include_tests": True})
            result = await orchestrator.generate(request)
    finally:
        await orchestrator.stop()
    assert {file.path: file.content for file in result.files} == {"add.py": GOOD, "test_add.py": TEST}
    assert result.checks.rounds == 1
    assert {"TOOL-mypy", "TOOL-ruff", "TOOL-ruff-format"} <= set(result.checks.proved)
    assert "mypy 2.4.1 (pyproject.toml)" in result.checks.tools
    assert result.checks.formatted == ("add.py: ruff-format 0.17.6 (pyproject.toml)",)
    assert result.checks.mended == ("test_add.py",)
    assert "Formatted by the project's own formatter: add.py: ruff-format" in render(result, 60_000)


async def test_the_status_names_the_rule_that_would_prove_an_item_that_is_only_written(tmp_path: Path) -> None:
    files = {"AGENTS.md": "# Rules\n\n- `TEAM-001` Nothing is compared loosely, see `eqeqeq`.\n"}
    project = make_project(tmp_path, {**files, "eslint.config.js": "export default []\n"})
    orchestrator = Orchestrator(read_settings(clean_environment(PROJECT_DIR=str(project))))
    orchestrator.start()
    try:
        with anyio.fail_after(WAIT_S):
            await until(lambda: bool(orchestrator.status().provable))
        told = render_status(orchestrator.status())
    finally:
        await orchestrator.stop()
    assert "- Only written down: `TEAM-001`: `eslint/eqeqeq`, as in eslint.config.js, would prove it" in told
