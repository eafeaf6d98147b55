"""gradle.lockfile, and one file for each configuration as before Gradle 7.

https://docs.gradle.org/current/userguide/dependency_locking.html. A module may be locked for several configurations in
several versions: what the code is compiled with counts before what its tests and tools need.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from code_assistant.project.versions.files import VersionFiles
from code_assistant.project.versions.found import FoundVersions

_LOCKED = re.compile(r"^([\w.-]+:[\w.-]+):([^=:\s]+)(?:=(\S*))?[ \t]*$", re.MULTILINE)
_OLD_FOLDER = "gradle/dependency-locks"
_CODE, _TESTS, _TOOLS = 2, 1, 0


def read(files: VersionFiles, name: str) -> Iterator[FoundVersions]:
    """Artifacts as `group:artifact` with their exact versions."""
    folder, file = posixpath.split(name)
    stem = file.removesuffix(".lockfile")
    nearest: dict[str, dict[str, int]] = {}
    for artifact, version, configurations in _LOCKED.findall(files.read(name) or ""):
        of_artifact = nearest.setdefault(artifact, {})
        grade = max(map(_grade, (configurations or stem).split(",")))
        of_artifact[version] = max(grade, of_artifact.get(version, grade))
    place = folder.removesuffix(_OLD_FOLDER).rstrip("/")
    for artifact, grades in nearest.items():
        best = max(grades.values())
        for version, grade in grades.items():
            if grade == best:
                yield FoundVersions(artifact, version, True, is_direct=best == _CODE, folder=place)


def _grade(configuration: str) -> int:
    name = configuration.lower()
    if not name.endswith(("compileclasspath", "runtimeclasspath")):
        return _TOOLS
    return _TESTS if "test" in name else _CODE
