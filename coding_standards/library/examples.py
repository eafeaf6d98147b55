"""Whether a team's rule does what its own examples say.

Its one rule: a rule that compiles is used in any case; what its examples do not bear out is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from coding_standards.engines import run as engines
from coding_standards.engines.source import Source
from coding_standards.languages import LANGUAGES, Language, find_language
from coding_standards.rules import ANY, Example, Rule


def doubts(rule: Rule) -> str | None:
    """What the rule lacks of examples, or which of them contradict it; None when all is well."""
    missing = [kind for kind, examples in (("valid", rule.valid), ("invalid", rule.invalid)) if not examples]
    found = [f"it has no `{kind}` example" for kind in missing]
    found += [f"it refuses its `valid` example {number}" for number in _numbers(rule, rule.valid, found=True)]
    found += [f"it accepts its `invalid` example {number}" for number in _numbers(rule, rule.invalid, found=False)]
    return f"{rule.source}: {rule.id}: {', '.join(found)}; it is in force as it is written" if found else None


def _numbers(rule: Rule, examples: Sequence[Example], found: bool) -> list[int]:
    """The examples, from 1, in which the rule finds something, or in which it finds nothing."""
    return [number for number, example in enumerate(examples, start=1) if _finds(rule, example) is found]


def _finds(rule: Rule, example: Example) -> bool | None:
    """Whether the rule finds something; None when nothing here can tell, as where ruff is missing."""
    run = engines.run_engine(rule.engine, Source(example.code, _language(rule, example), example.path), [rule])
    return None if run.notes else bool(run.findings)


def _language(rule: Rule, example: Example) -> Language:
    if rule.language != ANY:
        return find_language(rule.language)
    path = example.path or ".py"
    return next((language for language in LANGUAGES if path.endswith(language.suffixes)), LANGUAGES[0])
