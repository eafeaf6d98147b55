"""The library: one frozen snapshot of every standard and rule in force.

Its one rule: a snapshot never changes and never touches a file; `store.py` makes a new one when a file changes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath

from coding_standards.languages import LANGUAGES, NAMES, Language
from coding_standards.library.compiler import RuleCompiler
from coding_standards.library.overlay import Candidates, Standards
from coding_standards.library.team import TeamSettings
from coding_standards.project.instructions import ProjectStandards, ProjectText
from coding_standards.rules import ANY, BUILT_IN, Rule
from coding_standards.standards import Item, Kind, Standard

DEFAULT_LINE_LENGTH = 120
"""Characters; what GEN-007 means unless a team or a project says otherwise."""


@dataclass(frozen=True)
class Library:
    """Everything that is in force at one moment."""

    standards: Standards
    """Without the items that are switched off."""
    rules: tuple[Candidates, ...] = ()
    """As they are written, in the order of their files; ask `rules_for` for those in force."""
    settings: TeamSettings = field(default_factory=TeamSettings)
    load_problems: tuple[str, ...] = ()
    """What was wrong with the files, one line each."""
    team_files: tuple[str, ...] = ()
    """The files of the team's directory that something in force, or last good, comes from."""
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By language: topics of the team's that go with it although its own front matter does not name them."""
    project: ProjectStandards | None = None
    conflicts: tuple[str, ...] = ()
    """Where two sources disagree, and which one is used."""
    version: int = 1
    """Goes up by one with every change that was seen on disk."""
    compiler: RuleCompiler = field(default_factory=RuleCompiler, compare=False, repr=False)
    _in_force: dict[str, tuple[Rule, ...]] = field(default_factory=dict, compare=False, repr=False)

    def standard(self, kind: Kind, name: str) -> Standard | None:
        """The standard of this kind and name, or None."""
        return self.standards.get((kind, name))

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The names of all standards of a kind: languages in their usual order, topics sorted."""
        found = [name for of_kind, name in self.standards if of_kind == kind]
        return tuple(sorted(found, key=lambda name: (NAMES.index(name) if name in NAMES else 0, name)))

    def topics_of(self, language: Language) -> tuple[Standard, ...]:
        """The topics whose items are part of a check of this language."""
        own = self.standard("language", language.name)
        wanted = (*(own.topics if own else ()), *self.attached.get(language.name, ()))
        found = (self.standard("topic", name) for name in dict.fromkeys(wanted))
        return tuple(topic for topic in found if topic is not None)

    def items_of(self, language: Language, path: str | None = None) -> tuple[Item, ...]:
        """Every item that a check of this language covers: the language's own, the topics', then the project's."""
        own = self.standard("language", language.name)
        standards = (*((own,) if own else ()), *self.topics_of(language))
        items = [item for standard in standards for item in standard.items]
        for item, text in self.project_items(language, path):
            items.append(replace(item, title=f"{item.title} ({text.source})"))
        return tuple(items)

    def project_items(self, language: Language, path: str | None = None) -> tuple[tuple[Item, ProjectText], ...]:
        """The items that the project's own texts bring for a file, each once: the nearest text has the last word."""
        found: dict[str, tuple[Item, ProjectText]] = {}
        for text in self.texts_of(language, path):
            found |= {item.id: (item, text) for item in self.items_in(text)}
        return tuple(found.values())

    def items_in(self, text: ProjectText) -> tuple[Item, ...]:
        """The items of one of the project's texts; one whose id is a standard's, or is switched off, is text only."""
        return tuple(item for item in text.items if item.id not in self._taken)

    def place(self, path: str | None) -> str | None:
        """The path relative to the project, with `/`; None when there is none or it does not lie in the project."""
        if path is None or self.project is None:
            return None
        normal = PurePosixPath(os.path.normpath(self.project.inside(path)).replace("\\", "/"))
        if normal.is_absolute() or ".." in normal.parts or ":" in "".join(normal.parts[:1]):
            return None
        return normal.as_posix()

    def texts_of(self, language: Language, path: str | None = None) -> tuple[ProjectText, ...]:
        """What the project itself says about a file of this language."""
        return self.project.texts_for(language, path) if self.project is not None else ()

    def rules_for(self, language: Language) -> tuple[Rule, ...]:
        """The rules in force for this language, with the severity that the team gave them; compiles the new ones.

        A rule whose items were all switched off or replaced is not among them; the rest name only items that exist.
        """
        known = self._in_force.get(language.name)
        if known is None:
            chosen = (self._choose(candidates, language) for candidates in self._candidates(language))
            adapted = (self._adapt(rule) for rule in chosen if rule is not None)
            known = self._in_force[language.name] = tuple(rule for rule in adapted if rule is not None)
        return known

    def problems_for(self, language: Language) -> tuple[str, ...]:
        """What is wrong with the files on disk and with the rules of this language."""
        reasons = (self._reason(candidates, language) for candidates in self._candidates(language))
        return (*self.load_problems, *(reason for reason in reasons if reason is not None))

    @property
    def problems(self) -> tuple[str, ...]:
        """Every problem, of the files and of the rules of all languages; compiles everything."""
        return tuple(dict.fromkeys(problem for language in LANGUAGES for problem in self.problems_for(language)))

    def line_length(self, language: Language, path: str | None = None) -> int:
        """The longest line in characters; 0 for no limit. The team's word beats the project's, both the default."""
        if self.settings.line_length is not None:
            return self.settings.line_length
        layout = self.project.layout(language, path) if self.project is not None else None
        if layout is not None and layout.max_line_length is not None:
            return layout.max_line_length
        return DEFAULT_LINE_LENGTH

    def compiled(self, candidates: Candidates) -> Rule | None:
        """The first of these that can be used, in one of its languages."""
        languages = [language for language in LANGUAGES if candidates[0].language in (language.name, ANY)]
        return self._choose(candidates, languages[0]) if languages else None

    @cached_property
    def _standard_items(self) -> frozenset[str]:
        return frozenset(item.id for standard in self.standards.values() for item in standard.items)

    @cached_property
    def _taken(self) -> frozenset[str]:
        return self._standard_items | self.settings.disabled

    @cached_property
    def text_items(self) -> frozenset[str]:
        """The ids that only the project's own texts bring, whatever files they hold for."""
        texts = self.project.texts if self.project is not None else ()
        return frozenset(item.id for text in texts if not text.on_request for item in self.items_in(text))

    def _candidates(self, language: Language) -> list[Candidates]:
        return [candidates for candidates in self.rules if candidates[0].language in (language.name, ANY)]

    def _choose(self, candidates: Candidates, language: Language) -> Rule | None:
        usable = (rule for rule in candidates if self.compiler.reason(rule, language) is None)
        return next(usable, None)

    def _adapt(self, rule: Rule) -> Rule | None:
        items = tuple(item for item in rule.items if item in self._standard_items or item in self.text_items)
        if rule.id in self.settings.disabled or (rule.items and not items):
            return None
        severity = self.settings.severities.get(rule.id, rule.severity)
        if items == rule.items and severity == rule.severity:
            return rule
        return replace(rule, items=items, severity=severity)

    def _reason(self, candidates: Candidates, language: Language) -> str | None:
        rule = candidates[0]
        if rule.id in self.settings.disabled:
            return None
        reason = self.compiler.reason(rule, language)
        if reason is None:
            # The built-in rules are tried when they are written, by the suite.
            return None if rule.source.startswith(f"{BUILT_IN} ") else self.compiler.doubts(rule)
        fallback = self._choose(candidates[1:], language)
        if fallback is None:
            return f"{reason}; the rule is off"
        return f"{reason}; the version before it is in force ({fallback.source})"
