"""Named checks of the `css` engine that look at single declarations: their names, their values, their neighbours.

A check must hold for any style sheet, whatever builds it; what depends on a project's taste is an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

from coding_standards.engines.css.blocks import STRING, CssBlock, Declaration, Sheet, strip_nested
from coding_standards.engines.named import Hit
from groundwork.reading.yaml_text import load_our_yaml

_GENERIC = re.compile(
    r"serif|sans-serif|monospace|cursive|fantasy|system-ui|ui-[a-z-]+|math|emoji|fangsong|inherit|initial|unset|revert"
    r"|revert-layer|none|-apple-system|caption|icon|menu|message-box|small-caption|status-bar"
)
_CALC = re.compile(
    r"(?<![\w-])(?:calc|calc-size|min|max|clamp|round|mod|rem|a?sin|a?cos|a?tan|atan2|pow|sqrt|hypot|log|exp|abs|sign)\(",
    re.IGNORECASE,
)
# An operand that ends in a digit, unit, % or bracket, then a sign that lacks a space on one side or both.
_TIGHT = re.compile(
    r"(?:(?<![\w#.-])[\d.]+(?:%|[a-df-z]\w*|e[a-z]\w*)?|\))(?:\s+[+-](?=[\w.(])|[+-](?=[\s\d.(]))", re.IGNORECASE
)
_NEWER = re.compile(r"[-(]|\d(?:r?em|[ls]?v[hw])\b")
_PLAIN_COLOUR = re.compile(r"[a-z]+|#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_PLAIN_SIZES = re.compile(r"(?:\s*(?:-?\d*\.?\d+(?:px|em|pt|%)?|auto)(?=\s|$))+", re.IGNORECASE)
_FONT_SIZE = re.compile(
    r"(?:^|\s)(?:[\d.]+(?:[a-z]+|%)|(?:xx?-)?(?:small|large)|xxx-large|medium|smaller|larger|X)(?:\s*/\s*\S+)?\s+(?P<families>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_HOLD_STYLES = frozenset(["media", "supports", "layer", "container", "scope", "font-face"])
_PLAIN_NAME = re.compile(r"[a-z][a-z-]{3,}")
_FUNCTION = re.compile(r"[\w-]*\([^()]*\)")


def hit(sheet: Sheet, offset: int, detail: str = "") -> Hit:
    return Hit(*sheet.place(offset), detail)


def walk_declarations(sheet: Sheet) -> Iterator[tuple[CssBlock, Declaration]]:
    for block in sheet.blocks():
        for declaration in block.declarations:
            yield block, declaration


def strip_functions(value: str) -> str:
    """The value without its strings and, innermost first, its functions."""
    return strip_nested(STRING.sub("", value), _FUNCTION)


def duplicate_properties(sheet: Sheet) -> Iterator[Hit]:
    """A property set again in its block, where the first value is no fallback for the second."""
    for block in sheet.blocks():
        last: dict[str, tuple[int, str]] = {}
        for index, one in enumerate(block.declarations):
            if one.name == "src" or one.name.startswith(("*", "_", "--")):
                continue
            before = last.get(one.name)
            if before and (before[1] == one.value or _is_plain_repeat(block, before[0], index)):
                yield hit(sheet, one.offset, one.name)
            last[one.name] = (index, one.value)


def _is_plain_repeat(block: CssBlock, first: int, second: int) -> bool:
    """Neither value is one that only some browsers know; directly below each other both must be older than them all."""
    one, other = block.declarations[first], block.declarations[second]
    if any(between.name != one.name for between in block.declarations[first + 1 : second]):
        return not _NEWER.search(one.value + other.value)
    plain = _PLAIN_COLOUR if one.name.endswith("color") else _PLAIN_SIZES
    return all(plain.fullmatch(value) for value in (one.value, other.value))


def shorthand_overrides(sheet: Sheet) -> Iterator[Hit]:
    """A shorthand after one of its longhands in the same block: the longhand has no effect."""
    for block in sheet.blocks():
        seen: dict[str, bool] = {}
        for one in block.declarations:
            for longhand in _read_shorthands().get(one.name, ()):
                if longhand in seen and (one.important or not seen[longhand]):
                    yield hit(sheet, one.offset, f"{one.name} undoes {longhand}")
                    break
            seen[one.name] = one.important


def prefix_without_standard(sheet: Sheet, *, properties: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A vendor-prefixed property that its standard property (one of `properties`) does not follow in the block."""
    for block in sheet.blocks():
        last = {one.name: one.offset for one in block.declarations}
        told: set[str] = set()
        for one in block.declarations:
            match = re.fullmatch(r"(?!-ms-filter)-(?:webkit|moz|ms|o|khtml)-(.+)", one.name)
            if match and match[1] in properties and match[1] not in told and last.get(match[1], -1) < one.offset:
                told.add(match[1])
                yield hit(sheet, one.offset, f"no `{match[1]}`")


def generic_font(
    sheet: Sheet, *, ignore_pattern: str = "icon|awesome|symbol|glyph|emoji|material|codicon"
) -> Iterator[Hit]:
    """A list of font families, in `font-family` or `font`, that does not end with a generic one."""
    ignore = re.compile(ignore_pattern, re.IGNORECASE)
    for block, one in walk_declarations(sheet):
        if block.at_name in {"font-face", "font-palette-values"} or "var(" in one.value or ignore.search(one.value):
            continue
        families = [family.strip().lower() for family in _families(one).split(",")]
        if families != [""] and not _GENERIC.fullmatch(families[-1]):
            yield hit(sheet, one.offset, families[-1])


def _families(one: Declaration) -> str:
    if one.name == "font":  # families are what follows the size, which may be computed
        shorthand = _FONT_SIZE.search(_FUNCTION.sub("X", one.value))
        return shorthand["families"] if shorthand else ""
    return one.value if one.name == "font-family" and "(" not in one.value else ""


def invalid_hex(sheet: Sheet) -> Iterator[Hit]:
    """A `#` colour that has not 3, 4, 6 or 8 hexadecimal digits."""
    for _, one in walk_declarations(sheet):
        if one.name.startswith("--") or not re.search(r"color|background|border|shadow|fill|stroke|outline", one.name):
            continue
        for match in re.finditer(r"(?<![\w&])#([\w-]+)", strip_functions(one.value)):
            if not re.fullmatch(r"(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", match[1], re.IGNORECASE):
                yield hit(sheet, one.offset, match[0])


def calc_spacing(sheet: Sheet) -> Iterator[Hit]:
    """`+` or `-` in `calc()`, `min()` and their like between two operands without a space on both sides."""
    for _, one in walk_declarations(sheet):
        value = STRING.sub("", one.value)
        end = 0
        # What is nested lies within the outermost, which is read as a whole.
        while match := _CALC.search(value, end):
            inner = _inside(value, match.end())
            if tight := _TIGHT.search(inner):
                yield hit(sheet, one.offset, tight[0].strip())
                break
            end = match.end() + len(inner)


def _inside(text: str, start: int) -> str:
    """The text from `start` to the bracket that closes the one before it."""
    depth = 1
    for index in range(start, len(text)):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0:
            return text[start:index]
    return text[start:]


def misspelt_property(sheet: Sheet) -> Iterator[Hit]:
    """A property that does not exist and differs by one slip from one that does."""
    for one in _find_unknown(sheet):
        if meant := _neighbour(one.name):
            yield hit(sheet, one.offset, f"`{one.name}`, perhaps `{meant}`")


def unknown_property(sheet: Sheet, *, allow: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A property that does not exist and is near none that does, save those that a build step knows (`allow`)."""
    for one in _find_unknown(sheet):
        if one.name not in allow and not _neighbour(one.name):
            yield hit(sheet, one.offset, f"`{one.name[:40]}`")


def _find_unknown(sheet: Sheet) -> Iterator[Declaration]:
    for block, one in walk_declarations(sheet):
        is_style = not block.at_name or block.at_name in _HOLD_STYLES
        if is_style and _PLAIN_NAME.fullmatch(one.name) and one.name not in known_properties():
            yield one


@cache
def _read_shorthands() -> dict[str, list[str]]:
    """What each shorthand sets or resets."""
    (names,) = load_our_yaml(Path(__file__).with_name("shorthands.yml").read_text(encoding="utf-8"))
    return {name: longhands.split() for name, longhands in cast(dict[str, str], names).items()}


@cache
def known_properties() -> frozenset[str]:
    """The standard properties and descriptors (MDN's list and what browsers report)."""
    return frozenset(Path(__file__).with_name("properties.txt").read_text(encoding="utf-8").split())


@cache
def _neighbour(name: str) -> str | None:
    """The known property that one inserted, dropped, changed or swapped letter away from `name`, if any."""
    letters = "abcdefghijklmnopqrstuvwxyz-"
    splits = [(name[:index], name[index:]) for index in range(len(name) + 1)]
    candidates = [left + right[1:] for left, right in splits if right]
    candidates += [left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1]
    candidates += [left + letter + right[1:] for left, right in splits if right for letter in letters]
    candidates += [left + letter + right for left, right in splits for letter in letters]
    return next((one for one in candidates if one in known_properties()), None)
