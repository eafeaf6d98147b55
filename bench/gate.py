"""The gate over real files beside ruff, oxlint and semgrep, in one run: files a second, and the memory they all take.

    python bench/gate.py [--files N] [--script-folder FOLDER] [--markdown FILE]

The files are Python's own library and what npm has installed in a folder, copied. Every program judges by all of its
rules, semgrep (where it is installed: `--semgrep PROGRAM`) by the few in `bench/semgrep.yml`, since its own need a
network. They look for different things, so that the figures tell what a gate costs and not who is better.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "standards-server.py"
RULES = ROOT / "bench" / "semgrep.yml"
LIMIT_S = 1_800.0
LOOK_S = 0.05
MAX_BYTES = 100_000
EDIT = '"""A."""\n\n\ndef run(text: str) -> object:\n    """Run it."""\n    return eval(text)\n'


@dataclass(frozen=True)
class Run:
    """What one program took."""

    name: str
    files: int
    seconds: float
    cpu_s: float
    peak_mb: float
    code: int

    @property
    def row(self) -> str:
        """A row of the table."""
        speed, each = self.files / self.seconds, 1_000 * self.cpu_s / self.files
        told = "" if self.code in (0, 1) else f" (exit code {self.code})"
        figures = f"{self.seconds:.1f} | {speed:,.0f} | {each:.1f} | {self.peak_mb:,.0f}"
        return f"| {self.name}{told} | {self.files:,} | {figures} |"


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print the table. Returns the exit code."""
    parser = argparse.ArgumentParser(description="The gate beside other judges.")
    parser.add_argument("--files", type=int, default=1_000, help="half of them Python, half JavaScript")
    parser.add_argument("--script-folder", type=Path, default=Path.home() / ".cache", help="where `node_modules` are")
    parser.add_argument("--semgrep", default="semgrep", help="its program, which may lie in an environment of its own")
    parser.add_argument("--markdown", type=Path, help="write the table to this file as well")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        half = options.files // 2
        counts = {
            "py": copy_files(find_python(), home / "py", half),
            "js": copy_files(find_script(options.script_folder), home / "js", options.files - half),
        }
        runs = list(measure(home, counts, options.semgrep))
        edits = [measure_edit(home / "edit") for _ in range(3)]
    lines = [
        "| program | files | seconds | files/s | ms of a processor for each | peak MB, all processes |",
        "|---|--:|--:|--:|--:|--:|",
        *(run.row for run in runs),
        "",
        f"A hook on one edited file: {min(edits):.2f} s (the best of {len(edits)}), start included.",
        f"{os.cpu_count()} processors; load before: {os.getloadavg()[0]:.1f}." if hasattr(os, "getloadavg") else "",
    ]
    print("\n".join(lines))
    if options.markdown:
        options.markdown.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def measure(home: Path, counts: Mapping[str, int], semgrep: str) -> Iterator[Run]:
    """Ours on both languages and on each, then the others on theirs."""
    gate = [sys.executable, str(SCRIPT), "--check", "--format", "json"]
    for name, folders in (("this gate", ("py", "js")), ("this gate, Python", ("py",)), ("this gate, JS", ("js",))):
        command = [*gate, *(str(home / folder) for folder in folders)]
        yield run_one(name, sum(counts[folder] for folder in folders), command, home)
    scripts = sysconfig.get_path("scripts")
    local = ["scan", f"--config={RULES}", "--metrics=off", "--disable-version-check", "--quiet", "--no-git-ignore"]
    for name, folder, further in (
        ("ruff", "py", ["check", "--isolated", "--no-cache", "--select=ALL"]),
        ("oxlint", "js", ["-D", "all"]),
        (semgrep, "py", local),
        (semgrep, "js", local),
    ):
        program = shutil.which(name, path=f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}")
        if program is None:
            print(f"{name} is not installed", file=sys.stderr)
            continue
        yield run_one(f"{Path(name).name}, {folder}", counts[folder], [program, *further, str(home / folder)], home)


def run_one(name: str, files: int, command: Sequence[str], folder: Path) -> Run:
    """Run a program to its end, and look at the memory of all its processes meanwhile."""
    begun, cpu_begun, peak = time.perf_counter(), measure_cpu(), 0.0
    environ = {name: value for name, value in os.environ.items() if name != "STANDARDS_DIR"} | {"PROJECT_TOOLS": "off"}
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ
    ) as process:
        while process.poll() is None:
            peak = max(peak, memory_mb(process.pid))
            if time.perf_counter() - begun > LIMIT_S:
                process.kill()
            time.sleep(LOOK_S)
    seconds = time.perf_counter() - begun
    return Run(name, files, seconds, measure_cpu() - cpu_begun, peak, process.returncode)


def measure_cpu() -> float:
    """Seconds of a processor that all ended processes below this one have taken; POSIX only, elsewhere 0."""
    used = os.times()
    return used.children_user + used.children_system


def memory_mb(pid: int) -> float:
    """What a process and all below it hold, where memory that several share is divided; Linux only."""
    total = 0.0
    for one in [pid, *descendants(pid)]:
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1024
    return total


def descendants(pid: int) -> Iterator[int]:
    """The processes below one."""
    try:
        children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from descendants(child)


def measure_edit(folder: Path) -> float:
    """How long an agent waits for the hook after an edit, in seconds."""
    folder.mkdir(exist_ok=True)
    file = folder / "a.py"
    file.write_text(EDIT, encoding="utf-8")
    event = {"cwd": str(folder), "hook_event_name": "PostToolUse", "tool_input": {"file_path": str(file)}}
    begun = time.perf_counter()
    command = [sys.executable, str(SCRIPT), "--hook", "claude-code"]
    done = subprocess.run(command, input=json.dumps(event).encode(), capture_output=True, cwd=folder, check=True)
    assert b"block" in done.stdout
    return time.perf_counter() - begun


def find_python() -> Iterator[Path]:
    """Python's own library."""
    library = Path(sysconfig.get_path("stdlib"))
    yield from (path for path in sorted(library.rglob("*.py")) if "site-packages" not in path.parts)


def find_script(folder: Path) -> Iterator[Path]:
    """What npm installed."""
    yield from (path for path in sorted(folder.rglob("node_modules/**/*.js")) if not path.name.endswith(".min.js"))


def copy_files(found: Iterable[Path], target: Path, count: int) -> int:
    """Copy so many, flat and under names of their own. Returns how many there were."""
    target.mkdir()
    chosen = (path for path in found if path.is_file() and 200 < path.stat().st_size <= MAX_BYTES)
    number = 0
    for number, path in enumerate(islice(chosen, count), start=1):
        shutil.copyfile(path, target / f"f{number:05}{path.suffix}")
    return number


if __name__ == "__main__":
    sys.exit(main())
