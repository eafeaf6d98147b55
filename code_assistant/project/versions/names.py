"""Libraries found as people write them: `gin` for `github.com/gin-gonic/gin`, `guava` for its whole coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from code_assistant.project.versions.choice import ProjectVersion

_MAJOR = re.compile(r"[/.]v(\d{1,9})$")


def by_other_names(found: Mapping[str, ProjectVersion]) -> dict[str, ProjectVersion]:
    """Versions by the names that libraries are called by besides their own; a name that could mean several means none.

    An alias is found by the name of its package. Of the majors of one Go module the highest is meant, and of modules
    that share a last name the one that the project needs itself.
    """
    called: dict[str, list[ProjectVersion]] = {}
    for name, version in found.items():
        for other in {_base(name), _short(name), version.package} - {name, ""}:
            called.setdefault(other, []).append(version)
    meant = {other: _meant(versions) for other, versions in called.items()}
    return {other: version for other, version in meant.items() if version is not None}


def _meant(versions: Iterable[ProjectVersion]) -> ProjectVersion | None:
    candidates = list(versions)
    direct = [version for version in candidates if version.is_direct] or candidates
    is_one = len({_base(version.name) for version in direct}) == 1
    return max(direct, key=lambda version: _major(version.name)) if is_one else None


def _base(name: str) -> str:
    """`github.com/jackc/pgx` of `github.com/jackc/pgx/v5`, `gopkg.in/yaml` of `gopkg.in/yaml.v3`."""
    if name.startswith("gopkg.in/"):
        return _MAJOR.sub("", name)
    return re.sub(r"/v\d{1,9}$", "", name)


def _short(name: str) -> str:
    """`gin` of `github.com/gin-gonic/gin/v2`, `yaml` of `gopkg.in/yaml.v3`, `guava` of `com.google.guava:guava`.

    A scoped npm name stays whole.
    """
    if ":" in name:
        return name.rpartition(":")[2]
    return name if name.startswith("@") else _base(name).rpartition("/")[2]


def _major(name: str) -> int:
    found = _MAJOR.search(name)
    return int(found[1]) if found else 0
