"""The CSS engine: judges syntax by blocks, selectors and declarations, and runs the named checks.

The rule: what a browser would drop is a hard finding; what only the tree-sitter grammar dislikes is soft,
because that grammar is older than CSS is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from coding_standards.engines.astgrep import engine as astgrep
from coding_standards.engines.css.blocks import CssBlock, Declaration, Sheet, SheetFlaw, parse_sheet
from coding_standards.engines.css.checks import CHECKS
from coding_standards.engines.named import compile_named, run_named
from coding_standards.engines.run import Syntax
from coding_standards.engines.source import Source
from coding_standards.languages import Language
from coding_standards.report import Finding
from coding_standards.rules import Rule

MAX_FLAWS = 20
"""Syntax findings reported for one text."""

_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_BRACKETED = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_ESCAPE = re.compile(r"\\(?:[0-9a-fA-F]{1,6}\s?|.)", re.DOTALL)
_NAME = r"-?-?[A-Za-z_\u0080-\U0010ffff][\w\u0080-\U0010ffff-]*"
_COMPOUND = rf"(?:(?:{_NAME}|\*)?\|)?(?:{_NAME}|\*|&)?(?:[.#](?:{_NAME}|-\d*)|::?{_NAME}|&|@@)*"
_SELECTOR = re.compile(rf"[>+~]?\s*{_COMPOUND}(?:\s*(?:>>>|\|\||/\w+/|[>+~\s])\s*{_COMPOUND})*")
_MAY_HOLD_COLON = re.compile(r"filter|^--|^behavior|^src$|^voice|^[*_]", re.IGNORECASE)
_NEXT_PROPERTY = re.compile(r"\n\s*--[\w-]+\s*:")
_NO_COLON = re.compile(r"\(\s*(?:min|max)-[a-z-]+\s+[\d.]")
_SECOND_DECLARATION = re.compile(r"(?<![\w\\-])[a-z-]{2,}\s*:(?!:)", re.IGNORECASE)


def compile_rule(rule: Rule, language: Language) -> None:
    """See that the rule names a check of this engine.

    Raises:
        RuleError: it does not.
    """
    compile_named(rule, CHECKS)


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """Every place where one of the rules does not hold."""
    return run_named(_parse(source.code), source, rules, CHECKS)


def syntax(source: Source) -> Syntax:
    """The places where the text is not CSS: hard where a browser drops it, else soft."""
    return Syntax(tuple(_broken_places(source)), depth="searched")


def _broken_places(source: Source) -> list[Finding]:
    sheet = _parse(source.code)
    flaws = sorted([*sheet.flaws, *_flaws(sheet)], key=lambda flaw: flaw.offset)
    hard = [source.syntax_finding(*sheet.place(flaw.offset), flaw.message) for flaw in flaws[:MAX_FLAWS]]
    return hard or [
        finding.model_copy(update={"soft": True, "severity": "warning"}) for finding in astgrep.broken_places(source)
    ]


@lru_cache(maxsize=4)
def _parse(code: str) -> Sheet:
    """The syntax judge and the rules look at the same text one after the other."""
    return parse_sheet(code)


def _flaws(sheet: Sheet) -> Iterator[SheetFlaw]:
    for block in sheet.blocks():
        if not block.at_name and "keyframes" not in block.context:
            yield from _selector_flaws(block)
        elif _NO_COLON.search(block.prelude):
            yield SheetFlaw(block.offset, "A colon is missing in this condition.")
        for declaration in block.declarations:
            yield from _value_flaws(declaration)


def _selector_flaws(block: CssBlock) -> Iterator[SheetFlaw]:
    text = _ESCAPE.sub("x", _STRING.sub('""', block.prelude))
    for _ in range(10):
        text, count = _BRACKETED.subn("@@", text)
        if not count:
            break
    text = re.sub(r"(::?[\w-]+)@@", r"\1", text)
    for part in text.split(",") if text and not text.startswith("--") else ():
        if not part.strip() or not _SELECTOR.fullmatch(part.strip()):
            yield SheetFlaw(block.offset, f"`{block.prelude[:60]}` is not a selector.")
            return


def _value_flaws(declaration: Declaration) -> Iterator[SheetFlaw]:
    if declaration.name.startswith("--") and _NEXT_PROPERTY.search(declaration.value):
        yield SheetFlaw(
            declaration.offset, f"The value of `{declaration.name}` runs into the next line; is a semicolon missing?"
        )
    if _MAY_HOLD_COLON.search(declaration.name):
        return
    value = _STRING.sub('""', declaration.value)
    for _ in range(10):
        value, count = _BRACKETED.subn("x", value)
        if not count:
            break
    if value.startswith(":") or _SECOND_DECLARATION.search(value):
        yield SheetFlaw(declaration.offset, f"The value of `{declaration.name}` holds a colon; is a semicolon missing?")
    elif re.search(r",\s*(?:,|$)|!(?!\s*(?:ie|default|important)\b)", value):
        yield SheetFlaw(declaration.offset, f"The value of `{declaration.name}` is not complete.")
