"""Which of the versions that a project's files name for one library is the one it uses.

The rule: a file near the root beats one below, of the same folder a lock file beats a manifest, and a pin beats a
range unless it lies deeper and does not fit it. Examples and old copies lie below and must not decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from packaging.version import Version

from code_assistant.project.versions.match import parse_version, satisfies

_MAX_VERSIONS = 200
"""Of one library in one file; lock files of very large trees have a dozen."""


@dataclass(frozen=True)
class ProjectVersion:
    """The version of one library; `version` is a range such as `>=1.2` when it is not exact."""

    name: str
    version: str
    source_file: str
    """Relative to the project."""
    is_exact: bool
    is_direct: bool = True
    """False when only another library needs it, where the file tells."""

    @property
    def wish(self) -> str:
        """What another version has to satisfy to be the same."""
        return f"=={self.version}" if self.is_exact else self.version

    @property
    def folder(self) -> str:
        """Where its file lies."""
        return self.source_file.rpartition("/")[0]

    @property
    def depth(self) -> int:
        """How many folders below the root its file lies."""
        return self.source_file.count("/")


def ranked(versions: Iterable[ProjectVersion]) -> tuple[ProjectVersion, ...]:
    """One file's versions of one library: exact ones first, the highest of them first."""
    return tuple(sorted(versions, key=_rank, reverse=True)[:_MAX_VERSIONS])


def choose(files: Sequence[tuple[ProjectVersion, ...]]) -> ProjectVersion:
    """The version in use; each file's versions are ranked, and the files come from the root down, locks first."""
    nearest_range: ProjectVersion | None = None
    for index, versions in enumerate(files):
        first = versions[0]
        if not first.is_exact:
            nearest_range = nearest_range or first
            continue
        pins = versions
        if nearest_range is not None and _rules(nearest_range, first):
            pins = tuple(_fitting(versions, nearest_range))
        if pins:
            return _narrow(pins, files[index + 1 :])
    return nearest_range or files[0][0]


def _rules(nearer: ProjectVersion, pin: ProjectVersion) -> bool:
    """A range binds what lies deeper or in the same folder, not the pins of a neighbour."""
    return nearer.depth < pin.depth or nearer.folder == pin.folder


def _narrow(known: Sequence[ProjectVersion], others: Sequence[tuple[ProjectVersion, ...]]) -> ProjectVersion:
    """Of those that are locked twice, the highest that the nearest manifest allows."""
    for versions in others:
        if len(known) == 1:
            break
        fitting = next(_fitting(known, versions[0]), None)
        if fitting is not None:
            return fitting
    return known[0]


def _fitting(versions: Sequence[ProjectVersion], wished: ProjectVersion) -> Iterator[ProjectVersion]:
    return (version for version in versions if version.is_exact and satisfies(version.version, wished.wish))


def _rank(version: ProjectVersion) -> tuple[bool, Version]:
    number = parse_version(version.version) if version.is_exact else None
    return version.is_exact, number or Version("0")
