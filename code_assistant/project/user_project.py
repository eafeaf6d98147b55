"""What the user's own project knows: the versions it uses, its installed packages, and whether code fits them.

The modules that read all that are imported when first needed: most servers are started without a project.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from code_assistant.project.libraries import LibraryName, parse_library
from code_assistant.project.reality.report import RealityReport
from code_assistant.request import GenerationRequest
from code_assistant.result import GeneratedFile
from code_assistant.settings import Settings
from code_assistant.single_flight import SingleFlight
from code_assistant.text.plain import plain_line

if TYPE_CHECKING:
    from code_assistant.project.packages.document import InstalledDoc
    from code_assistant.project.packages.environment import Environment
    from code_assistant.project.versions.reader import ProjectVersions

_MAX_PROBLEMS = 5
"""Told for one project; whoever mends these sees the next ones."""
_PATH = re.compile(r"(?<![\w./@:-])(?:\./)?[\w.@-]+/[\w./@-]*")
"""Such as `packages/web/src/app.ts`; no absolute path, URL or scoped package."""
_MAX_PATHS, _MAX_ABOUT_CHARS = 20, 8_000


@dataclasses.dataclass(frozen=True)
class Wanted:
    """A library to document, and where its version comes from when it was not asked for."""

    library: LibraryName
    note: str | None = None
    problems: tuple[str, ...] = ()
    """The project's files that could not be used, each with the reason; its version may have been in one of them."""


class UserProject:
    """The project and environment that the settings name; without them it knows nothing and says so by values."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reading: SingleFlight[ProjectVersions] = SingleFlight()

    @property
    def is_known(self) -> bool:
        """True when there is a project or an environment to look into."""
        return bool(self._settings.project_dir or self._settings.python)

    async def wanted(self, asked: str, language: str, about: str = "") -> Wanted:
        """Split what was asked for; a version that was left out is the project's, where its files name one.

        `about` is the request: the version is the one that holds at the first path of the project that it names.
        """
        library = parse_library(asked, language)
        if library.wish is not None or self._settings.project_dir is None:
            return Wanted(library)
        versions = await self._reading.run(language, lambda: asyncio.to_thread(self._versions, language))
        used = versions.find(library.name, await asyncio.to_thread(self._place, about))
        told = versions.problems if used is not None else (*versions.problems, *versions.unread)
        problems = tuple(plain_line(problem) for problem in told[:_MAX_PROBLEMS])
        if used is None:
            return Wanted(library, problems=problems)
        return Wanted(LibraryName(library.name, used.wish), plain_line(used.note), problems)

    async def installed(self, library: LibraryName, language: str, query: str) -> InstalledDoc | None:
        """The installed package's own documentation, or None."""
        if not self.is_known:
            return None
        return await asyncio.to_thread(self._document_installed, library, language, query)

    def _document_installed(self, library: LibraryName, language: str, query: str) -> InstalledDoc | None:
        from code_assistant.documentation.installed import describe_installed  # late, see above

        return describe_installed(library, language, query, self._environment())

    async def check(
        self, request: GenerationRequest, files: Sequence[GeneratedFile], judged: Sequence[GeneratedFile] | None = None
    ) -> RealityReport:
        """Hold generated files, or those of them that are to be `judged`, against what is installed and asked for."""
        return await asyncio.to_thread(self._check_reality, request, files, judged)

    def _check_reality(
        self, request: GenerationRequest, files: Sequence[GeneratedFile], judged: Sequence[GeneratedFile] | None
    ) -> RealityReport:
        from code_assistant.project.reality.judge import check_reality  # late, see above

        return check_reality(files, request.libraries, self._environment(), about=request.request, judged=judged)

    def _place(self, about: str) -> str:
        """The first path in a text whose folder the project has, relative to the project; else nothing."""
        root = Path(self._settings.project_dir or "")
        for word in _PATH.findall(about[:_MAX_ABOUT_CHARS])[:_MAX_PATHS]:
            path = str(word).removeprefix("./")
            folder = path if path.endswith("/") else path.rpartition("/")[0]
            if ".." not in path.split("/") and (root / folder).is_dir():
                return path
        return ""

    def _environment(self) -> Environment:
        from code_assistant.project.packages.environment import find_environment  # late, see above

        return find_environment(self._settings)

    def _versions(self, language: str) -> ProjectVersions:
        from code_assistant.project.versions.reader import project_versions  # late, see above

        return project_versions(Path(self._settings.project_dir or ""), language, self._settings.python)
