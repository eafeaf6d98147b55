"""The library: one frozen snapshot of every standard and rule in force.

Its one rule: a snapshot never changes and never touches a file; `store.py` makes a new one when a file changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coding_standards.compiler import RuleCompiler
from coding_standards.languages import LANGUAGES, NAMES, Language
from coding_standards.rules import ANY, Rule, Severity
from coding_standards.standards import Item, Kind, Standard

DEFAULT_LINE_LENGTH = 120
"""Characters; what GEN-007 means unless a team or a project says otherwise."""


@dataclass(frozen=True)
class Settings:
    """What a team's `standards.yml` says."""

    disabled: frozenset[str] = frozenset()
    """Ids of items and rules that are switched off."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """The severity of a rule, by the rule's id."""
    line_length: int | None = None
    """Characters, or None where the team has no opinion."""
    ruff_config: Path | None = None
    """The team's own ruff configuration; it lies inside the team's directory."""


Candidates = tuple[Rule, ...]
"""One rule id: the version wanted, then what is used in its place when it does not compile."""


@dataclass(frozen=True)
class Library:
    """Everything that is in force at one moment."""

    standards: Mapping[tuple[Kind, str], Standard]
    rules: tuple[Candidates, ...] = ()
    """In the order of their files; ask `rules_for` for the ones that can be used."""
    settings: Settings = Settings()
    load_problems: tuple[str, ...] = ()
    """What was wrong with the files, one line each."""
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Topics of the team's that go with a language although its front matter does not name them."""
    version: int = 1
    """Goes up by one with every change that was seen on disk."""
    compiler: RuleCompiler = field(default_factory=RuleCompiler, compare=False, repr=False)

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

    def items_of(self, language: Language) -> tuple[Item, ...]:
        """Every item that a check of this language covers, the language's own first."""
        own = self.standard("language", language.name)
        standards = (*((own,) if own else ()), *self.topics_of(language))
        return tuple(item for standard in standards for item in standard.items)

    def rules_for(self, language: Language) -> tuple[Rule, ...]:
        """The usable rules of this language and those of every language; compiles what is not compiled yet."""
        chosen = (self._choose(candidates, language) for candidates in self._candidates(language))
        return tuple(rule for rule in chosen if rule is not None)

    def problems_for(self, language: Language) -> tuple[str, ...]:
        """What is wrong with the files on disk and with the rules of this language."""
        reasons = (self._reason(candidates, language) for candidates in self._candidates(language))
        return (*self.load_problems, *(reason for reason in reasons if reason is not None))

    @property
    def problems(self) -> tuple[str, ...]:
        """Every problem, of the files and of the rules of all languages; compiles everything."""
        return tuple(dict.fromkeys(problem for language in LANGUAGES for problem in self.problems_for(language)))

    def line_length(self) -> int:
        """The agreed length of a line in characters, where the project does not say otherwise."""
        return self.settings.line_length or DEFAULT_LINE_LENGTH

    def _candidates(self, language: Language) -> list[Candidates]:
        return [candidates for candidates in self.rules if candidates[0].language in (language.name, ANY)]

    def _choose(self, candidates: Candidates, language: Language) -> Rule | None:
        usable = (rule for rule in candidates if self.compiler.reason(rule, language) is None)
        return next(usable, None)

    def _reason(self, candidates: Candidates, language: Language) -> str | None:
        reason = self.compiler.reason(candidates[0], language)
        if reason is None:
            return None
        fallback = self._choose(candidates[1:], language)
        if fallback is None:
            return f"{reason}; the rule is off"
        return f"{reason}; in its place: the version of {fallback.source}"
