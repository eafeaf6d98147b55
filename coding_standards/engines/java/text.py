"""The text of Java: its literals, and what is newer than the grammar put into older words.

The one rule: a text keeps its length, so that every offset stays right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.astgrep.blank import Blanked, blank_out, impossible
from coding_standards.engines.astgrep.structure import Flaw

_PART = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r'|(?P<literal>"""(?:[^"\\]|\\.|"(?!""))*"""|"(?!"")(?:[^"\\\n]|\\[^\n])*"|\'(?:[^\'\\\n]|\\[^\n])*\')'
    r"|(?P<stray>(?:/\*|\"\"\").*|[\"'])",
    re.DOTALL,
)
IMPOSSIBLE = impossible(after_comma="}", words="when|instanceof|_")
_OPEN = {"'": "this character is not closed", '"': "this string is not closed", "/*": "this comment is not closed"}
_NO_JAVA = re.compile(r"[#`]|\\(?!u+[\da-fA-F]{4})|[^\w\s!-~\x1a]")
_NO_NAME = re.compile(r"\.\s*\"")
_ESCAPE = re.compile(r"\\(?:[btnfrs\"'\\]|[0-3]?[0-7]{1,2}|u+[\da-fA-F]{4})")
_BACKSLASH = re.compile(r"\\.", re.DOTALL)
_NUMBER_LIKE = re.compile(r"(?<![\w.$])(?:\.\d|\d)(?:[eEpP][+-](?=\d)|[\w]|\.(?!\.))*")
_DIGITS, _HEX = r"\d(?:_*\d)*", r"[\da-fA-F](?:_*[\da-fA-F])*"
_NUMBER = re.compile(
    rf"(?:0|[1-9](?:_*\d)*|0_*[0-7](?:_*[0-7])*|0[xX]{_HEX}|0[bB][01](?:_*[01])*)[lL]?"
    rf"|(?:{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS}|{_DIGITS}(?=[eEfFdD]))(?:[eE][+-]?{_DIGITS})?[fFdD]?"
    rf"|0[xX](?:{_HEX}\.?|(?:{_HEX})?\.{_HEX})[pP][+-]?{_DIGITS}[fFdD]?"
)
_MAX_DIGITS = 80
_LONGEST = {"": 2**31, "l": 2**63}

_NAME = r"[^\W\d]\w*"
_TYPE = rf"(?:@\w+\s+)*{_NAME}(?:\s*\.\s*{_NAME})*(?:\s*<[\w\s.,?&@<>\[\]]*>)?(?:\s*\[\s*\])*"
_INNER = r"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"
_CASE = re.compile(r"\bcase\b[^;{}]{0,600}?(?:->|:(?!:))|\binstanceof\b[^;{}]{0,600}")
_RECORD = re.compile(rf"(?<![\w.])({_NAME}(?:\s*\.\s*{_NAME})*)(\s*<[\w\s.,?&@<>\[\]]*>)?(?=\s*\()")
_NEXT_PATTERN = re.compile(rf",\s*(?:final\s+)?{_TYPE}(?:\s*{_INNER}|\s+{_NAME})(?=\s*(?:,|->|:|when\b))")
_UNNAMED = re.compile(r"(?<=[\w>\]]\s)_(?!\w)")
_FINAL = re.compile(r"(?<=[(,\s])final(?=\s)")
_ANNOTATED_ELLIPSIS = re.compile(r"@\w[\w.]*\s*(?=\.\.\.)")
_MODULE = re.compile(r"(?m)(?<=import)[ \t]+module(?=\s+[\w.]+\s*;)")
CONSTRUCTOR_CALLS = ("supex", "thix")
"""What `super` and `this` become where the grammar knows of no constructor that is called."""
_PROLOGUE = re.compile(r"(?<=[;{}])(\s*)(?:super|this)(?=\s*\()")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read(code: str) -> Blanked:
    """The text without what stands in its comments and literals."""
    return blank_out(code, _PART)


def find_flaws(text: Blanked) -> Iterator[Flaw]:
    """Literals and characters that are none of Java's."""
    for offset, opened in text.strays[:1]:  # what follows is read inside out
        yield Flaw(offset, _OPEN.get(opened[:2], "this text block is not closed"))
        return
    for offset, literal in text.literals:
        fault = _find_fault(literal)
        if fault:
            yield Flaw(offset, fault)
    for found in _NUMBER_LIKE.finditer(text.text):
        fault = _find_fault_in_number(found[0], text.text[: found.start()].rstrip().endswith("-"))
        if fault:
            yield Flaw(found.start(), fault)
    for found in _NO_JAVA.finditer(text.text):
        yield Flaw(found.start(), f"Java has no `{found[0]}`")
    for found in _NO_NAME.finditer(text.text):
        yield Flaw(found.start(), "a `.` needs a name after it; Java has no string templates")


def _find_fault(literal: str) -> str:
    inner = literal[1:-1]
    if literal.startswith('"""'):
        inner = literal[3:-3]
        if not re.match(r"[ \t\f]*\r?\n", inner):
            return "a text block begins on the line after its quotes"
        inner = re.sub(r"\\\r?\n", "", inner)
    for found in _BACKSLASH.finditer(inner) if "\\" in inner else ():
        if not _ESCAPE.match(inner, found.start()):
            return f"`{found[0]}` is no escape"
    if literal[0] == "'" and len(_ESCAPE.sub("x", inner).encode("utf-16-le", "replace")) != 2:
        return "a character literal holds one character"
    return ""


def _find_fault_in_number(number: str, is_negative: bool) -> str:
    if not _NUMBER.fullmatch(number):
        return f"`{number[:40]}` is not a number"
    digits = number.replace("_", "").lower()
    suffix = "l" if digits.endswith("l") else ""
    digits = digits.removesuffix("l")
    limit = _LONGEST[suffix]
    if len(digits) > _MAX_DIGITS:
        return ""  # a floating one, or none that anybody writes
    if digits.startswith("0x") and "." not in digits and "p" not in digits:
        is_too_big = int(digits, 16) >= 2 * limit
    elif digits.startswith("0b"):
        is_too_big = int(digits[2:], 2) >= 2 * limit
    elif digits.isdigit():
        is_octal = digits[0] == "0" and len(digits) > 1
        is_too_big = int(digits, 8) >= 2 * limit if is_octal else int(digits) >= limit + is_negative
    else:
        return ""
    return f"`{number[:40]}` does not fit into {'a long' if suffix else 'an int; write it with an L'}" * is_too_big


def as_older(code: str, text: Blanked) -> str:
    """The code with what is newer than the grammar in words that it knows, in the same places.

    Patterns with qualified, generic, final or several types (Java 21, 22), `import module`, statements before
    `super()` (Java 25), annotations before `...`, and characters that mean nothing.
    """
    marks = list(_CONTROL.sub(" ", code))
    for case in _CASE.finditer(text.text):
        label = case[0]
        for found in _RECORD.finditer(label):
            start, end = (case.start() + place for place in found.span(1))
            marks[start:end] = ["_" if mark in ". \t\r\n" else mark for mark in marks[start:end]]
            if found[2]:
                _erase(marks, case.start() + found.start(2), case.start() + found.end(2))
        for found in _FINAL.finditer(label):
            _erase(marks, case.start() + found.start(), case.start() + found.end())
        for found in _UNNAMED.finditer(label):
            marks[case.start() + found.start()] = "x"
        for found in _NEXT_PATTERN.finditer(label) if label.startswith("case") else ():
            _erase(marks, case.start() + found.start(), case.start() + found.end())
    for shape in (_ANNOTATED_ELLIPSIS, _MODULE):
        for found in shape.finditer(text.text):
            _erase(marks, found.start(), found.end())
    for found in _PROLOGUE.finditer(text.text):
        marks[found.end() - 1] = "x"
    return "".join(marks)


def _erase(marks: list[str], start: int, end: int) -> None:
    marks[start:end] = " " * (end - start)
