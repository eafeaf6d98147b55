"""Generated JavaScript and TypeScript held against what is known: imports of packages that nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from code_assistant.project.libraries import LibraryName
from code_assistant.project.packages.environment import Environment
from code_assistant.project.packages.modules import Deadline
from code_assistant.project.reality.known import NODE_OWN, NODE_WELL_KNOWN
from code_assistant.project.reality.node_imports import NodeImport, imported
from code_assistant.project.reality.node_installed import InstalledPackage
from code_assistant.project.reality.node_project import NodeProject, read_node_project
from code_assistant.project.reality.report import describe_unasked
from code_assistant.result import AnswerFinding, GeneratedFile, Severity

_PACKAGE = re.compile(r"^(@[a-z0-9~_-][\w.~-]*/[\w.~-]+|[A-Za-z0-9][\w.-]*)(/.*)?$")


class NodeReality:
    """Judges JavaScript and TypeScript files: packages that are not asked for, not installed and not known."""

    def __init__(
        self, libraries: tuple[LibraryName, ...], about: frozenset[str], environment: Environment, deadline: Deadline
    ) -> None:
        self._asked = frozenset(_plain(name) for name in (*(library.name for library in libraries), *about))
        self._environment = environment
        self._deadline = deadline

    @cached_property
    def _project(self) -> NodeProject:
        return read_node_project(self._environment)

    def judge(self, file: GeneratedFile) -> Iterator[AnswerFinding]:
        """Findings of one file.

        Raises:
            DeadlineError: there is no time left.
        """
        told: set[str] = set()
        for found in imported(file, self._deadline):
            for name, rule, message in self._judge(found, is_typed=file.language == "typescript"):
                if name not in told:
                    told.add(name)
                    severity: Severity = "error" if rule == "unknown-name" else "warning"
                    yield AnswerFinding(
                        rule=f"reality-{rule}", severity=severity, file=file.path, line=found.line, message=message
                    )

    def _judge(self, found: NodeImport, *, is_typed: bool) -> Iterator[tuple[str, str, str]]:
        """What is wrong, by which rule, and in words."""
        if found.source.startswith("node:"):
            if found.source[5:].partition("/")[0] not in NODE_OWN:
                yield (
                    found.source,
                    "unknown-module",
                    f"`{found.source}` is no module of Node; use one of https://nodejs.org/api/",
                )
            return
        package = _PACKAGE.match(found.source)
        name = package[1] if package else ""
        if not package or not name or name in NODE_OWN:
            return
        has_project = bool(self._project.names)
        if self._project.has(found.source, name):
            yield from self._judge_installed(found, name, (package[2] or "")[1:], is_typed=is_typed)
        elif not _is_known(name, self._asked, has_project=has_project):
            why = "is not in the project's package.json or node_modules" if has_project else "is no well-known package"
            yield name, "unknown-module", describe_unasked(name, why, has_project=has_project)

    def _judge_installed(
        self, found: NodeImport, name: str, subpath: str, *, is_typed: bool
    ) -> Iterator[tuple[str, str, str]]:
        node_modules = self._environment.node_modules
        installed = InstalledPackage(node_modules, name, self._deadline) if node_modules is not None else None
        if installed is None or not installed.is_known or self._project.is_alias(found.source):
            return
        if subpath and installed.lacks_path(subpath):
            yield (
                found.source,
                "unknown-name",
                f"`{found.source}` is not there in {name} {installed.version}, as installed",
            )
        for of in found.names:
            version = f"in the installed version {installed.version}"
            if of == "default":
                continue
            if installed.lacks_name(of, subpath, is_typed=is_typed):
                yield f"{name}.{of}", "unknown-name", f"`{found.source}` has no `{of}` {version}"
            elif (why := installed.find_deprecation(of, subpath)) is not None:
                message = f"`{of}` of `{found.source}` is deprecated {version}{f': {why}' if why else ''}"
                yield f"{name}.{of}", "deprecated", message


def _is_known(name: str, asked: frozenset[str], has_project: bool) -> bool:
    scope = name.partition("/")[0]
    base = name.removeprefix("@types/")
    if base in NODE_OWN or _plain(base) in asked or _plain(scope.lstrip("@")) in asked:
        return True
    if any(_plain(scope) == known.partition("/")[0] for known in asked if known.startswith("@")):
        return True
    # `react-dom` comes with `react`: companions are named after what they belong to, and so are made-up packages,
    # so this counts only for those that are known to exist.
    return not has_project and (name in NODE_WELL_KNOWN or scope in NODE_WELL_KNOWN)


def _plain(name: str) -> str:
    return re.sub(r"(?<=\w)\.js$", "", name.strip(".,;:!?()`'\"").lower())
