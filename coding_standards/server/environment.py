"""The environment of the standards server: the two directories that it looks at, and whose tools may judge.

Its one rule: an empty variable counts as not set; a wrong path is a problem to report, not a reason to stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coding_standards.project.tools.trust import OFF, Trust, TrustError, parse_trust


@dataclass(frozen=True)
class Directories:
    """Where standards come from beside the built-in ones."""

    team: Path | None = None
    """`STANDARDS_DIR`: the team's own standards and rules."""
    project: Path | None = None
    """`PROJECT_DIR`, or `CLAUDE_PROJECT_DIR`, which Claude Code sets: what the project says for itself."""
    trust: Trust = field(default_factory=Trust)
    """`PROJECT_TOOLS`: which of the project's own tools may judge."""


def read_directories(environment: Mapping[str, str]) -> Directories:
    """The directories named in the environment, absolute, `~` filled in."""
    project = environment.get("PROJECT_DIR") or environment.get("CLAUDE_PROJECT_DIR")
    return Directories(_path(environment.get("STANDARDS_DIR")), _path(project), _trust(environment))


def _trust(environment: Mapping[str, str]) -> Trust:
    try:
        return parse_trust(environment.get("PROJECT_TOOLS"))
    except TrustError as error:
        return Trust(OFF, problem=f"PROJECT_TOOLS={error}; the project's tools are off")


def _path(given: str | None) -> Path | None:
    if given is None or not given.strip():
        return None
    path = Path(given.strip())
    try:
        return path.expanduser().absolute()
    except RuntimeError:  # `~somebody` without such a user
        return path.absolute()
