"""The ledger of suppressions: every place where code silences a linter, a type checker or a test, by a table of forms.

Its one rule: a finding says that somebody asked a judge to look away, never that it was wrong; a person decides that.
Words in a string silence nobody, so comments are looked at and code, and nothing else.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, cast

from ast_grep_py import Config

from coding_standards.checks.comparison import new_findings
from coding_standards.engines.source import Source
from coding_standards.engines.text.lines import Text
from coding_standards.report import SUPPRESSION, Finding
from coding_standards.rules import Severity
from groundwork.reading.yaml_text import load_our_yaml

_TABLE = Path(__file__).with_name("table")
_TABLES = {"javascript": "script", "typescript": "script"}
_MAX_OF_FORM = 200
_MARK = re.compile(r"(?:^|\s)(?:#|//|--|/\*)+\s*")
"""What opens a comment inside a comment: `# type: ignore  # noqa`."""


@dataclass(frozen=True)
class _Form:
    """One way to silence one judge."""

    id: str
    silences: str
    mentions: tuple[str, ...]
    comment: re.Pattern[str] | None
    code: Config | None


@dataclass(frozen=True)
class Weights:
    """What a team makes of suppressions."""

    disabled: frozenset[str] = frozenset()
    """Rules that are not listed."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """By rule; a warning where nothing is said."""


def list_suppressions(source: Source, weights: Weights) -> list[Finding]:
    """A finding for each place, in the order of the text."""
    folded = source.code.casefold()
    forms = [form for form in _forms(source.language.name) if any(word in folded for word in form.mentions)]
    wanted = [form for form in forms if SUPPRESSION + form.id not in weights.disabled]
    found = {(line, column, form.id): form for form in wanted for line, column in _places(source, form)}
    return [
        _finding(source, form, line, column, weights)
        for (line, column, _), form in sorted(found.items(), key=_by_place)
    ]


def list_new_suppressions(source: Source, existing: str | None, weights: Weights) -> list[Finding]:
    """Those that were not there before; without an `existing` text each is new."""
    found = list_suppressions(source, weights)
    if existing is None or not found:
        return found
    before = Source(existing, source.language, source.path, source.dialect)
    return list(new_findings(found, source.code, list_suppressions(before, weights), before.code))


def rule_ids() -> frozenset[str]:
    """The ids that the rules of these findings can have."""
    names = ("any", *(path.stem for path in _TABLE.glob("*.yml")))
    return frozenset(SUPPRESSION + form.id for name in names for form in _read_table(name))


def is_suppression(finding: Finding) -> bool:
    """Whether it is of this ledger."""
    return finding.rule.startswith(SUPPRESSION)


def _by_place(entry: tuple[tuple[int, int, str], _Form]) -> tuple[int, int, str]:
    return entry[0]


def _places(source: Source, form: _Form) -> Iterator[tuple[int, int]]:
    if form.comment is not None:
        for comment in Text(source).comments:
            starts = [0, *(mark.end() for mark in _MARK.finditer(comment.text))]
            if any(form.comment.match(comment.text, start) for start in starts):
                yield comment.line, comment.column
    if form.code is not None and source.tree is not None and source.is_searchable:
        for node in islice(source.tree.find_all(form.code), _MAX_OF_FORM):
            start = node.range().start
            yield start.line + 1, start.column + 1


def _finding(source: Source, form: _Form, line: int, column: int, weights: Weights) -> Finding:
    message = f"This silences {form.silences}: mend what it hides, or have a person agree to it."
    return Finding(
        rule=SUPPRESSION + form.id,
        severity=weights.severities.get(SUPPRESSION + form.id, "warning"),
        line=line,
        column=column,
        message=message,
        excerpt=source.excerpt(line),
    )


@functools.cache
def _forms(language: str) -> tuple[_Form, ...]:
    return (*_read_table("any"), *_read_table(_TABLES.get(language, language)))


@functools.cache
def _read_table(name: str) -> tuple[_Form, ...]:
    (entries,) = load_our_yaml((_TABLE / f"{name}.yml").read_text(encoding="utf-8"))
    return tuple(_form(entry) for entry in cast("list[dict[str, Any]]", entries))


def _form(entry: dict[str, Any]) -> _Form:
    return _Form(
        entry["id"],
        entry["silences"],
        tuple(word.casefold() for word in entry["mentions"]),
        re.compile(entry["comment"]) if "comment" in entry else None,
        cast(Config, {"rule": entry["code"]}) if "code" in entry else None,
    )
