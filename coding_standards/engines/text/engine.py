"""The builtin engine: checks of the text that hold in every language, and of the documentation of public symbols.

Its one rule: a check is a row in `CHECKS`, and takes nothing but the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from coding_standards.engines.named import Check, Hit, compile_named, run_named
from coding_standards.engines.source import Source
from coding_standards.engines.text import layout, leftovers, names, secrets
from coding_standards.engines.text.elided import elision
from coding_standards.engines.text.lines import Text
from coding_standards.report import Finding
from coding_standards.rules import Rule
from coding_standards.symbols import Regions, find_test_regions, public_symbols, tells_symbols

_TELLING = frozenset({"constant", "variable"})
"""What its name and value tell enough about."""


def public_documentation(text: Text) -> Iterator[Hit]:
    """Public symbols without documentation; a test has a reader, not a caller."""
    found = [one for one in public_symbols(text.source) if not one.documented and one.kind not in _TELLING]
    tests = find_test_regions(text.source) if found else Regions()
    for symbol in found:
        if not tests.covers_line(symbol.line):
            yield Hit(symbol.line, 0, f"{symbol.kind} {symbol.name}")


CHECKS: Mapping[str, Check] = {
    "fences": leftovers.fences,
    "prose": leftovers.prose,
    "merge_markers": leftovers.merge_markers,
    "elision": elision,
    "empty": leftovers.empty,
    "markers": leftovers.markers,
    "line_length": layout.line_length,
    "indentation": layout.indentation,
    "white_space": layout.white_space,
    "characters": layout.characters,
    "public_documentation": public_documentation,
    "secrets": secrets.secrets,
    "piped_shell": secrets.piped_shell,
    "go_names": names.go_names,
    "rust_names": names.rust_names,
}

MENDERS: Mapping[str, Callable[[Text, Mapping[str, str]], str]] = {
    "white_space": lambda text, beside: layout.strip_ends(text),
    "go_names": names.mend_go,
    "rust_names": names.mend_rust,
}
"""What mends all that a check finds, or as much of it as a machine can, and changes nothing that the code does."""


compile_rule = partial(compile_named, CHECKS)


def applies(rule: Rule, source: Source) -> bool:
    """Whether the check says anything about this language."""
    return rule.check != "public_documentation" or tells_symbols(source)


def run(source: Source, rules: Sequence[Rule]) -> list[Finding]:
    """Every place that breaks one of the rules."""
    return run_named(Text(source), source, rules, CHECKS)


def mend(source: Source, rule: Rule, beside: Mapping[str, str]) -> str:
    """The text without what this rule finds, as far as that can be mended without knowing what it is for.

    `beside` are the files that come with it, by path.
    """
    mender = MENDERS.get(rule.check)
    return mender(Text(source), beside) if mender is not None else source.code
