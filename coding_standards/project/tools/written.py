"""Which rule of a configured tool would prove an item that the team has only written down.

Its one rule: only names and ids tell. An item that names a rule, or has all the words of its name, is matched; what an
item means is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coding_standards.languages import Language
from coding_standards.project.tools.configured import Configured, Look
from coding_standards.project.tools.table import TOOLS
from coding_standards.project.tools.tool import Tool
from coding_standards.standards import Item

_QUOTED = re.compile(r"`([^`\s]{3,80})`")
_CODE = re.compile(r"[A-Z]{1,4}\d{3,4}")
_NAME = re.compile(r"@?[a-z][a-z0-9]*(?:[/-][a-z0-9]+)+")
_BY_CODE = frozenset({"ruff", "flake8"})
_SMALL = frozenset({"no", "lint", "suspicious", "typescript", "eslint"})


@dataclass(frozen=True)
class Proof:
    """A rule that would prove an item."""

    item: str
    rule: str
    """Such as `eslint/no-var`."""
    config: str

    @property
    def told(self) -> str:
        """For people."""
        return (
            f"`{self.item}`: `{self.rule}`, as in {self.config}, would prove it; "
            f"where it is switched on, say so in standards.yml: `proves: {{{self.item}: [{self.rule}]}}`"
        )


def find_proofs(items: Iterable[Item], language: Language, look: Look, tools: Iterable[Tool] = TOOLS) -> list[Proof]:
    """One proof for each item that has one, by the tools configured at the top of the project. Blocking."""
    configured = look.find(tools, (f"x{language.suffixes[0]}",))
    found: list[Proof] = []
    for item in items:
        proof = next(_proofs(item, configured), None)
        if proof is not None:
            found.append(proof)
    return found


def _proofs(item: Item, configured: list[Configured]) -> Iterator[Proof]:
    quoted = _QUOTED.findall(item.text)
    for one in configured:
        for name in quoted:
            rule = name.removeprefix(f"{one.tool.name}/")
            is_code = _CODE.fullmatch(rule) is not None and one.tool.name in _BY_CODE
            is_known = rule in _known(one) or (_NAME.fullmatch(rule) is not None and rule in one.text)
            if is_code or is_known:
                yield Proof(item.id, f"{one.tool.name}/{rule}", one.config)
    words = {_stem(word) for word in re.findall(r"[a-z]+", item.text.lower())}
    for one in configured:
        for rule in sorted(_known(one)):
            parts = [_stem(part) for part in re.findall(r"[A-Z]?[a-z]+", rule) if part.lower() not in _SMALL]
            if len(parts) > 1 and words.issuperset(parts):
                yield Proof(item.id, f"{one.tool.name}/{rule}", one.config)


def _known(configured: Configured) -> frozenset[str]:
    return frozenset(rule for rules in configured.tool.proves.values() for rule in rules)


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")
