"""Named checks: what the `sql`, `html` and `css` engines share, so that a rule can say `check:` and `options:`.

A check is a generator function: its first parameter is the parsed document, its keyword parameters are its
options, and their defaults say what type each option takes. Nothing else declares an option.
"""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError

MAX_HITS_PER_RULE = 50
"""A reader learns nothing from the fifty-first place, and a hostile file would have a hundred thousand."""


@dataclass(frozen=True)
class Hit:
    """One place where a check does not hold."""

    line: int
    """From 1; 0 for the whole file."""
    column: int
    """From 1; 0 for the whole line or file."""
    detail: str = ""
    """What exactly was found there, appended to the rule's message."""


Check = Callable[..., Iterator[Hit]]


def compile_named(checks: Mapping[str, Check], rule: Rule, language: Language) -> None:
    """See that the rule names a known check and gives it options it takes, whatever the language.

    Raises:
        RuleError: it does not; the text lists what would be right.
    """
    where = f"{rule.source}: {rule.id}"
    check = checks.get(rule.check)
    if check is None:
        raise RuleError(f"{where}: unknown check {rule.check!r}; known: {', '.join(sorted(checks))}")
    if not isinstance(rule.body.get("options", {}), Mapping):
        raise RuleError(f"{where}: `options` must be a mapping")
    known = _defaults(check)
    for name, value in rule.options.items():
        if name not in known:
            raise RuleError(
                f"{where}: {rule.check} has no option {name!r}; known: {', '.join(sorted(known)) or 'none'}"
            )
        _require_type(where, name, value, known[name])


def run_named(document: object, source: Source, rules: Sequence[Rule], checks: Mapping[str, Check]) -> list[Finding]:
    """Every place in `document` that breaks one of `rules`, in the order of the rules."""
    return [finding for rule in rules for finding in _run_one(document, source, rule, checks[rule.check])]


def _run_one(document: object, source: Source, rule: Rule, check: Check) -> Iterator[Finding]:
    options = {name: tuple(value) if isinstance(value, list) else value for name, value in rule.options.items()}
    for hit in itertools.islice(check(document, **options), MAX_HITS_PER_RULE):
        message = f"{rule.message} ({hit.detail})" if hit.detail else rule.message
        yield source.finding(rule, hit.line, hit.column, message)


def _defaults(check: Check) -> dict[str, object]:
    parameters = inspect.signature(check).parameters.values()
    return {one.name: one.default for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY}


def _require_type(where: str, name: str, value: object, default: object) -> None:
    if isinstance(default, tuple):
        right, wanted = isinstance(value, list) and all(isinstance(one, str) for one in value), "a list of strings"
    elif isinstance(default, bool):
        right, wanted = isinstance(value, bool), "true or false"
    elif isinstance(default, int):
        right, wanted = isinstance(value, int) and not isinstance(value, bool), "a whole number"
    else:
        right, wanted = isinstance(value, str), "a string"
    if not right:
        raise RuleError(f"{where}: option {name!r} must be {wanted}, not {value!r}")
    if name.endswith("pattern"):
        _require_pattern(where, name, str(value))


def _require_pattern(where: str, name: str, value: str) -> None:
    try:
        re.compile(value)
    except re.error as error:
        raise RuleError(f"{where}: option {name!r} is not a regular expression: {error}") from error
