"""What is not CSS in a style sheet: lightningcss decides, beside it the slips that it lets pass.

The rule: what a browser's parser takes is valid, and so are the hacks that only ever spoke to old browsers; a rule
speaks of those. A sheet that a template engine writes is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.astgrep.blank import keep_lines
from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.css.blocks import STRING, Declaration, Sheet, strip_nested
from coding_standards.engines.run import MAX_ERRORS, Syntax
from coding_standards.engines.source import Source

PARSER = "lightningcss"

_MISSING = (
    f"css: {PARSER} is not installed, so only brackets, strings and semicolons were checked; pip install {PARSER}"
)
_TEMPLATE = re.compile(r"/\*.*?\*/|(?P<mark>\{\{[^{}]*\}\}|\{%[^{}]*%\}|<%[^<]*%>|<\?[^<]*\?>)", re.DOTALL)
_WRITTEN_ELSEWHERE = "css: written for a template engine, so its syntax was not judged"
# Blanked in place before the parser sees them.
_HACK = re.compile(r"(?:(?<=[;{}])|(?<=\*/))\s*\*(?=[ \t]*[a-z-]+\s*:)|!ie(?=\s*[;}])", re.IGNORECASE)
_PLACE = re.compile(r" at [^:]*:(\d+):(\d+)$")
_TOKEN = re.compile(r"[A-Z]\w+(?:\((?:\"(?P<text>.*)\"|'(?P<sign>.)')\)| \{.*\})")
_SIGNS = {
    "CloseCurlyBracket": "`}`", "CloseParenthesis": "`)`", "CloseSquareBracket": "`]`", "CurlyBracketBlock": "`{`",
    "ParenthesisBlock": "`(`", "SquareBracketBlock": "`[`", "Semicolon": "`;`", "Colon": "`:`", "Comma": "`,`",
}  # fmt: skip
_SELECTS_NOTHING = re.compile(
    r"Pseudo-elements like|Invalid state|Pseudo class must be prefixed|Invalid pseudo class after"
)
_END = "Unexpected end of input"
_STEP = re.compile(r"\s*(?:from|to|(?:[a-z-]+\s+)?[+-]?[\d.]+(?:e[+-]?\d+)?%)\s*", re.IGNORECASE)
_MAY_HOLD_COLON = re.compile(r"filter|^--|^behavior|^src$|^voice|^[*_]", re.IGNORECASE)
_NEXT_PROPERTY = re.compile(r"\n\s*--[\w-]+\s*:")
_SECOND_DECLARATION = re.compile(r"(?<![\w\\-])[a-z-]{2,}\s*:(?!:)", re.IGNORECASE)
_BRACKETED = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")


def judge_syntax(source: Source, sheet: Sheet) -> Syntax:
    """Where the sheet is not CSS: lightningcss stops at the first such place, the other slips are all told."""
    if any(match["mark"] for match in _TEMPLATE.finditer(source.code)):
        return Syntax(depth="not_judged", notes=(_WRITTEN_ELSEWHERE,))
    flaws = sorted([*sheet.flaws, *_lost_semicolons(sheet)], key=lambda flaw: flaw.offset)
    found = [source.syntax_finding(*sheet.place(flaw.offset), flaw.message) for flaw in flaws[:MAX_ERRORS]]
    if sheet.is_hopeless:
        return Syntax(tuple(found), by=PARSER)
    try:
        refused = list(_refused_places(source.code, sheet))
    except ModuleNotFoundError:
        return Syntax(tuple(found), depth="not_judged", notes=(_MISSING,))
    known = {finding.line for finding in found}
    found += [source.syntax_finding(*one) for one in refused if one[0] not in known]
    return Syntax(tuple(found), by=PARSER)


def _refused_places(code: str, sheet: Sheet) -> Iterator[tuple[int, int, str, bool]]:
    """Line and column (both from 1), what is wrong there, and whether it is soft: a selector in the right shape that
    selects nothing in today's browsers. lightningcss stops at such a one; it is masked, and the rest parsed again.

    Raises:
        ModuleNotFoundError: lightningcss is not installed.
    """
    code = _HACK.sub(lambda match: keep_lines(match[0]), code)
    for _ in range(MAX_ERRORS):
        refused = _parse(code)
        if refused is None:
            return
        line, column, message = refused
        selector = _selector_at(sheet, sheet.offset(line, column))
        is_soft = selector is not None and bool(_SELECTS_NOTHING.match(message))
        yield line, column, message, is_soft
        if selector is None or not is_soft:
            return
        start, end = selector
        code = code[:start] + keep_lines(code[start:end])[:-1] + "a" + code[end:]


def _selector_at(sheet: Sheet, offset: int) -> tuple[int, int] | None:
    """Where the selector begins and ends that holds this place."""
    for block in sheet.rules():
        end = sheet.code.find("{", block.offset)
        if block.offset <= offset <= end and block.prelude:
            return block.offset, end
    return None


def _parse(code: str) -> tuple[int, int, str] | None:
    """Line, column (both from 1) and what is wrong there; None where lightningcss takes the whole sheet.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    import lightningcss  # late: only style sheets need it

    flags = lightningcss.calc_parser_flags(nesting=True, custom_media=True, deep_selector_combinator=True)
    try:
        lightningcss.process_stylesheet(code, parser_flags=flags, minify=False)
    except ValueError as error:
        text = str(error).partition(": ")[2] or str(error)
        place = _PLACE.search(text)
        line, column = (int(place[1]) + 1, int(place[2])) if place else (1, 1)
        return line, column, _describe(_PLACE.sub("", text))
    return None


def _describe(text: str) -> str:
    """The parser's words without the names that its tokens have inside it."""
    if text.startswith(_END):
        return "Something is missing before this place, or it closes nothing."
    if text.startswith("Invalid empty selector"):
        return "Here a selector should begin; this is none."
    text = _TOKEN.sub(lambda match: f"`{(match['text'] or match['sign'] or '...')[:40]}`", text)
    for name, sign in _SIGNS.items():
        text = text.replace(name, sign)
    text = re.sub(r"^Unexpected token (.*)$", r"\1 is not expected here", text, flags=re.DOTALL)
    return f"{text.rstrip('.')}."


def _lost_semicolons(sheet: Sheet) -> Iterator[Flaw]:
    """Values that run into the next declaration, are not there, or break off; what is no step of keyframes."""
    for block in sheet.blocks():
        is_step = bool(block.parents) and block.parents[-1].at_name.endswith("keyframes")
        if is_step and not all(map(_STEP.fullmatch, block.prelude.split(","))):
            yield Flaw(block.offset, f"`{block.prelude[:40]}` is no step of keyframes, such as `from` and `50%`.")
        for declaration in block.declarations:
            yield from _value_flaws(declaration)


def _value_flaws(one: Declaration) -> Iterator[Flaw]:
    if not one.value and not one.name.startswith("--"):
        yield Flaw(one.offset, f"`{one.name[:40]}` has no value.")
    if one.name.startswith("--") and _NEXT_PROPERTY.search(one.value):
        yield Flaw(one.offset, f"The value of `{one.name}` runs into the next line; is a semicolon missing?")
    if _MAY_HOLD_COLON.search(one.name):
        return
    value = strip_nested(STRING.sub('""', one.value), _BRACKETED, "x")
    if value.startswith(":") or _SECOND_DECLARATION.search(value):
        yield Flaw(one.offset, f"The value of `{one.name}` holds a colon; is a semicolon missing?")
    elif re.search(r",\s*(?:,|$)", value):
        yield Flaw(one.offset, f"The value of `{one.name}` is not complete.")
