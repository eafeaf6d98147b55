"""Which of the versions that a project's files name for one library is the one it uses, and which others it uses too.

The rule: what holds for a folder holds below it, so that the nearest part of the project decides; of the same folder a
lock file beats a manifest, and a pin beats a range unless it lies deeper and does not fit it. Parts that lie beside the
place in question, such as examples and old copies, decide last and are named.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from packaging.version import Version

from code_assistant.project.versions.found import FoundVersions, upwards
from code_assistant.project.versions.match import parse_version, satisfies

_MAX_VERSIONS = 200
"""Of one library in one file; lock files of very large trees have a dozen."""
_MAX_OTHERS = 3


@dataclass(frozen=True)
class ProjectVersion(FoundVersions):
    """The version of one library; `version` is a range such as `>=1.2` when it is not exact."""

    folder: str = ""
    """The part of the project that it holds for."""
    source_file: str = ""
    """Relative to the project."""
    others: tuple[str, ...] = ()
    """What else is in use, and where."""

    @property
    def wish(self) -> str:
        """What another version has to satisfy to be the same."""
        return f"=={self.version}" if self.is_exact else self.version

    @property
    def depth(self) -> int:
        """How many folders below the root it holds."""
        return len(upwards(self.folder))

    @property
    def note(self) -> str:
        """Where it comes from, and what a reader has to know of it."""
        also = f"the project also has {', '.join(self.others)}" if self.others else ""
        said = "; ".join(part for part in (self.remark, also) if part)
        return f"version {self.version} as in {self.source_file}" + (f" ({said})" if said else "")


Group = tuple[ProjectVersion, ...]
"""What one file says of one library for one folder, ranked."""


def ranked(versions: Iterable[ProjectVersion]) -> Iterator[Group]:
    """One file's versions of one library, by folder: exact ones first, the highest of them first."""
    by_folder: dict[str, list[ProjectVersion]] = {}
    for version in sorted(dict.fromkeys(versions), key=_rank, reverse=True)[:_MAX_VERSIONS]:
        by_folder.setdefault(version.folder, []).append(version)
    yield from map(tuple, by_folder.values())


def choose(groups: Iterable[Group], place: str = "") -> ProjectVersion:
    """The version in use at a place; the groups come from the root down, lock files first."""
    above = upwards(place)
    files = sorted(groups, key=lambda group: _distance(group[0], above))
    nearest_range: ProjectVersion | None = None
    chosen: ProjectVersion | None = None
    rivals: Sequence[ProjectVersion] = ()
    for index, versions in enumerate(files):
        first = versions[0]
        if not first.is_exact:
            nearest_range = nearest_range or first
            continue
        pins: Sequence[ProjectVersion] = versions
        if nearest_range is not None and _rules(nearest_range, first):
            pins = tuple(_fitting(versions, nearest_range))
        if pins:
            rivals = _narrow(pins, files[index + 1 :])
            chosen = rivals[0]
            break
    chosen = chosen or nearest_range or files[0][0]
    return dataclasses.replace(chosen, others=tuple(dict.fromkeys(_others(chosen, rivals, files)))[:_MAX_OTHERS])


def _distance(version: ProjectVersion, above: Sequence[str]) -> tuple[bool, int]:
    """The folders that hold the place come first, the innermost of them before all; then the others from the root."""
    is_above = version.folder in above
    return not is_above, above.index(version.folder) if is_above else version.depth


def _rules(nearer: ProjectVersion, pin: ProjectVersion) -> bool:
    """A range binds what lies deeper or in the same folder, not the pins of a neighbour."""
    return nearer.depth != pin.depth or nearer.folder == pin.folder


def _narrow(known: Sequence[ProjectVersion], others: Sequence[Group]) -> Sequence[ProjectVersion]:
    """Of those that are locked twice, the ones that the nearest manifest allows."""
    for versions in others:
        if len(known) == 1:
            break
        fitting = tuple(_fitting(known, versions[0]))
        if fitting:
            return fitting
    return known


def _fitting(versions: Sequence[ProjectVersion], wished: ProjectVersion) -> Iterator[ProjectVersion]:
    return (version for version in versions if version.is_exact and satisfies(version.version, wished.wish))


def _others(chosen: ProjectVersion, rivals: Sequence[ProjectVersion], files: Sequence[Group]) -> Iterator[str]:
    """Versions that are as good for the place, and those that other parts of the project need themselves."""
    for version in rivals:
        if version.version != chosen.version:
            yield version.version
    for version in (version for group in files for version in group[:1]):
        is_elsewhere = (version.folder, version.source_file) != (chosen.folder, chosen.source_file)
        if is_elsewhere and version.is_direct and version.is_exact and version.version != chosen.version:
            yield f"{version.version} in {version.source_file if version.folder == chosen.folder else version.folder}"


def _rank(version: ProjectVersion) -> tuple[bool, Version]:
    number = parse_version(version.version) if version.is_exact else None
    return version.is_exact, number or Version("0")
