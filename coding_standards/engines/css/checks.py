"""Named checks of the `css` engine: each walks the blocks of a sheet and yields the places that break it.

A check must hold for any style sheet, whatever builds it; what depends on a project's taste is an option.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.css.blocks import STRING, CssBlock, Declaration, Sheet
from coding_standards.engines.css.declarations import (
    calc_spacing,
    duplicate_properties,
    generic_font,
    hit,
    invalid_hex,
    misspelt_property,
    prefix_without_standard,
    shorthand_overrides,
    strip_functions,
    unknown_property,
    walk_declarations,
)
from coding_standards.engines.css.values import invalid_value
from coding_standards.engines.named import Check, Hit

_FOCUS_LOOK = re.compile(r"^(outline|box-shadow|border|background|text-decoration|color|filter|transform|stroke|fill)")
_OUTLINE_OFF = re.compile(r"^(?:(?:none|0(?:px)?)(?:\s+none)?|transparent)$", re.IGNORECASE)
_REMOTE = re.compile(
    r"(?:\b(?:url|src)\(\s*[\"']?|image-set\([^;]*?(?<=[(,\s])[\"'])(http://(?!localhost|127\.|\[::1\])[^\"')\s]*)",
    re.IGNORECASE,
)
"""An address in `url()` or `src()`, or a string in `image-set()`, which needs neither."""
_OUTLINE = frozenset(["outline", "outline-style", "outline-width", "outline-color"])
_CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
_WORD = re.compile(r"[a-z]{3,}")
_UTILITY = re.compile(
    r"hid(?:e|den)|invisible|visib|sr-only|screen-?reader|show|clearfix|^no-|none|truncate|collapse|lock|disable"
    r"|(?:^|[-_:])(?:u|is|has|js|[mp][trblxyse]?|[wh]|bg|fs|fw|lh|d|z|g[xy]?)[-_\\]",
    re.IGNORECASE,
)


def important(sheet: Sheet, *, allow_utilities: bool = True, allow_contexts: str = "") -> Iterator[Hit]:
    """`!important`, but in one-class utilities and under at-rules whose condition matches `allow_contexts`."""
    for block, declaration in walk_declarations(sheet):
        if not declaration.important or "keyframes" in block.context:
            continue
        if allow_contexts and re.search(allow_contexts, f"{block.context} {block.prelude.lower()}"):
            continue
        if allow_utilities and _is_utility(block.prelude) and _tells(block.prelude, declaration):
            continue
        yield hit(sheet, declaration.offset, declaration.name)


def _tells(prelude: str, declaration: Declaration) -> bool:
    """Whether each class is called after what it does, as `.hidden`, `.mt-2`, `.text-center` and `.is-open` are."""
    words = set(_WORD.findall(f"{declaration.name} {declaration.value}".lower()))
    names = _CLASS.findall(prelude)
    return all(_UTILITY.search(name) or words & set(_WORD.findall(name.lower())) for name in names)


def _is_utility(prelude: str) -> bool:
    """Every selector is one class or attribute, perhaps with pseudo-classes: it exists to win."""
    return all(
        re.fullmatch(r"\s*[\w-]*(?:\.(?:[\w-]|\\.)+|\[[^\]]*\])(?:::?[\w-]+(?:\([^()]*\))?)*\s*", one)
        for one in prelude.split(",")
    )


def selector(sheet: Sheet, *, pattern: str = "", detail: str = "") -> Iterator[Hit]:
    """A selector that matches `pattern`; strings, attribute values and escapes are taken out first."""
    regex = re.compile(pattern)
    for block in [*sheet.rules(), *(block for block in sheet.blocks() if block.at_name == "scope")]:
        text = re.sub(r"\[[^\]]*\]", "[]", re.sub(r"\\.", "x", STRING.sub('""', block.prelude)))
        match = regex.search(text)
        if match:
            yield hit(sheet, block.offset, detail or match[0].strip()[:40])


def selector_depth(sheet: Sheet, *, max_parts: int = 5) -> Iterator[Hit]:
    """A selector with more parts (what combinators and nesting join) than `max_parts`."""
    pending = [(block, 0) for block in reversed(sheet.root.blocks)]
    while pending:
        block, above = pending.pop()
        parts = above
        if not block.at_name and "keyframes" not in block.context:
            parts = max(_count_parts(one, above) for one in _top_level_split(block.prelude))
            if parts > max_parts >= above:
                yield hit(sheet, block.offset, f"{parts} parts")
        pending.extend((inner, parts) for inner in reversed(block.blocks))


def _count_parts(selector: str, above: int) -> int:
    """The parts of a selector in a block whose own selector has `above`; `&` stands for that one."""
    parts = [part for part in re.split(r"\s*[>+~]\s*|\s+", _bare_selector(selector).strip()) if part]
    joined = sum("&" in part for part in parts)
    return len(parts) + (joined * (above - 1) if joined and above else above)


def _bare_selector(text: str) -> str:
    return re.sub(r"\[[^\]]*\]", "[]", strip_functions(text))


def _top_level_split(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def declaration(
    sheet: Sheet,
    *,
    property_pattern: str = "",
    value_pattern: str = "",
    selector_pattern: str = "",
    alone: bool = False,
    detail: str = "",
) -> Iterator[Hit]:
    """A declaration whose property, value and selector match the patterns (case is ignored).

    With `alone` only where no later declaration of the block gives the property another value.
    """
    name_regex, value_regex, block_regex = (
        re.compile(pattern, re.IGNORECASE) for pattern in (property_pattern, value_pattern, selector_pattern)
    )
    for block, one in walk_declarations(sheet):
        if not (name_regex.search(one.name) and value_regex.search(one.value) and block_regex.search(block.prelude)):
            continue
        others = (other for other in block.declarations if other.offset > one.offset and other.name == one.name)
        if not alone or all(value_regex.search(other.value) for other in others):
            yield hit(sheet, one.offset, detail or f"{one.name}: {one.value}"[:60])


def at_rule(sheet: Sheet, *, pattern: str = "") -> Iterator[Hit]:
    """An at-rule (its name, condition and value) that matches `pattern`."""
    regex = re.compile(pattern, re.IGNORECASE)
    found = [(text, offset) for block in [sheet.root, *sheet.blocks()] for text, offset in block.statements]
    found += [(block.prelude, block.offset) for block in sheet.blocks() if block.at_name]
    for text, offset in sorted(found, key=lambda one: one[1]):
        if regex.search(text):
            yield hit(sheet, offset, text[:60])


def insecure_url(sheet: Sheet) -> Iterator[Hit]:
    """A resource loaded over plain http from a host other than this machine."""
    for _, one in walk_declarations(sheet):
        if match := _REMOTE.search(one.value):
            yield hit(sheet, one.offset, match[1][:60])
    for text, offset in sheet.root.statements:
        if text.lower().startswith("@import") and (match := re.search(r"http://[^\"')\s]*", text, re.IGNORECASE)):
            yield hit(sheet, offset, match[0][:60])


def focus_outline(sheet: Sheet) -> Iterator[Hit]:
    """`outline: none` on focus, with nothing in the block that shows the focus instead."""
    for block in sheet.rules():
        prelude = block.prelude.lower().replace(" ", "")
        if ":focus" not in prelude or ":not(:focus" in prelude:
            continue
        others = [one for one in block.declarations if not _OUTLINE_OFF.match(one.value)]
        if (
            any(_FOCUS_LOOK.match(one.name.lstrip("-")) for one in others)
            or block.blocks
            or _shown_elsewhere(sheet, block)
        ):
            continue
        for one in block.declarations:
            if _is_outline_off(one):
                yield hit(sheet, one.offset)
                break


def _is_outline_off(one: Declaration) -> bool:
    return one.name in _OUTLINE and bool(_OUTLINE_OFF.match(one.value))


def _shown_elsewhere(sheet: Sheet, block: CssBlock) -> bool:
    """Another rule gives the focus of the same subject a look."""
    subjects = {one.strip().split(":focus")[0] for one in block.prelude.split(",") if ":focus" in one}
    return any(
        other is not block
        and any(_FOCUS_LOOK.match(one.name) and not _is_outline_off(one) for one in other.declarations)
        and any(subject and f"{subject}:focus" in other.prelude for subject in subjects)
        for other in sheet.rules()
        if ":focus" in other.prelude
    )


def empty_block(sheet: Sheet) -> Iterator[Hit]:
    """A rule or at-rule with nothing in it, not even a comment; an empty `@layer` sets an order."""
    for block in sheet.blocks():
        if block.at_name != "layer" and not (
            block.declarations or block.blocks or block.statements or block.has_comment
        ):
            yield hit(sheet, block.offset)


def font_display(sheet: Sheet) -> Iterator[Hit]:
    """A `@font-face` that loads a file and does not say that text is shown meanwhile."""
    for block in sheet.blocks():
        if block.at_name != "font-face":
            continue
        loads = any(one.name == "src" and "url(" in one.value.lower() for one in block.declarations)
        shown = [one.value.lower() for one in block.declarations if one.name == "font-display"]
        if loads and (not shown or shown[-1] == "auto"):
            yield hit(sheet, block.offset)


def max_number(sheet: Sheet, *, property: str = "z-index", limit: int = 9999) -> Iterator[Hit]:
    """A number further from nought than `limit` as the value of `property`."""
    for _, one in walk_declarations(sheet):
        if one.name == property and re.fullmatch(r"[-+]?\d+(e\d)?", one.value) and abs(float(one.value[:12])) > limit:
            yield hit(sheet, one.offset, one.value[:20])


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        at_rule, calc_spacing, declaration, duplicate_properties, empty_block, focus_outline, font_display,
        generic_font, important, insecure_url, invalid_hex, max_number, misspelt_property, prefix_without_standard,
        invalid_value, selector, selector_depth, shorthand_overrides, unknown_property,
    )
}  # fmt: skip
"""Every check that a rule of engine `css` can name."""
