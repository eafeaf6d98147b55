"""Noticing that standards change on disk while nobody asks for them.

Its one rule: this only makes news early; every request looks at the disk itself, so a missed event does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
from watchfiles import awatch

from coding_standards.library.folder import is_directory

DEBOUNCE_MS = 100
"""Editors write a file in several steps; one announcement is enough."""
STEP_MS = 25
LOOK_MS = 2_000
"""Look this often without an event: for what changed before the watch stood, and for network drives."""
RETRY_S = 5.0
"""How long to wait before looking again when a directory is missing or cannot be watched."""

_TEAM_PARTS = ("", "languages", "topics", "rules")
_PROJECT_PARTS = ("", ".cursor", ".cursor/rules", ".github", ".github/instructions")

log = logging.getLogger(__name__)


def find_watched(team: Path | None, project: Path | None) -> tuple[Path, ...]:
    """The directories to watch, not their subdirectories: a project's may hold a hundred thousand files.

    Without those whose name is no Unicode, as on old disks: watchfiles takes none.
    """
    found = [team / part for part in _TEAM_PARTS] if team is not None else []
    found += [project / part for part in _PROJECT_PARTS] if project is not None else []
    return tuple(path for path in dict.fromkeys(found) if _is_unicode(path) and is_directory(path))


def _is_unicode(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


async def watch(
    team: Path | None, project: Path | None, on_change: Callable[[], Awaitable[None]], stop: anyio.Event
) -> None:
    """Call `on_change` after each change, until `stop` is set."""
    while not stop.is_set():
        directories = find_watched(team, project)
        if directories:
            await _watch_these(directories, team, project, on_change, stop)
        else:
            with anyio.move_on_after(RETRY_S):
                await stop.wait()
            if team is not None or project is not None:
                await on_change()


async def _watch_these(
    directories: tuple[Path, ...],
    team: Path | None,
    project: Path | None,
    on_change: Callable[[], Awaitable[None]],
    stop: anyio.Event,
) -> None:
    try:
        changes = awatch(
            *directories,
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=stop,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            recursive=False,
        )
        async for _ in changes:
            await on_change()
            if find_watched(team, project) != directories:
                return  # a directory came or went: watch the new set
    except* (OSError, RuntimeError) as errors:  # the latter for a file in them whose name is no Unicode
        log.warning("cannot watch %s: %s; changes are seen with the next request", directories[0], _reason(errors))
        with anyio.move_on_after(RETRY_S):
            await stop.wait()
        await on_change()


def _reason(error: BaseException) -> BaseException:
    return _reason(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
