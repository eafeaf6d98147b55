"""Imports of Go, Rust and Java held against the sources that are on disk: what the three have in common.

The rule: where the sources of an import are not on this machine, that is said, once; nothing is guessed from its name.
"""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ast_grep_py import SgNode, SgRoot

from code_assistant.project.packages.modules import Deadline
from code_assistant.project.reality.report import describe_unasked, unknown
from code_assistant.project.versions.reader import ProjectVersions, project_versions
from code_assistant.result import AnswerFinding, GeneratedFile
from groundwork.reading.plain_text import read_text

_MAX_SHOWN = 3
_MAX_MANIFESTS = 400
_MAX_MANIFEST_BYTES = 1_000_000
_VERSION_WORD = re.compile(r"^v\d+$|\.v\d+$")


@dataclass(frozen=True)
class Surroundings:
    """What a judgement of imports rests on."""

    language: str
    project_dir: Path | None
    files: tuple[GeneratedFile, ...]
    """Of the answer, of all languages."""
    asked: frozenset[str]
    """Libraries and words of the request, in small letters."""
    deadline: Deadline

    @property
    def versions(self) -> ProjectVersions:
        """What the project names for the language; nothing without a project."""
        return project_versions(self.project_dir, self.language) if self.project_dir else ProjectVersions({})

    def read_manifests(self, name: str) -> list[str]:
        """The texts of the answer's and the project's files of a name, as far as modules of a project lie."""
        root = self.project_dir
        texts = [file.content for file in self.files if file.path.rpartition("/")[2] == name]
        places = [root / name, *root.glob(f"*/{name}"), *root.glob(f"*/*/{name}")] if root is not None else []
        return texts + [read_text(place, _MAX_MANIFEST_BYTES) for place in places[:_MAX_MANIFESTS]]

    def is_asked_for(self, name: str) -> bool:
        """True when a path such as `github.com/gin-gonic/gin` has what was asked for in it."""
        parts = [_VERSION_WORD.sub("", part) for part in re.split(r"[/:]", name.lower().replace("_", "-"))]
        return any(part and part in self.asked for part in (*parts, name.lower(), "/".join(parts[-2:])))


class ImportReality(ABC):
    """Holds the imports of one language against what is on disk."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.unread: dict[str, None] = {}
        """Imports whose sources are not there, in the order in which they were met."""

    @abstractmethod
    def judge(self, file: GeneratedFile) -> Iterator[AnswerFinding]:
        """What is wrong with the imports of one file.

        Raises:
            DeadlineError: there is no time left.
        """

    def _judge_unread(
        self, path: str, line: int, name: str, manifest: str, *, is_required: bool
    ) -> Iterator[AnswerFinding]:
        """An import whose sources are not there: a warning where the project's manifest tells that it is nobody's."""
        if is_required or self._around.is_asked_for(name):
            self.unread[name] = None
        else:
            message = describe_unasked(name, f"is not required by the project's {manifest}")
            yield unknown("module", "warning", path, line, message)


def parse(file: GeneratedFile) -> SgNode:
    """The tree of a file."""
    return SgRoot(file.content.encode(errors="replace").decode(), file.language).root()


def home_folder(variable: str, *parts: str) -> Path:
    """The folder that a variable of the environment names, or one in the user's home."""
    named = os.environ.get(variable, "")
    return Path(named) if named else Path.home().joinpath(*parts)


def describe_unread(unread: Iterable[str]) -> str:
    """Why imports were held against nothing, in words."""
    names = list(unread)
    more = f" and {len(names) - _MAX_SHOWN} more" if len(names) > _MAX_SHOWN else ""
    return f"the sources of {', '.join(f'`{name}`' for name in names[:_MAX_SHOWN])}{more} are not on this machine"
