"""What the settings name and the machine does not have: folders, an interpreter, values that a host left as they were.

Its one rule: nothing of it stops the start, since a folder may come later; and nothing of it goes unsaid.
"""

from __future__ import annotations

import os.path
import sys
from collections.abc import Iterator

from code_assistant.result import Missing
from code_assistant.settings import Settings

MIB = 1_048_576
LEAST_MEMORY = 800 * MIB
"""Address space, of which each thread takes 8 MB: with 600 MB not every thread could be started, with 800 each."""
TEAM, PROJECT = "the team's standards", "the project"


def find_gaps(settings: Settings) -> tuple[Missing, ...]:
    """Each thing that is named and not there, as it is now; costs a few looks at the disk."""
    return tuple(_gaps(settings))


def find_memory_limit() -> Missing | None:
    """The limit on this process's memory where it is too small to work in.

    Below it imports and threads fail half-way and leave locks behind that nobody opens: nothing would answer any more.
    """
    if sys.platform == "win32":
        return None
    import resource  # POSIX has it

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY or limit >= LEAST_MEMORY:
        return None
    why = f"this process may use {limit // MIB} MB of memory (ulimit -v), so that nothing was started"
    remedy = f"raise the limit to {LEAST_MEMORY // MIB} MB or more; Context7 under npx needs no limit at all"
    return Missing(what="memory", why=why, remedy=remedy)


def _gaps(settings: Settings) -> Iterator[Missing]:
    memory = find_memory_limit()
    if memory is not None:
        yield memory
    for name in settings.unexpanded:
        why = (
            f"the host passed the name of a variable (`${{...}}`) in {name} instead of its value, so it counts as unset"
        )
        remedy = f"write the value of {name} itself into the host's configuration, or set it where the host is started"
        yield Missing(what=f"the setting {name}", why=why, remedy=remedy)
    if settings.standards_dir is not None and not os.path.isdir(settings.standards_dir):
        why = f"{settings.standards_dir} is no folder, so that only the built-in standards were applied"
        yield Missing(what=TEAM, why=why, remedy="correct CODE_ASSISTANT_STANDARDS_DIR")
    if settings.project_dir is not None and not os.path.isdir(settings.project_dir):
        why = f"{settings.project_dir} is no folder, so that nothing of a project was read"
        yield Missing(what=PROJECT, why=why, remedy="correct PROJECT_DIR or CLAUDE_PROJECT_DIR")
    if settings.python is not None and not os.path.exists(settings.python):
        why = f"{settings.python} is not there, so that no installed package was read"
        remedy = "CODE_ASSISTANT_PYTHON takes an interpreter or the folder of a virtual environment"
        yield Missing(what="the Python environment", why=why, remedy=remedy)
