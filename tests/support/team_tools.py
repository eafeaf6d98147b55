"""The tools of other people's projects, the real ones, in environments of the tests' own: installed once per machine.

One rule: as in `external.py`, what is missing skips the test and says how to get it; in CI it fails. The few that take
a gigabyte are not installed in CI, and their cases are not made there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import platformdirs

from tests.support.external import missing, need_node
from tests.support.processes import descendants, need_proc

PYTHON_TOOLS: Mapping[str, str] = {
    "ruff": "0.17.6",
    "black": "26.10.1",
    "mypy": "2.4.1",
    "ty": "0.0.108",
    "pyrefly": "1.5.0",
    "flake8": "7.5.0",
    "pylint": "4.1.4",
    "bandit": "1.9.4",
    "sqlfluff": "4.5.0",
    "sqruff": "0.44.0",
    "squawk-cli": "2.70.0",
    "ast-grep-cli": "0.51.1",
    "pre-commit": "4.7.0",
    "prek": "0.5.10",
}
SLOW_PYTHON_TOOLS: Mapping[str, str] = {"basedpyright": "1.40.2", "semgrep": "1.185.0", "tackbox-opengrep": "0.1.0"}
NODE_TOOLS: Mapping[str, str] = {
    "@biomejs/biome": "2.6.8",
    "@eslint/js": "10.0.1",
    "eslint": "10.15.0",
    "google-java-format": "2.0.0",
    "html-validate": "10.17.0",
    "oxlint": "1.94.0",
    "prettier": "3.10.1",
    "pyright": "1.1.414",
    "stylelint": "17.16.0",
    "stylelint-config-standard": "40.0.0",
    "typescript": "6.0.3",
    "typescript-eslint": "8.74.0",
}
OLD_PRETTIER: Mapping[str, str] = {"prettier": "2.8.8"}
QUICK_TYPESCRIPT = '{"compilerOptions": {"strict": true, "lib": ["es2022"], "types": []}, "include": ["src"]}'
"""Without the browser's declarations, which take three quarters of the compiler's time."""
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For tools that end before a better compiler would pay: half their time."""
INSTALL_S = 300.0
IN_CI = bool(os.environ.get("CI"))


def need_python_tools() -> Path:
    """A virtual environment with the tools for Python and SQL."""
    return _need(PYTHON_TOOLS, "python", _install_python)


def need_slow_python_tools() -> Path:
    """A virtual environment with those that are too large for CI."""
    home = _need(SLOW_PYTHON_TOOLS, "python", _install_python)
    # The package brings opengrep's program without a script that starts it.
    for program in home.glob("lib/python*/site-packages/tackbox_opengrep/bin/opengrep"):
        _link(home / "bin" / "opengrep", program)
    return home


def _link(place: Path, target: Path) -> None:
    with contextlib.suppress(FileExistsError):
        place.symlink_to(target)


def need_node_tools() -> Path:
    """A `node_modules` with the tools for JavaScript, TypeScript, CSS and HTML."""
    need_node()
    return _need(NODE_TOOLS, "node", _install_node) / "node_modules"


def need_old_prettier() -> Path:
    """A `node_modules` with an old prettier, which writes other code than the current one."""
    need_node()
    return _need(OLD_PRETTIER, "node", _install_node) / "node_modules"


def need_program(name: str, remedy: str) -> Path:
    """A program of the machine's."""
    found = shutil.which(name)
    return Path(found) if found else missing(f"{name} is not installed", remedy)


def _need(packages: Mapping[str, str], kind: str, install: Callable[[Mapping[str, str], Path], None]) -> Path:
    wanted = [f"{name} {version}" for name, version in sorted(packages.items())]
    digest = hashlib.sha256("\n".join([*wanted, sys.version]).encode()).hexdigest()[:12]
    home = platformdirs.user_cache_path("code-assistant-tests") / "tools" / f"{kind}-{digest}"
    is_complete = home / "complete"
    home.parent.mkdir(parents=True, exist_ok=True)
    with _locked(home.with_suffix(".lock")):
        if not is_complete.exists():
            shutil.rmtree(home, ignore_errors=True)
            install(packages, home)
            is_complete.write_text("\n".join(wanted), encoding="utf-8")
    return home


def _install_python(packages: Mapping[str, str], home: Path) -> None:
    # In its final place: a virtual environment cannot be moved.
    _run([sys.executable, "-m", "venv", str(home)], "make a virtual environment")
    wanted = [f"{name}=={version}" for name, version in packages.items()]
    _run([str(home / "bin" / "python"), "-m", "pip", "install", "-q", *wanted], f"install {', '.join(packages)}")


def _install_node(packages: Mapping[str, str], home: Path) -> None:
    home.mkdir(parents=True)
    wanted = [f"{name}@{version}" for name, version in packages.items()]
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm = shutil.which("npm") or "npm"
    _run([npm, "install", "--prefix", str(home), *options, *wanted], f"install {', '.join(packages)}")


def _run(command: list[str], doing: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S, check=False)
    except subprocess.TimeoutExpired:
        missing(f"cannot {doing} within {INSTALL_S:g} s", "look at the network")
    if done.returncode != 0:
        missing(f"cannot {doing}: {done.stderr[-500:]}", "look at the network")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two test runs at once install once."""
    import fcntl  # tests that need it do not run on Windows

    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_project(folder: Path, files: Mapping[str, str], links: Mapping[str, Path] | None = None) -> Path:
    """A project with these files, and links to what is installed for it."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for name, target in (links or {}).items():
        (folder / name).symlink_to(target)
    return folder


def digest_tree(folder: Path) -> str:
    """A digest of every name, text, link and time of modification in a folder; links are not followed."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        said = os.readlink(path) if path.is_symlink() else path.read_bytes().hex() if path.is_file() else ""
        digest.update(f"{path.relative_to(folder)} {status.st_mode} {status.st_mtime_ns} {said}\n".encode())
    return digest.hexdigest()


def copy_project(project: Path, files: Mapping[str, str]) -> tempfile.TemporaryDirectory[str]:
    """A copy of a project with these files in it, where its tools are run by hand."""
    folder = tempfile.TemporaryDirectory(prefix="by-hand-")
    shutil.copytree(project, folder.name, symlinks=True, dirs_exist_ok=True)
    make_project(Path(folder.name), files)
    return folder


def find_started(argument: str) -> list[int]:
    """The ids of the processes below this one that have this in their command line."""
    need_proc()
    return [process.pid for process in descendants(os.getpid()) if argument in process.command]


def main() -> int:
    """Install what the tests take, before they run."""
    for place in (need_python_tools(), need_node_tools(), need_old_prettier()):
        print(place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
