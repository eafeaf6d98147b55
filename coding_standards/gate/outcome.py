"""What a run of the gate found, for every form in which it is told, and the exit code.

Its one rule: 0 says that everything was judged and nothing new stops a merge; what could not be judged is never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from coding_standards.gate.judging import Verdict, is_breach
from coding_standards.report import Finding
from coding_standards.rules import Severity

EXIT_CLEAN, EXIT_BREACHES, EXIT_NOT_CHECKED = 0, 1, 2


@dataclass(frozen=True)
class Outcome:
    """Everything that there is to tell."""

    root: Path
    verdicts: Sequence[Verdict]
    titles: Mapping[str, str]
    """By the id of an item."""
    is_compared: bool = False
    """Whether only what changed is asked about; then nothing to judge is a good answer."""
    at_least: Severity = "error"
    """What counts as a breach."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    """What concerns the run as a whole."""
    silent_tools: Sequence[str] = ()
    """Why a tool of the project's that the user named, or meant by `all`, said nothing."""
    seconds: float = 0.0

    @cached_property
    def judged(self) -> int:
        """How many files were judged."""
        return sum(not verdict.left_out and not verdict.failed for verdict in self.verdicts)

    @cached_property
    def breaches(self) -> int:
        """How many findings stop a merge."""
        return sum(is_breach(finding, self.at_least) for _, finding in self.findings())

    @cached_property
    def others(self) -> int:
        """How many findings do not."""
        return sum(len(verdict.findings) for verdict in self.verdicts) - self.breaches

    @cached_property
    def known(self) -> int:
        """How many findings were there before."""
        return sum(verdict.known for verdict in self.verdicts)

    @cached_property
    def failures(self) -> tuple[Verdict, ...]:
        """The files that could not be judged."""
        return tuple(verdict for verdict in self.verdicts if verdict.failed)

    @cached_property
    def unchecked(self) -> tuple[str, ...]:
        """What was checked in no file of a language, such as the rules of a linter that is not installed."""
        of_language: dict[str, set[str]] = {}
        for verdict in self.verdicts:
            if not verdict.left_out and not verdict.failed:
                notes = set(verdict.notes)
                of_language[verdict.language] = of_language.get(verdict.language, notes) & notes
        return (*sorted({note for notes in of_language.values() for note in notes}), *self.silent_tools)

    @property
    def exit_code(self) -> int:
        """0 clean, 1 breaches, 2 could not check."""
        if self.breaches:
            return EXIT_BREACHES
        is_empty = not self.judged and not self.is_compared
        return EXIT_NOT_CHECKED if self.failures or self.unchecked or is_empty else EXIT_CLEAN

    def findings(self) -> Iterator[tuple[Verdict, Finding]]:
        """Every finding with its file, in the order of both."""
        for verdict in self.verdicts:
            for finding in verdict.findings:
                yield verdict, finding
