"""The house keeps its shape: imports go one way, files stay small, the scripts say what they need."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
SCRIPTS = ("code-assistant-server.py", "standards-server.py")
SHARED = {"coding_standards.languages", "coding_standards.wire"}
LATE = ("agent", "agent_hooks", "agent_tools", "connection", "model_error", "offline", "whole_text")
"""Modules that import `agents` or `openai` at their top and are therefore loaded late."""
MAX_LINES = 300


def sources(folder: str) -> list[Path]:
    return sorted((HERE / folder).rglob("*.py"))


def imports(path: Path, *, at_top_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if at_top_only else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", sources("coding_standards"), ids=lambda path: path.name)
def test_the_standards_server_knows_nothing_of_the_assistant(path: Path) -> None:
    assert not {name for name in imports(path) if name.split(".")[0] in ("code_assistant", "agents", "openai")}


@pytest.mark.parametrize("path", sources("code_assistant"), ids=lambda path: path.name)
def test_the_assistant_shares_the_list_of_languages_and_the_wire_and_no_more(path: Path) -> None:
    assert {name for name in imports(path) if name.startswith("coding_standards")} <= SHARED


@pytest.mark.parametrize("path", sources("code_assistant"), ids=lambda path: path.name)
def test_the_slow_packages_are_imported_late(path: Path) -> None:
    if path.stem in LATE:
        return
    slow = {f"code_assistant.{name}" for name in LATE}
    assert not {n for n in imports(path, at_top_only=True) if n.split(".")[0] in ("agents", "openai") or n in slow}


def test_starting_the_server_imports_neither_agents_nor_openai() -> None:
    program = (
        "import sys; import code_assistant.server; print([m for m in ('agents', 'openai', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", [*sources("code_assistant"), *sources("coding_standards")], ids=lambda path: path.name)
def test_no_file_is_longer_than_a_reader_likes(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_asks_for_what_requirements_txt_asks_for(script: str) -> None:
    text = (HERE / script).read_text(encoding="utf-8")
    header = re.search(r"^# /// script\n(.*?)^# ///$", text, re.DOTALL | re.MULTILINE)
    assert header is not None
    asked = tomllib.loads(
        "".join(line.removeprefix("#").removeprefix(" ") for line in header[1].splitlines(keepends=True))
    )
    required = [line for line in (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    assert asked["dependencies"] == required
    assert asked["requires-python"] == ">=3.11"
    assert all("<" in line and ">=" in line for line in required)


def test_nothing_at_top_level_shadows_a_package_we_use() -> None:
    names = {path.stem for path in HERE.iterdir()}
    assert not names & {"agents", "mcp", "openai", "rich", "yaml", "ruff"}
