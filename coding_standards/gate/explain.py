"""An item or a rule in full: what it asks for, what is looked for, and its examples.

Its one rule: what is shown is what is in force here, the team's word over the built-in one.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from coding_standards.languages import LANGUAGES
from coding_standards.library.snapshot import Library
from coding_standards.report import PARSES
from coding_standards.rules import Rule
from coding_standards.standards import Item, Standard

_MAX_EXAMPLES = 3


class UnknownIdError(LookupError):
    """There is neither an item nor a rule of that name; the text names the nearest."""


def explain(library: Library, name: str) -> str:
    """What is known under an id.

    Raises:
        UnknownIdError: nothing is.
    """
    wanted = name.strip()
    items = {item.id: (item, standard) for standard in library.standards.values() for item in standard.items}
    rules = {rule.id: rule for language in LANGUAGES for rule in library.rules_for(language)}
    if wanted.upper() in items:
        item, standard = items[wanted.upper()]
        return "\n".join(_item(item, standard, [rule for rule in rules.values() if item.id in rule.items])) + "\n"
    if wanted in rules:
        return "\n".join(_rule(rules[wanted])) + "\n"
    near = get_close_matches(wanted, [*items, *rules], n=3, cutoff=0.5)
    hint = f"do you mean {', '.join(near)}?" if near else "--check tells the ids of what it finds"
    raise UnknownIdError(f"there is no item and no rule {wanted[:80]!r}; {hint}")


def _item(item: Item, standard: Standard, rules: list[Rule]) -> Iterator[str]:
    yield f"{item.id}  {standard.title} ({standard.source}; {standard.uri})"
    yield ""
    yield item.text
    if item.id == PARSES:
        yield "\nProved by the parser of the language."
    elif not rules:
        yield "\nNo rule looks for this: a person must judge."
    for rule in rules:
        yield ""
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    depth = "decides" if rule.decides else "searches"
    yield f"Rule {rule.id}: {rule.severity}, {rule.engine}, {rule.language} ({rule.source})"
    yield f"  {rule.message}"
    if rule.looks_for != rule.message:
        yield f"  It {depth}: {rule.looks_for}"
    if rule.items:
        yield f"  For: {', '.join(rule.items)}"
    if rule.note:
        yield f"  {rule.note}"
    for word, examples in (("breaks it", rule.invalid), ("keeps it", rule.valid)):
        for example in examples[:_MAX_EXAMPLES]:
            yield f"  This {word}{f' ({example.path})' if example.path else ''}:"
            yield "\n".join(f"    {line}".rstrip() for line in example.code.rstrip("\n").split("\n"))
