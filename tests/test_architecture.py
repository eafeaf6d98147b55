"""The house keeps its shape: imports go one way, files stay small, the scripts say what they need."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

HERE = Path(__file__).resolve().parent.parent
SCRIPTS = ("code-assistant-server.py", "standards-server.py")
PACKAGES = ("code_assistant", "coding_standards", "groundwork")
SHARED = {"coding_standards.languages"}
LATE = {
    "code_assistant.children.connection",
    *(f"code_assistant.model.{n}" for n in ("agent", "hooks", "tools", "error", "offline", "reply")),
    *(f"code_assistant.model.{n}" for n in ("ending", "provider", "window")),
}
"""Modules that import `agents` or `openai` at their top and are therefore loaded late."""
MAX_LINES = 400
MAX_MODULES = 20
"""Directly in one folder, its `__init__.py` not counted; more is a room that has to be divided."""


def sources(folder: str) -> list[Path]:
    return sorted((HERE / folder).rglob("*.py"))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(HERE).with_suffix("").parts)


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


def test_the_standards_server_knows_nothing_of_the_assistant() -> None:
    for path in sources("coding_standards"):
        assert not {name for name in imports(path) if name.split(".")[0] in ("code_assistant", "agents", "openai")}, (
            path
        )


def test_the_assistant_shares_the_list_of_languages_with_the_standards_server_and_no_more() -> None:
    for path in sources("code_assistant"):
        assert {name for name in imports(path) if name.startswith("coding_standards")} <= SHARED, path


def test_the_groundwork_rests_on_nothing_but_the_list_of_languages() -> None:
    for path in sources("groundwork"):
        ours = {name for name in imports(path) if name.split(".")[0] in ("code_assistant", "coding_standards")}
        assert ours <= SHARED, path


def test_the_slow_packages_are_imported_late() -> None:
    for path in sources("code_assistant"):
        if module_of(path) not in LATE:
            at_top = imports(path, at_top_only=True)
            assert not {name for name in at_top if name.split(".")[0] in ("agents", "openai") or name in LATE}, path


def test_starting_the_server_imports_neither_agents_nor_openai() -> None:
    program = (
        "import sys; import code_assistant.server; print([m for m in ('agents', 'openai', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_file_is_longer_than_a_reader_likes() -> None:
    for package in PACKAGES:
        for path in sources(package):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES, path


def test_no_room_holds_more_modules_than_a_reader_takes_in() -> None:
    for package in PACKAGES:
        modules = Counter(path.parent for path in sources(package) if path.name != "__init__.py")
        assert not {room: count for room, count in modules.items() if count > MAX_MODULES}


def test_no_two_classes_have_one_name() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for package in PACKAGES for path in sources(package)]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names = Counter(node.name.lstrip("_") for node in classes)
    assert not {name: count for name, count in names.items() if count > 1}


def test_what_is_required_is_said_alike_in_every_place() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime, for_tests = project["dependencies"], project["optional-dependencies"]["test"]
    required = [line for line in (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    assert required == [*runtime, *for_tests]
    assert all("<" in line and ">=" in line for line in required)
    assert asked_by("code-assistant-server.py")["dependencies"] == runtime
    assert set(asked_by("standards-server.py")["dependencies"]) < set(runtime)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_runs_by_itself_with_the_python_that_the_project_asks_for(script: str) -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert asked_by(script)["requires-python"] == project["requires-python"]


def asked_by(script: str) -> dict[str, Any]:
    """The table in a script's header (https://packaging.python.org/specifications/inline-script-metadata/)."""
    text = (HERE / script).read_text(encoding="utf-8")
    header = re.search(r"^# /// script\n(.*?)^# ///$", text, re.DOTALL | re.MULTILINE)
    assert header is not None
    return tomllib.loads(
        "".join(line.removeprefix("#").removeprefix(" ") for line in header[1].splitlines(keepends=True))
    )


def test_the_standards_server_starts_without_what_its_header_does_not_ask_for() -> None:
    runtime, own = asked_by("code-assistant-server.py")["dependencies"], asked_by("standards-server.py")["dependencies"]
    others = {Requirement(line).name for line in set(runtime) - set(own)}
    modules = sorted({"griffelib": "griffe", "openai-agents": "agents"}.get(name, name).lower() for name in others)
    program = (
        "import pkgutil, sys\n"
        f"sys.modules.update(dict.fromkeys({modules}))\n"
        "import coding_standards\n"
        "for found in pkgutil.walk_packages(coding_standards.__path__, 'coding_standards.'):\n"
        "    if not found.name.endswith('__main__'): __import__(found.name)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=HERE, check=True)


def test_nothing_at_top_level_shadows_a_package_we_use() -> None:
    names = {path.stem for path in HERE.iterdir()}
    assert not names & {"agents", "mcp", "openai", "rich", "yaml", "ruff"}
