"""The text of Go, read as far as its line ends matter (https://go.dev/ref/spec#Semicolons).

The one rule: a text keeps its length when its line ends become semicolons, so that every offset stays right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.astgrep.structure import Flaw

_KEYWORDS = frozenset(
    [
        *("case", "chan", "const", "default", "defer", "else", "for", "func", "go", "goto", "if", "import"),
        *("interface", "map", "package", "range", "select", "struct", "switch", "type", "var"),
    ]
)
"""Those that do not end a statement at the end of a line."""
_PART = re.compile(
    r"""[^\n"'`/]+|\n|//[^\n]*|/\*(?:.*?\*/|.*)|"(?:[^"\\\n]|\\[^\n])*"|`(?:[^`]*`|.*)|'(?:[^'\\\n]|\\[^\n])*'|.""",
    re.DOTALL,
)
_LAST_WORD = re.compile(r"\w+\Z")
_NUMBER_LIKE = re.compile(r"(?<![\w.])(?:\.\d|\d)(?:[eEpP][+-](?=\d)|\w|\.(?!\.\.))*|(?<=\.)\.\d\w*")
_NO_GO = re.compile(r"[?#@$\\]|[^\w\s!-~]")
_ESCAPE = re.compile(r"\\(?:[abfnrtv\\]|[0-7]{3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})")
_BACKSLASH = re.compile(r"\\.", re.DOTALL)
_DIGITS, _HEX = r"\d(?:_?\d)*", r"[\da-fA-F](?:_?[\da-fA-F])*"
_NUMBER = re.compile(
    rf"(?:0[bB]_?[01](?:_?[01])*|0[oO]_?[0-7](?:_?[0-7])*|0(?:_?[0-7])*|[1-9](?:_?\d)*|0[xX]_?{_HEX}"
    rf"|(?:{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS}|{_DIGITS}(?=[eE]))(?:[eE][+-]?{_DIGITS})?"
    rf"|0[xX](?:_?{_HEX}\.?(?:{_HEX})?|\.{_HEX})[pP][+-]?{_DIGITS}|{_DIGITS}(?=i))i?"
)
_OPEN = {"'": "this rune literal is not closed", '"': "this string is not closed", "`": "this raw string is not closed"}


class GoText:
    """A text as one line: with a semicolon for every line end that is one, and comments left out."""

    def __init__(self, code: str) -> None:
        """Read it."""
        self.literals: list[tuple[int, str]] = []
        """Strings and runes, each with its offset."""
        self.strays: list[tuple[int, str]] = []
        """Quotes that nothing closes."""
        pieces: list[str] = []
        blank: list[str] = []
        last, at = "", 0
        for part in _PART.findall(code):
            piece = blanked = part
            if part == "\n" or part[:2] == "//" or part[:2] == "/*":
                is_end = "\n" in part and _ends_statement(last)
                piece = blanked = (";" if is_end else " ").ljust(len(part))
                last = "" if "\n" in part else last
            elif part[0] in "\"'`":
                is_closed = len(part) > 1 and part[-1] == part[0]
                (self.literals if is_closed else self.strays).append((at, part))
                blanked = '"'.ljust(len(part), '"')
                last = part
            else:
                last = part.rstrip() or last
            pieces.append(piece)
            blank.append(blanked)
            at += len(part)
        self.text = "".join(pieces)
        self.blank = "".join(blank)
        """The same with quotes for all that stands in literals."""

    def flaws(self) -> Iterator[Flaw]:
        """Literals and characters that are none of Go's."""
        for offset, quote in self.strays[:1]:  # what follows is read inside out
            yield Flaw(offset, _OPEN[quote[0]])
            return
        for offset, literal in self.literals:
            fault = _find_fault(literal)
            if fault:
                yield Flaw(offset, fault)
        for found in _NUMBER_LIKE.finditer(self.blank):
            if not _NUMBER.fullmatch(found[0]):
                yield Flaw(found.start(), f"`{found[0][:40]}` is not a number")
        for found in _NO_GO.finditer(self.blank):
            yield Flaw(found.start(), f"Go has no `{found[0]}`")


def _ends_statement(last: str) -> bool:
    if not last:
        return False
    word = _LAST_WORD.search(last[-40:])
    return word[0] not in _KEYWORDS if word else last[-1] in ")]}\"'`" or last[-2:] in {"++", "--"}


def _find_fault(literal: str) -> str:
    quote, text = literal[0], literal[1:-1]
    if quote == "`" or (quote == '"' and "\\" not in text):
        return ""
    for found in _BACKSLASH.finditer(text):
        if found[0][1] != quote and not _ESCAPE.match(text, found.start()):
            return f"`{found[0]}` is no escape"
    is_long = quote == "'" and len(_ESCAPE.sub("x", text.replace("\\'", "x"))) != 1
    return "a rune literal holds one character" if is_long else ""
