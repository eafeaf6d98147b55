"""How long the project's own tools take as judges, side by side with the same tools run by hand.

    python bench/measure_tools.py [--files N] [--json FILE]

Its one rule: both judge the same changed file of the same project; by hand means the plain command in the project.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import anyio
import anyio.to_thread

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from coding_standards.project.tools.judge import Change, ProjectJudge
from coding_standards.project.tools.trust import parse_trust
from tests.support.team_tools import make_project, need_node_tools, need_python_tools

TIMES = 9
PYTHON = '"""Module {number}."""\n\n\ndef add_{number}(first: int, second: int) -> int:\n    """Return the sum."""\n'
PYTHON += "    return first + second + {number}\n"
SCRIPT = (
    "export function add{number}(first: number, second: number): number {{\n  return first + second + {number};\n}}\n"
)
ESLINT = "import js from '@eslint/js'\nimport ts from 'typescript-eslint'\n"
ESLINT += "export default [js.configs.recommended, ...ts.configs.recommended]\n"
HAND: dict[str, tuple[str, ...]] = {
    "ruff": (".venv/bin/ruff", "check", "--no-cache", "{file}"),
    "ruff-format": (".venv/bin/ruff", "format", "--check", "--no-cache", "{file}"),
    "mypy": (".venv/bin/mypy", "{file}"),
    "ty": (".venv/bin/ty", "check", "{file}"),
    "eslint": ("node_modules/.bin/eslint", "{file}"),
    "prettier": ("node_modules/.bin/prettier", "--check", "{file}"),
    "biome": ("node_modules/.bin/biome", "lint", "{file}"),
    "oxlint": ("node_modules/.bin/oxlint", "{file}"),
    "tsc": ("node_modules/.bin/tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", "../info"),
}


@dataclass(frozen=True)
class Line:
    """One line of the table, in milliseconds."""

    project: str
    tools: str
    by_hand_ms: float
    """The median of the runs after the first."""
    first_ms: float
    again_ms: float


def make(folder: Path, kind: str, count: int) -> tuple[Path, str, str, Sequence[str]]:
    """A project of so many files, the file that is judged, its text with {number} to fill in, and the tools."""
    if kind == "python":
        files = {f"src/p{n % 20}/m{n}.py": PYTHON.format(number=n) for n in range(count)}
        files["pyproject.toml"] = (
            "[tool.ruff.lint]\nselect = ['E', 'F']\n[tool.ruff.format]\n[tool.mypy]\nstrict = true\n[tool.ty]\n"
        )
        make_project(folder, files, {".venv": need_python_tools()})
        return folder, "src/p1/m1.py", PYTHON, ("ruff", "ruff-format", "mypy", "ty")
    files = {f"src/p{n % 20}/m{n}.ts": SCRIPT.format(number=n) for n in range(count)}
    files |= {
        "tsconfig.json": '{"compilerOptions": {"strict": true, "types": []}, "include": ["src"]}',
        "biome.json": "{}",
    }
    files |= {".oxlintrc.json": "{}", ".prettierrc.json": "{}", "eslint.config.mjs": ESLINT}
    make_project(folder, files, {"node_modules": need_node_tools()})
    return folder, "src/p1/m1.ts", SCRIPT, ("eslint", "prettier", "biome", "oxlint", "tsc")


def run_by_hand(project: Path, path: str, text: str, tools: Sequence[str]) -> float:
    """How long the tools take one after the other, in seconds."""
    (project / path).write_text(text, encoding="utf-8")
    begun = time.perf_counter()
    for tool in tools:
        command = [word.replace("{file}", path) for word in HAND[tool]]
        subprocess.run(command, cwd=project, capture_output=True, check=False)
    return time.perf_counter() - begun


async def measure(project: Path, path: str, text: str, trust: str, tools: Sequence[str]) -> tuple[float, float, float]:
    """By hand, the first check and a later one, in milliseconds; in turns, so that both see the same machine."""
    judge = ProjectJudge(project)
    hand: list[float] = []
    checks: list[float] = []
    for number in range(TIMES + 1):
        hand.append(await anyio.to_thread.run_sync(run_by_hand, project, path, text.format(number=f"1{number}"), tools))
        begun = time.perf_counter()
        judgement = await judge.judge(Change({path: text.format(number=f"2{number}")}, {}), parse_trust(trust))
        checks.append(time.perf_counter() - begun)
        problems = [f"{run.name}: {run.problem}" for run in judgement.runs if run.problem and run.name in tools]
        if problems:
            raise SystemExit("\n".join(problems))
    await judge.aclose()
    return statistics.median(hand[1:]) * 1000, checks[0] * 1000, statistics.median(checks[1:]) * 1000


async def measure_all(count: int) -> list[Line]:
    """Each tool alone, then all that run no code of the project."""
    lines: list[Line] = []
    for kind in ("python", "typescript"):
        with tempfile.TemporaryDirectory() as folder:
            project, path, text, tools = make(Path(folder) / "project", kind, count)
            safe = [tool for tool in tools if tool != "eslint"]
            for trust, chosen in [*((tool, [tool]) for tool in tools), ("safe", safe)]:
                line = Line(f"{count} {kind}", trust, *await measure(project, path, text, trust, chosen))
                again = f"again {line.again_ms:7.0f} ms ({line.again_ms - line.by_hand_ms:+.0f})"
                first = f"by hand {line.by_hand_ms:7.0f} ms, first check {line.first_ms:7.0f} ms"
                print(f"{line.project:16} {line.tools:12} {first}, {again}", flush=True)
                lines.append(line)
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    lines = anyio.run(measure_all, options.files)
    if options.json:
        options.json.write_text(json.dumps([asdict(line) for line in lines], indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
