"""The files of one directory as they were last read: each with its last good content.

Its one rule: a file that breaks, or a rule in it, keeps its last good version, and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from coding_standards.library.folder import FolderError, FoundFile, find_files, read_text
from coding_standards.library.team import TeamFileError, TeamSettings, parse_settings
from coding_standards.rules import BUILT_IN, Rule, parse_rules
from coding_standards.standards import Kind, Standard, StandardError, misspelt_items, parse_standard

log = logging.getLogger(__name__)

Content = Standard | tuple[Rule, ...] | TeamSettings


@dataclass(frozen=True)
class Read:
    """What the last look at one file gave."""

    file: FoundFile
    content: Content | None
    """The last good version, or None when there never was one."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shelf:
    """What the last look at a directory gave."""

    reads: Mapping[str, Read]
    """By the file's name relative to the directory, flat files first."""
    refused: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """One line for each thing that is wrong."""
        broken = (problem for read in self.reads.values() for problem in read.problems)
        used, *others = [name for name, read in self.reads.items() if isinstance(read.content, TeamSettings)] or [""]
        unused = (f"{name}: not used, for there is {used}; keep one of the two" for name in others)
        return (*self.refused, *broken, *unused)

    @property
    def standards(self) -> tuple[Standard, ...]:
        """Every Markdown file that is or once was good."""
        return tuple(read.content for read in self.reads.values() if isinstance(read.content, Standard))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that is or once was well formed."""
        files = (read.content for read in self.reads.values())
        return tuple(rule for content in files if isinstance(content, tuple) for rule in content)

    @property
    def settings(self) -> TeamSettings:
        """What `standards.yml` says, or the default."""
        found = (read.content for read in self.reads.values())
        return next((content for content in found if isinstance(content, TeamSettings)), TeamSettings())


EMPTY = Shelf({})


def read_shelf(root: Path, before: Shelf = EMPTY, *, is_built_in: bool = False) -> Shelf:
    """Look at a directory; only files that changed since `before` are read."""
    found = find_files(root)
    reads: dict[str, Read] = {}
    problems = list(found.problems)
    for part, reason in found.unseen.items():
        kept = {name: read for name, read in before.reads.items() if part in ("", name.rpartition("/")[0])}
        fate = "its last good files stay in force" if kept else "it is ignored"
        problems.append(f"{part or root}: cannot be read: {reason}; {fate}")
        reads |= kept
    for file in found.files:
        known = before.reads.get(file.shown)
        if known is None or known.file.fingerprint != file.fingerprint:
            known = _read(root, file, known.content if known is not None else None, is_built_in)
        reads[file.shown] = known
    return Shelf(dict(sorted(reads.items(), key=lambda read: (read[0].count("/"), read[0]))), tuple(problems))


def _read(root: Path, file: FoundFile, last_good: Content | None, is_built_in: bool) -> Read:
    shown = f"{BUILT_IN} {file.shown}" if is_built_in else file.shown
    try:
        text = read_text(root, file)
        if file.role == "rules":
            return _read_rules(file, text, shown, last_good if isinstance(last_good, tuple) else ())
        if file.role == "settings":
            return Read(file, parse_settings(text, shown))
        kind: Kind = "language" if file.role == "language" else "topic"
        standard = parse_standard(text, file.name, kind, shown)
        complaints = tuple(f"{shown}: {complaint}; it is no item" for complaint in misspelt_items(standard.body))
        return Read(file, replace(standard, source=BUILT_IN) if is_built_in else standard, complaints)
    except (FolderError, StandardError, TeamFileError) as error:
        return Read(file, last_good, (_with_fate(str(error), last_good is not None),))
    except Exception as error:  # the boundary of one file: what nobody thought of in it must not stop the others
        log.exception("reading %s failed", shown)
        problem = f"{shown}: cannot be used: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
        return Read(file, last_good, (_with_fate(problem, last_good is not None),))


def _read_rules(file: FoundFile, text: str, shown: str, last_good: tuple[Rule, ...]) -> Read:
    rules, complaints = parse_rules(text, shown)
    present = {rule.id for rule in rules}
    problems: list[str] = []
    kept: list[Rule] = []
    for complaint in complaints:
        # What has no name may be any of those that are gone: all stay until it has one again.
        is_nameless = complaint.startswith((f"{shown}: not YAML", f"{shown}: document "))
        gone = [rule for rule in last_good if rule.id not in present and rule not in kept]
        saved = [rule for rule in gone if is_nameless or complaint.startswith(f"{shown}: {rule.id}: ")]
        kept += saved
        problems.append(_with_fate(complaint, bool(saved)))
    return Read(file, (*rules, *kept), tuple(problems))


def _with_fate(complaint: str, has_last_good: bool) -> str:
    return f"{complaint}; {'its last good version stays in force' if has_last_good else 'it is ignored'}"
