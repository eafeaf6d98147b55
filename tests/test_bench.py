"""The bench's parts run and leave figures behind: real processes, one repetition; what they show is not judged here."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.support.external import FOLDER_VARIABLE

pytestmark = pytest.mark.process
ROOT = Path(__file__).resolve().parent.parent
RUN_S = 240.0
"""Alone it takes ten seconds; a busy machine may need this."""


async def run_bench(folder: Path, *options: str) -> tuple[int, str]:
    """Run the bench as a user without Context7 does and return its exit code and what it printed."""
    environment = {**os.environ, FOLDER_VARIABLE: str(folder / "nothing")}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "bench" / "run.py"), *options),
        env=environment,
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        printed, _ = await asyncio.wait_for(process.communicate(), RUN_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, printed.decode()


async def test_the_parts_run_and_hold_their_figures_against_targets(tmp_path: Path) -> None:
    data, report = tmp_path / "bench.json", tmp_path / "bench.md"
    code, printed = await run_bench(
        tmp_path,
        *("--parts", "checks,overhead", "--repetitions", "1"),
        *("--json", str(data), "--output", str(report)),
    )
    assert code == 0, printed
    parts = json.loads(data.read_text(encoding="utf-8"))
    figures = {(figure["what"], figure["subject"]): figure["samples"] for part in parts for figure in part["figures"]}
    assert {"python", "css"} <= {what for what, subject in figures if subject == "standards"}
    assert min(figures["no libraries", "ours"]) > 0
    assert "| no libraries: ours / naive " in report.read_text(encoding="utf-8")


async def test_an_unknown_part_is_refused_by_name(tmp_path: Path) -> None:
    code, printed = await run_bench(tmp_path, "--parts", "speed")
    assert code == 2
    assert "unknown part 'speed'" in printed
