"""Values that no browser takes, as lightningcss reads them: what it understands it writes in its own form.

Its one rule: a value is given in capitals, so that it comes back in small letters where it was understood, and as it
was where it was not; only properties are asked of which every keyword is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

from coding_standards.engines.css.blocks import Declaration, Sheet
from coding_standards.engines.css.declarations import hit, walk_declarations
from coding_standards.engines.named import Hit
from groundwork.reading.yaml_text import load_our_yaml

_JUDGED = (
    "display position color background-color opacity visibility overflow overflow-x overflow-y flex-direction "
    "flex-wrap align-items align-content align-self justify-content justify-items justify-self text-align "
    "font-weight font-style font-size line-height border border-style border-width border-color border-radius "
    "border-top border-right border-bottom border-left outline margin margin-top margin-right margin-bottom "
    "margin-left padding padding-top padding-right padding-bottom padding-left width height min-width max-width "
    "min-height max-height top right bottom left inset gap row-gap column-gap transform text-decoration "
    "text-transform white-space box-sizing z-index resize list-style-position text-overflow word-break "
    "overflow-wrap letter-spacing word-spacing text-indent flex-grow flex-shrink flex order transition-duration "
    "animation-duration background-repeat background-size background-position outline-style backface-visibility "
    "vertical-align transition user-select direction flex-flow place-items place-content animation-direction "
    "animation-fill-mode background background-image box-shadow cursor"
)
_PROPERTIES = frozenset(_JUDGED.split())
_LENGTHS = re.compile(
    r"(?:margin|padding|inset|border-width|border-radius|gap)(?:-\w+)?|(?:min-|max-)?(?:width|height)|top|right|bottom|left|font-size|letter-spacing"
)
_BARE_NUMBER = re.compile(r"(?<![\w.#(-])[-+]?(?:\d+\.?\d*|\.\d+)(?=\s|$)")
_NOT_ASKED = re.compile(
    r"[\"'\\@#$%&{}<>]|\b(?:var|env|attr|url|if|theme|anchor|anchor-size|sibling-\w+|random|toggle)\(|--|progid|(?<!\w)-[a-z]+-"
    r"|\b(?:allow-discrete|anchor-center|linear\()|^(?:inherit|initial|unset|revert|revert-layer)$|^$",
    re.IGNORECASE,
)
_RULE = re.compile(r"\.v(\d+) \{([^{}]*)\}")
_OR_NONE = frozenset(["box-shadow", "transition"])
"""What lightningcss reads only as a list."""
_SHOUTED = re.compile(r"[A-Z]{2,}")
_POSITIVE = re.compile(
    r"padding(?:-\w+)?|(?:min-|max-)?(?:width|height)|border-(?:width|radius)|(?:row-|column-)?gap|font-size|line-height"
)
_MOST_SIDES = re.compile(r"(?:margin|padding|border-width|border-style|border-color)")


def invalid_value(sheet: Sheet) -> Iterator[Hit]:
    """A value that its property does not take."""
    for _, one in walk_declarations(sheet):
        known = _read_keywords().get(one.name)
        if known and one.value.lower() not in known and not _is_open(one):
            yield hit(sheet, one.offset, f"{one.name}: {one.value}"[:60])
    asked = [one for _, one in walk_declarations(sheet) if one.name in _PROPERTIES and not _is_open(one)]
    refused = _refused(sorted({(one.name, one.value) for one in asked}))
    for one in asked:
        if (one.name, one.value) in refused or any(is_wrong(one) for is_wrong in _SHAPES):
            yield hit(sheet, one.offset, f"{one.name}: {one.value}"[:60])


def _is_open(one: Declaration) -> bool:
    value = re.sub(r"(?<=\d)%|#[\da-fA-F]{3,8}\b", "", one.value)
    return _NOT_ASKED.search(value) is not None or (one.name in _OR_NONE and value.lower() == "none")


def _refused(values: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those that lightningcss gives back as they were."""
    if not values:
        return set()
    try:
        from lightningcss import process_stylesheet
    except ModuleNotFoundError:
        return set()
    text = "".join(f".v{at}{{{name}:{value.upper()}}}" for at, (name, value) in enumerate(values))
    try:
        written = process_stylesheet(text, minify=False)
    except ValueError:
        return set()
    return {values[int(at)] for at, body in _RULE.findall(written) if _SHOUTED.search(body)}


def _is_unitless(one: Declaration) -> bool:
    """A length is a number with a unit, or nought."""
    if not _LENGTHS.fullmatch(one.name) or "(" in one.value:
        return False
    return any(float(number[0]) for number in _BARE_NUMBER.finditer(one.value))


def _has_too_many(one: Declaration) -> bool:
    return bool(_MOST_SIDES.fullmatch(one.name)) and "(" not in one.value and len(one.value.split()) > 4


def _is_listed(one: Declaration) -> bool:
    """Lengths stand beside each other without commas; a number has one point."""
    is_length = bool(_LENGTHS.fullmatch(one.name)) or one.name == "line-height"
    return is_length and re.search(r",|\d\.\d*\.", re.sub(r"\(.*\)", "", one.value)) is not None


def _is_below_nought(one: Declaration) -> bool:
    return bool(_POSITIVE.fullmatch(one.name)) and re.search(r"(?:^|\s)-[\d.]", one.value) is not None


def _is_timeless(one: Declaration) -> bool:
    """A time is a number with a unit, nought as well."""
    return one.name.endswith("-duration") and _BARE_NUMBER.search(one.value) is not None


def _is_broken_number(one: Declaration) -> bool:
    return one.name in {"z-index", "order"} and re.fullmatch(r"[-+]?\d*\.\d+", one.value) is not None


_SHAPES = (_is_unitless, _has_too_many, _is_listed, _is_below_nought, _is_timeless, _is_broken_number)


@cache
def _read_keywords() -> dict[str, frozenset[str]]:
    (names,) = load_our_yaml(Path(__file__).with_name("keywords.yml").read_text(encoding="utf-8"))
    return {name: frozenset(words.lower().split()) for name, words in cast(dict[str, str], names).items()}
