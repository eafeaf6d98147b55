"""The text of Rust: its literals, and what is newer than the grammar put into older words.

The one rule: a text keeps its length, so that every offset stays right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.astgrep.blank import Blanked, blank_out, impossible
from coding_standards.engines.astgrep.structure import Flaw

_NESTED = r"/\*(?:[^*/]|\*(?!/)|/(?!\*)|/\*(?:[^*/]|\*(?!/)|/(?!\*)|/\*(?:[^*]|\*(?!/))*\*/)*\*/)*\*/"
_PART = re.compile(
    rf"(?P<comment>//[^\n]*|{_NESTED})"
    r'|(?P<literal>(?<![\w])(?:b|c)?r(?P<fence>\#*)".*?"(?P=fence)'
    r"|(?<!\w)[bc]?\"(?:[^\"\\]|\\.)*\"|(?<=\w)\"(?:[^\"\\]|\\.)*\""
    r"|(?<!\w)b?'(?:[^'\\\n]|\\(?:u\{[^}'\n]*\}|x..|.))')"
    r"|(?P<lifetime>'[^\W\d]\w*(?!'))"
    r"|(?P<stray>/\*.*|(?:b|c)?\".*|')",
    re.DOTALL,
)
IMPOSSIBLE = impossible(after_comma=")]}", words="as|if|else|in|fn|unsafe|safe|async|static|type|const|use|_")
_OPEN = {"'": "this character is not closed", '"': "this string is not closed", "/": "this comment is not closed"}
_NO_RUST = re.compile(r"[`\\]|[^\w\s!-~]")
_ESCAPE = re.compile(r"\\(?:[nrt0\\'\"]|x[0-7][\da-fA-F]|u\{_*[\da-fA-F](?:_*[\da-fA-F]){0,5}_*\})")
_BYTE_ESCAPE = re.compile(r"\\(?:[nrt0\\'\"]|x[\da-fA-F]{2})")
_C_ESCAPE = re.compile(r"\\(?:[nrt\\'\"]|x(?!00)[\da-fA-F]{2}|u\{_*[\da-fA-F](?:_*[\da-fA-F]){0,5}_*\})")
_BACKSLASH = re.compile(r"\\.", re.DOTALL)
_NUMBER_LIKE = re.compile(r"(?<![\w.$])\d(?:(?<=[eE])[+-](?=[\d_])|\w)*(?:\.\d(?:(?<=[eE])[+-](?=[\d_])|\w)*)?")
_SUFFIX = r"(?:[iu](?:8|16|32|64|128|size))"
_NUMBER = re.compile(
    rf"0b_*[01][01_]*{_SUFFIX}?|0o_*[0-7][0-7_]*{_SUFFIX}?|0x_*[\da-fA-F][\da-fA-F_]*(?:{_SUFFIX})?"
    rf"|\d[\d_]*{_SUFFIX}?|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?_*\d[\d_]*)?(?:f16|f32|f64|f128)?"
)
_INTEGER = re.compile(r"(0x[\da-fA-F]+?|0o[0-7]+|0b[01]+|\d+)([iu])(8|16|32|64|128)")

_MACRO = re.compile(r"(?:!\s*(?:\w+\s*)?|\bmacro\s+\w+\s*)([(\[{])")
_BRACKET = re.compile(r"[()\[\]{}]")
_NO_BRACKET = re.compile(r"[^()\[\]{}\n]")
_ATTRIBUTE = r"#\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
_ERASED = tuple(
    re.compile(shape)
    for shape in (
        r"\A#!(?!\s*\[)[^\n]*",
        r"\bsafe(?=\s+(?:fn|static)\s)",
        r"(?:(?<=\bdyn)|(?<=\bimpl))\s+'\w+\s*\+",
        r"(?<=[<,])\s*-(?=\d)",
        r"(?<=[{,])\s*\.\.(?=\s*\}\s*=(?![=>]))",
        rf"(?<=[(,=])(?:\s*{_ATTRIBUTE})+",
        r"(?<=\breturn)\s*" + _ATTRIBUTE,
    )
)
"""`safe` items, lifetimes as first bound, negative constants as arguments, `..` of an assignment, attributes."""


def read(code: str) -> Blanked:
    """The text without what stands in its comments and literals."""
    return blank_out(code, _PART)


def find_flaws(text: Blanked) -> Iterator[Flaw]:
    """Literals and characters that are none of Rust's."""
    for offset, opened in text.strays[:1]:  # what follows is read inside out
        yield Flaw(offset, _OPEN[opened.lstrip("bc")[:1]])
        return
    for offset, literal in text.literals:
        fault = _find_fault(literal)
        if fault:
            yield Flaw(offset, fault)
    for found in _NO_RUST.finditer(text.text):
        yield Flaw(found.start(), f"Rust has no `{found[0]}`")


def find_wrong_numbers(text: Blanked) -> Iterator[Flaw]:
    """Numbers that rustc's parser takes and the compiler does not."""
    for found in _NUMBER_LIKE.finditer(text.text):
        if not _NUMBER.fullmatch(found[0]):
            yield Flaw(found.start(), f"`{found[0][:40]}` is not a number")
        elif _is_too_large(found[0].replace("_", ""), text.text[: found.start()].rstrip().endswith("-")):
            yield Flaw(found.start(), f"`{found[0][:40]}` does not fit into its type")


def _is_too_large(number: str, is_negative: bool) -> bool:
    typed = _INTEGER.fullmatch(number)
    if typed is None:
        return False
    base = {"0x": 16, "0o": 8, "0b": 2}.get(number[:2], 10)
    limit: int = 2 ** (int(typed[3]) - (typed[2] == "i"))
    return int(typed[1], base) >= limit + (is_negative and typed[2] == "i")


def _find_fault(literal: str) -> str:
    prefix, inner = literal[:1], literal[literal.find("'" if literal[-1] == "'" else '"') + 1 : -1]
    is_bytes = prefix == "b"
    if is_bytes and not literal.isascii():
        return "bytes are written in ASCII"
    if "\\" not in literal or literal.lstrip("bc").startswith("r"):
        return ""
    escape = _BYTE_ESCAPE if is_bytes else _C_ESCAPE if prefix == "c" else _ESCAPE
    is_character = literal[-1] == "'"
    for found in _BACKSLASH.finditer(inner):
        is_line_end = found[0][1] in "\r\n" and not is_character
        if not is_line_end and not escape.match(inner, found.start()):
            return f"`{' '.join(found[0].split())}` is no escape here"
    return ""


def as_older(code: str, text: Blanked) -> str:
    """The code with what is newer than the grammar in words that it knows, in the same places."""
    marks = list(code)
    for shape in _ERASED:
        for found in shape.finditer(text.text):
            marks[found.start() : found.end()] = " " * len(found[0])
    return "".join(marks)


def without_macros(text: str) -> str:
    """A blanked text with nothing but brackets in the arguments of macros, which take any words."""
    pieces: list[str] = []
    at = 0
    while found := _MACRO.search(text, at):
        end = _find_end(text, found.end())
        pieces += [text[at : found.end()], _NO_BRACKET.sub(" ", text[found.end() : end])]
        at = end
    return "".join(pieces) + text[at:]


def _find_end(text: str, start: int) -> int:
    """The place of the bracket that closes the one before `start`."""
    depth = 1
    for found in _BRACKET.finditer(text, start):
        depth += 1 if found[0] in "([{" else -1
        if depth == 0:
            return found.start()
    return len(text)
