"""From the library to what one check needs: the items, rules and settings that hold for one file.

Its one rule: the path that a caller gives is only ever compared, never opened.
"""

from __future__ import annotations

import os
from pathlib import PurePosixPath

from coding_standards.checker import Ruleset
from coding_standards.editorconfig import Layout
from coding_standards.engines.source import Settings
from coding_standards.languages import Language
from coding_standards.library import Library


def ruleset_for(library: Library, language: Language, path: str | None = None) -> Ruleset:
    """What holds for a file of `language`; compiles rules that nobody has needed before."""
    place = project_path(library, path)
    layout = library.project.layout(language, place) if library.project is not None else Layout()
    imported = library.project.ruff if library.project is not None else None
    ruff = library.settings.ruff_config or (imported.path if imported is not None else None)
    return Ruleset(
        items=library.items_of(language),
        rules=library.rules_for(language),
        settings=Settings(library.line_length(language, place), layout, ruff),
        notes=library.problems_for(language),
    )


def project_path(library: Library, path: str | None) -> str | None:
    """The path relative to the project, with `/`; None when there is none or it does not lie in the project."""
    if path is None or library.project is None:
        return None
    normal = PurePosixPath(os.path.normpath(library.project.inside(path)).replace("\\", "/"))
    if normal.is_absolute() or ".." in normal.parts or ":" in normal.parts[0]:
        return None
    return normal.as_posix()
