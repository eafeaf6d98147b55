"""What a project already says about its code, read from the files that teams keep for their tools and agents.

`imported(folder)` reads AGENTS.md, CLAUDE.md, Cursor and Copilot rules, .editorconfig and ruff's configuration.
Its one rule: nothing outside the project folder is ever read, and a file that cannot be used is a line in
`problems`, never an exception.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from coding_standards.conflicts import find_conflicts
from coding_standards.editorconfig import EditorConfig, Layout, layout_of, parse_editorconfig
from coding_standards.languages import Language
from coding_standards.project_files import ProjectFiles
from coding_standards.project_texts import ProjectText, read_texts
from coding_standards.ruff_config import RuffConfig, RuffConfigError, read_ruff_config

__all__ = ["Layout", "ProjectStandards", "ProjectText", "RuffConfig", "fingerprint", "imported"]


@dataclass(frozen=True)
class ProjectStandards:
    """Everything that a project says about its code, and what could not be read of it."""

    root: Path
    """The project's folder, resolved; every `source` is relative to it, with `/`."""
    texts: tuple[ProjectText, ...] = ()
    """Prose for whoever writes code, outermost folder first: where two disagree the later one is nearer."""
    editorconfigs: tuple[EditorConfig, ...] = ()
    ruff: RuffConfig | None = None
    ruff_problem: str | None = None
    """Why ruff's configuration cannot be used, where there is one; also among `problems`."""
    conflicts: tuple[str, ...] = ()
    """One sentence for each thing that two sources say differently, and which one is used."""
    problems: tuple[str, ...] = ()
    """One sentence for each file, or part of one, that was left out, with the reason."""
    files: tuple[str, ...] = ()
    """Every file that was looked at, for `fingerprint`."""
    fingerprint: str = ""

    def texts_for(self, language: Language, path: str | None = None) -> tuple[ProjectText, ...]:
        """Return the texts that hold for a file; `path` is relative to the project, None when it is not known."""
        relative = None if path is None else _relative(self.root, path)
        return tuple(text for text in self.texts if text.applies_to(language, relative))

    def layout(self, language: Language, path: str | None = None) -> Layout:
        """Return how a file must be laid out; without a path, any file of the language at the top of the project.

        ruff's line length beats .editorconfig's for Python: it is what the team's own linter enforces.
        """
        name = _relative(self.root, path) if path else f"file{language.suffixes[0]}"
        layout = layout_of(name, self.editorconfigs)
        if language.name != "python" or self.ruff is None or self.ruff.line_length is None:
            return layout
        sources = dict(layout.sources) | {"max_line_length": self.ruff.source}
        return replace(layout, max_line_length=self.ruff.line_length, sources=tuple(sorted(sources.items())))

    def is_current(self) -> bool:
        """Tell whether the files are still the ones that were read; costs a few milliseconds."""
        return fingerprint(self.root, self.files) == self.fingerprint


def imported(project_dir: Path) -> ProjectStandards:
    """Read what the project in `project_dir` says; an empty result with a problem when there is no such folder."""
    files = ProjectFiles.find(project_dir)
    if files is None:
        return ProjectStandards(project_dir, problems=(f"{project_dir}: not a folder; set PROJECT_DIR to one",))
    texts = read_texts(files)
    editorconfigs = _editorconfigs(files)
    ruff, ruff_problem = None, None
    try:
        ruff = read_ruff_config(files)
    except RuffConfigError as error:
        ruff_problem = str(error)
    return ProjectStandards(
        files.root,
        texts,
        editorconfigs,
        ruff,
        ruff_problem,
        conflicts=find_conflicts(texts, editorconfigs, ruff),
        problems=(*files.problems, *((ruff_problem,) if ruff_problem else ())),
        files=files.seen(),
        fingerprint=files.fingerprint(),
    )


def fingerprint(project_dir: Path, also: Iterable[str] = ()) -> str:
    """Return a string that changes when a file concerned appears, goes or changes.

    `also` are files that the walk cannot know of, such as those imported by a CLAUDE.md: give
    `ProjectStandards.files`.
    """
    files = ProjectFiles.find(project_dir)
    return "" if files is None else files.fingerprint(also)


def _relative(root: Path, path: str) -> str:
    """Return `path` relative to the project with `/`; a path outside the project keeps its name only."""
    plain = path.replace("\\", "/").removeprefix(root.as_posix().rstrip("/") + "/")
    is_absolute = plain.startswith("/") or plain[1:2] == ":"
    return posixpath.basename(plain) if is_absolute or ".." in plain.split("/") else posixpath.normpath(plain)


def _editorconfigs(files: ProjectFiles) -> tuple[EditorConfig, ...]:
    found: list[EditorConfig] = []
    for source in files.named(".editorconfig"):
        text = files.read(source)
        if text is None:
            continue
        config, problems = parse_editorconfig(text, source)
        found.append(config)
        files.problems.extend(problems)
    return tuple(found)
