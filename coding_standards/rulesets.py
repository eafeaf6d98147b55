"""From the library to what one check needs: the items, rules and settings that hold for one file.

Its one rule: the path that a caller gives is only ever compared, never opened.
"""

from __future__ import annotations

from coding_standards.checker import Ruleset
from coding_standards.editorconfig import Layout
from coding_standards.engines.source import Settings
from coding_standards.languages import Language
from coding_standards.library import Library


def ruleset_for(library: Library, language: Language, path: str | None = None) -> Ruleset:
    """What holds for a file of `language`; compiles rules that nobody has needed before."""
    place = library.place(path)
    layout = library.project.layout(language, place) if library.project is not None else Layout()
    imported = library.project.ruff if library.project is not None else None
    ruff = library.settings.ruff_config or (imported.path if imported is not None else None)
    items = library.items_of(language, place)
    # A rule that proves nothing but an item of a text for other files has no say here.
    elsewhere = library.text_items - {item.id for item in items}
    return Ruleset(
        items=items,
        rules=tuple(rule for rule in library.rules_for(language) if not rule.items or set(rule.items) - elsewhere),
        settings=Settings(library.line_length(language, place), layout, ruff),
        notes=library.problems_for(language),
        project=tuple(text.source for text in library.texts_of(language, place)),
    )
