"""What a project already says about its code, read from the files that teams keep for their tools and agents.

`read_project(folder)` reads AGENTS.md, CLAUDE.md, Cursor and Copilot rules, .editorconfig and ruff's configuration.
Its one rule: nothing outside the project folder is ever read, and a file that cannot be used is a line in
`problems`, never an exception.
"""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from coding_standards.languages import Language
from coding_standards.project.editorconfig import EditorConfig, Layout, parse_editorconfig, resolve_layout
from coding_standards.project.files import Memory, ProjectFiles
from coding_standards.project.ruff_config import RuffConfig, RuffConfigError, read_ruff_config
from coding_standards.project.texts import ProjectText, read_texts

__all__ = ["Layout", "ProjectStandards", "ProjectText", "RuffConfig", "fingerprint", "read_project"]

MAX_TEXTS = 50
"""For one file."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProjectStandards:
    """Everything that a project says about its code, and what could not be read of it."""

    root: Path
    """The project's folder, resolved; every `source` is relative to it, with `/`."""
    given: Path | None = None
    """The folder as it was named; perhaps a link, which may lead elsewhere tomorrow."""
    texts: tuple[ProjectText, ...] = ()
    """Prose for whoever writes code, outermost folder first: where two disagree the later one is nearer."""
    editorconfigs: tuple[EditorConfig, ...] = ()
    ruff: RuffConfig | None = None
    ruff_problem: str | None = None
    """Why ruff's configuration cannot be used, where there is one; also among `problems`."""
    problems: tuple[str, ...] = ()
    """One sentence for each file, or part of one, that was left out, with the reason."""
    files: tuple[str, ...] = ()
    """Every file that was looked at, for `fingerprint`."""
    fingerprint: str = ""
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)
    """For the next look."""

    def texts_for(self, language: Language, path: str | None = None) -> tuple[ProjectText, ...]:
        """Return the texts that hold for a file; `path` is relative to the project, None when it is not known.

        Of very many the nearest ones count.
        """
        relative = None if path is None else self._relative(path)
        holding = [text for text in self.texts if text.applies_to(language, relative)]
        by_distance = sorted(range(len(holding)), key=lambda index: holding[index].depth)
        return tuple(holding[index] for index in sorted(by_distance[-MAX_TEXTS:]))

    def layout(self, language: Language, path: str | None = None) -> Layout:
        """Return how a file must be laid out; without a path, any file of the language at the top of the project.

        ruff's line length beats .editorconfig's for Python: it is what the team's own linter enforces.
        """
        name = self._relative(path) if path else f"file{language.suffixes[0]}"
        layout = resolve_layout(name, self.editorconfigs)
        if language.name != "python" or self.ruff is None or self.ruff.line_length is None:
            return layout
        sources = dict(layout.sources) | {"max_line_length": self.ruff.source}
        return replace(layout, max_line_length=self.ruff.line_length, sources=tuple(sorted(sources.items())))

    def is_current(self) -> bool:
        """Tell whether the files are still the ones that were read; costs a few milliseconds."""
        return fingerprint(self.given or self.root, self.files, self.memory) == self.fingerprint

    def inside(self, path: str) -> str:
        """Return `path` relative to the project with `/`, whichever way to it the caller took; else unchanged."""
        plain = path.replace("\\", "/")
        for folder in (self.root, self.given):
            start = f"{folder.as_posix().rstrip('/')}/" if folder is not None else None
            if start is not None and plain.startswith(start):
                return plain.removeprefix(start)
        return plain

    def _relative(self, path: str) -> str:
        """Return `path` relative to the project; a path outside the project keeps its name only."""
        plain = self.inside(path)
        is_absolute = plain.startswith("/") or plain[1:2] == ":"
        return posixpath.basename(plain) if is_absolute or ".." in plain.split("/") else posixpath.normpath(plain)


def read_project(project_dir: Path, memory: Memory | None = None) -> ProjectStandards:
    """Read what the project in `project_dir` says; an empty result with a problem when there is no such folder.

    With the `memory` of the last look, what has become unreadable since keeps its last good version.
    """
    files = ProjectFiles.find(project_dir, memory)
    if files is None:
        problem = f"{project_dir}: not a folder; set PROJECT_DIR to one"
        return ProjectStandards(project_dir, project_dir, problems=(problem,), memory=memory or Memory())
    texts = read_texts(files)
    editorconfigs = _editorconfigs(files)
    ruff, ruff_problem = _ruff(files)
    files.memory.texts = {source: text for source, text in files.memory.texts.items() if source in files.found}
    return ProjectStandards(
        files.root,
        project_dir,
        texts,
        editorconfigs,
        ruff,
        ruff_problem,
        problems=(*files.problems, *((ruff_problem,) if ruff_problem else ())),
        files=files.seen(),
        fingerprint=files.fingerprint(),
        memory=files.memory,
    )


def fingerprint(project_dir: Path, also: Iterable[str] = (), memory: Memory | None = None) -> str:
    """Return a string that changes when a file concerned appears, goes or changes.

    `also` are files that the walk cannot know of, such as those imported by a CLAUDE.md: give
    `ProjectStandards.files`.
    """
    files = ProjectFiles.find(project_dir, memory)
    return "" if files is None else files.fingerprint(also)


def _ruff(files: ProjectFiles) -> tuple[RuffConfig | None, str | None]:
    try:
        return read_ruff_config(files), None
    except RuffConfigError as error:
        return None, str(error)
    except Exception as error:  # what nobody thought of in one file must not stop the others
        log.exception("reading ruff's configuration failed")
        return None, f"ruff's configuration cannot be used: {type(error).__name__}"


def _editorconfigs(files: ProjectFiles) -> tuple[EditorConfig, ...]:
    found: list[EditorConfig] = []
    for source in files.named(".editorconfig"):
        text = files.read_or_keep(source)
        if text is None:
            continue
        try:
            config, problems = parse_editorconfig(text, source)
        except Exception as error:
            log.exception("reading %s failed", source)
            files.problems.append(f"{source}: cannot be used: {type(error).__name__}; it is ignored")
            continue
        files.memory.texts[source] = text
        found.append(config)
        files.problems.extend(problems)
    return tuple(found)
