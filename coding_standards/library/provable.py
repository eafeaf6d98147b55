"""Items of the team's that nothing judges, and the rules of the project's own tools that would.

Its one rule: what is told is a suggestion; an item is proved only where the team's `standards.yml` says by what.
"""

from __future__ import annotations

from collections.abc import Iterable

from coding_standards.languages import Language
from coding_standards.library.snapshot import Library

TITLE = "What the project's own tools could prove"
"""Of the section; the code assistant looks for it in the index, too."""


def list_provable(library: Library, languages: Iterable[Language], place: str | None = None) -> tuple[str, ...]:
    """One sentence for each such item. Blocking; reads the project's configurations."""
    if library.project is None:
        return ()
    from coding_standards.project.tools.configured import Look  # late: a handshake can do without
    from coding_standards.project.tools.written import find_proofs

    look = Look(library.project.root)
    told: list[str] = []
    for language in languages:
        judged = {item for rule in library.rules_for(language) for item in rule.items} | library.settings.proves.keys()
        written = [item for item in library.items_of(language, place) if item.id not in judged]
        told += [proof.told for proof in find_proofs(written, language, look)]
    return tuple(dict.fromkeys(told))
