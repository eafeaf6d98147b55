"""The package as pip and uvx install it: built, put into an environment of its own, and run from an empty folder."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from groundwork.version import __version__
from tests.support import external
from tests.support.raw_server import RawServer, clean_environment

ROOT = Path(__file__).resolve().parents[1]
BUILD_S = 120.0


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment that holds the wheel, and sees what it requires in ours."""
    place = tmp_path_factory.mktemp("package")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(place), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=BUILD_S, check=False)
    if done.returncode:
        external.missing(f"the wheel was not built: {done.stderr[-500:]}", "pip fetches hatchling from PyPI")
    venv.create(place / "venv", with_pip=False)
    (site_packages,) = (place / "venv").rglob("site-packages")
    (site_packages / "ours.pth").write_text("\n".join(site.getsitepackages()))
    (wheel,) = place.glob("*.whl")
    assert wheel.name.startswith(f"code_assistant-{__version__}-")
    programs = place / "venv" / ("Scripts" if os.name == "nt" else "bin")
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(programs / "python"),
        "install",
        "-q",
        "--no-deps",
        str(wheel),
    ]
    subprocess.run(command, timeout=BUILD_S, check=True)
    return programs


def test_the_installed_program_does_the_main_job_without_a_clone(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed / "code-assistant", "--generate", "Parse an ISO date", "--language", "go"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean_environment(),
        timeout=BUILD_S,
        check=True,
    )
    assert done.stdout.startswith("**Scaffold")
    assert "```go\n" in done.stdout


def test_the_installed_standards_server_judges_files_from_a_command_line(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os  # noqa: F401\n\nVALUE = eval(input())\n")
    command = [str(installed / "coding-standards"), "--check", "--baseline", "known.json"]
    environ = clean_environment()
    written = subprocess.run([*command, "--update-baseline"], cwd=tmp_path, env=environ, timeout=BUILD_S, check=False)
    assert written.returncode == 0
    (tmp_path / "b.py").write_text("VALUE = eval(input())  # noqa: S307\n")
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environ, timeout=BUILD_S, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "b.py:1:9: error:" in done.stdout
    assert "suppression-noqa" in done.stdout
    assert "a.py:" not in done.stdout


async def test_the_installed_standards_server_judges_code(installed: Path, tmp_path: Path) -> None:
    async with RawServer([installed / "coding-standards"], env=clean_environment(), cwd=tmp_path) as server:
        await server.initialize()
        result = await server.call("check_code", code="import os\n", language="python")
    assert "F401" in str(result["structuredContent"])
