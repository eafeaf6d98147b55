"""Real git repositories for the tests, and the gate as people start it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[2] / "standards-server.py"
RUN_S = 120.0
_LEFT_OUT = ("STANDARDS_DIR", "PROJECT_DIR", "CLAUDE_PROJECT_DIR", "PROJECT_TOOLS", "PRE_COMMIT_FROM_REF")


@dataclass(frozen=True)
class Ran:
    """What a run of the program left."""

    code: int
    output: str
    errors: str

    @property
    def data(self) -> Any:
        """The output as JSON."""
        return json.loads(self.output)

    @property
    def rules(self) -> list[tuple[str, int, str]]:
        """Path, line and rule of each finding that stops a merge, of `--format json`."""
        return [(one["path"], one["line"], one["rule"]) for one in self.data["findings"] if one["is_breach"]]


@dataclass(frozen=True)
class Repository:
    """A folder under git."""

    folder: Path

    def write(self, files: Mapping[str, str]) -> None:
        """Put these texts into the working tree."""
        for path, text in files.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")

    def git(self, *arguments: str, **more: str) -> str:
        """Run git."""
        who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
        who |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=os.environ | who | more,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def commit(self, files: Mapping[str, str]) -> None:
        """Write and commit."""
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-qm", "state")


def make_repository(folder: Path, files: Mapping[str, str] | None = None) -> Repository:
    """A new one, with these files committed."""
    folder.mkdir(parents=True, exist_ok=True)
    repository = Repository(folder.resolve())
    repository.git("init", "-q", "-b", "main")
    if files:
        repository.commit(files)
    return repository


def run_gate(folder: Path, *arguments: str | Path, given: str = "", **environ: str) -> Ran:
    """Run the program in this folder."""
    kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    done = subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        cwd=folder,
        env={**kept, "PROJECT_TOOLS": "off", **environ},
        input=given.encode(),
        capture_output=True,
        timeout=RUN_S,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
