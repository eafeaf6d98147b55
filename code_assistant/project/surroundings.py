"""What the settings name and the machine does not have: folders, an interpreter, values that a host left as they were.

Its one rule: nothing of it stops the start, since a folder may come later; and nothing of it goes unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from code_assistant.result import Missing
from code_assistant.settings import Settings

TEAM, PROJECT = "the team's standards", "the project"


def find_gaps(settings: Settings) -> tuple[Missing, ...]:
    """Each thing that is named and not there, as it is now; costs a few looks at the disk."""
    return tuple(_gaps(settings))


def _gaps(settings: Settings) -> Iterator[Missing]:
    for name in settings.unexpanded:
        why = (
            f"the host passed the name of a variable (`${{...}}`) in {name} instead of its value, so it counts as unset"
        )
        remedy = f"write the value of {name} itself into the host's configuration, or set it where the host is started"
        yield Missing(what=f"the setting {name}", why=why, remedy=remedy)
    if settings.standards_dir is not None and not _is_dir(settings.standards_dir):
        why = f"{settings.standards_dir} is no folder, so that only the built-in standards were applied"
        yield Missing(what=TEAM, why=why, remedy="correct CODE_ASSISTANT_STANDARDS_DIR")
    if settings.project_dir is not None and not _is_dir(settings.project_dir):
        why = f"{settings.project_dir} is no folder, so that nothing of a project was read"
        yield Missing(what=PROJECT, why=why, remedy="correct PROJECT_DIR or CLAUDE_PROJECT_DIR")
    if settings.python is not None and not _exists(settings.python):
        why = f"{settings.python} is not there, so that no installed package was read"
        remedy = "CODE_ASSISTANT_PYTHON takes an interpreter or the folder of a virtual environment"
        yield Missing(what="the Python environment", why=why, remedy=remedy)


def _is_dir(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False
