"""Values that no browser takes, as lightningcss reads them: what it understands it writes in its own form.

Its one rule: a value is given in capitals, so that it comes back in small letters where it was understood, and as it
was where it was not; only properties are asked of which every keyword is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.css.blocks import Declaration, Sheet
from coding_standards.engines.css.declarations import hit, walk_declarations
from coding_standards.engines.named import Hit

_JUDGED = (
    "display position color background-color opacity visibility overflow overflow-x overflow-y flex-direction "
    "flex-wrap align-items align-content align-self justify-content justify-items justify-self text-align "
    "font-weight font-style font-size line-height border border-style border-width border-color border-radius "
    "border-top border-right border-bottom border-left outline margin margin-top margin-right margin-bottom "
    "margin-left padding padding-top padding-right padding-bottom padding-left width height min-width max-width "
    "min-height max-height top right bottom left inset gap row-gap column-gap transform text-decoration "
    "text-transform white-space box-sizing z-index resize list-style-position text-overflow word-break "
    "overflow-wrap letter-spacing word-spacing text-indent flex-grow flex-shrink flex order transition-duration "
    "animation-duration background-repeat background-size background-position outline-style backface-visibility"
)
_PROPERTIES = frozenset(_JUDGED.split())
_LENGTHS = re.compile(
    r"(?:margin|padding|inset|border-width|border-radius|gap)(?:-\w+)?|(?:min-|max-)?(?:width|height)|top|right|bottom|left|font-size|letter-spacing"
)
_BARE_NUMBER = re.compile(r"(?<![\w.#(-])[-+]?(?:\d+\.?\d*|\.\d+)(?=\s|$)")
_NOT_ASKED = re.compile(
    r"[\"'\\@#$%&{}<>]|\b(?:var|env|attr|url|if|theme|anchor|anchor-size|sibling-\w+|random|toggle)\(|--|progid|(?<!\w)-[a-z]+-"
    r"|^(?:inherit|initial|unset|revert|revert-layer)$|^$",
    re.IGNORECASE,
)
_RULE = re.compile(r"\.v(\d+) \{([^{}]*)\}")
_SHOUTED = re.compile(r"[A-Z]{2,}")
_MOST_SIDES = re.compile(r"(?:margin|padding|border-width|border-style|border-color)")


def invalid_value(sheet: Sheet) -> Iterator[Hit]:
    """A value that its property does not take."""
    asked = [one for _, one in walk_declarations(sheet) if one.name in _PROPERTIES and not _is_open(one)]
    refused = _refused(sorted({(one.name, one.value) for one in asked}))
    for one in asked:
        if (one.name, one.value) in refused or _is_unitless(one) or _has_too_many(one):
            yield hit(sheet, one.offset, f"{one.name}: {one.value}"[:60])


def _is_open(one: Declaration) -> bool:
    value = re.sub(r"(?<=\d)%|#[\da-fA-F]{3,8}\b", "", one.value)
    return _NOT_ASKED.search(value) is not None


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
