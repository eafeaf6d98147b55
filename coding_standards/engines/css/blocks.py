"""A CSS file as blocks and declarations, in one pass that never fails.

The rule: reading goes on whatever comes, so that one slip neither hides the rest nor stops the check; only brackets,
strings and comments that never end become a `Flaw`. Values are kept as text without comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.places import PlacedText

MAX_DEPTH = 100
"""Deeper blocks, or brackets in a value, than this are nobody's style sheet; a parser overruns its stack on some
thousand."""

_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/)
      | (?P<string>"(?:[^"\\\n]|\\(?:\r\n|.))*"|'(?:[^'\\\n]|\\(?:\r\n|.))*')
      | (?P<url>url\(\s*(?:[^\s"'()\\]|\\.)[^"'()]*\))
      | (?P<escape>\\.)
      | (?P<mark>[{}()\[\];:])
      | (?P<broken>/\*|["'])
      | (?P<text>[^"'{}()\[\];:/\\u]+|.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)
"""One in a value or selector, which may go on over an escaped line end."""
_CLOSER = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Declaration:
    """`name: value`, with `!important` taken off the value."""

    name: str
    """In lower case, except a custom property."""
    value: str
    important: bool
    offset: int


@dataclass
class CssBlock:
    """A rule or at-rule with its braces; the sheet itself is a block without a prelude."""

    prelude: str
    """The selector, or the at-rule with its condition."""
    offset: int
    parents: tuple[CssBlock, ...] = ()
    declarations: list[Declaration] = field(default_factory=list)
    blocks: list[CssBlock] = field(default_factory=list)
    statements: list[tuple[str, int]] = field(default_factory=list)
    """At-rules that end in a semicolon: `@import ...`."""
    has_comment: bool = False

    @property
    def at_name(self) -> str:
        """`media` for `@media ...`; empty for a rule with a selector."""
        match = re.match(r"@([\w-]+)", self.prelude)
        return match[1].lower() if match else ""

    @property
    def context(self) -> str:
        """The preludes around this block, in lower case: which media, which parents."""
        return " ".join(parent.prelude.lower() for parent in self.parents)


@dataclass
class Sheet(PlacedText):
    """One parsed style sheet."""

    root: CssBlock
    flaws: list[Flaw]
    is_hopeless: bool
    """Nested so deeply that reading broke off there, and that no parser should be given it."""

    def blocks(self) -> Iterator[CssBlock]:
        """All blocks, outer before inner, in the order of the text."""
        pending = list(reversed(self.root.blocks))
        while pending:
            block = pending.pop()
            yield block
            pending.extend(reversed(block.blocks))

    def rules(self) -> Iterator[CssBlock]:
        """The blocks that have a selector and style elements: no at-rules, no keyframe steps."""
        return (block for block in self.blocks() if not block.at_name and "keyframes" not in block.context)


def strip_nested(text: str, nested: re.Pattern[str], put: str = "") -> str:
    """The text with `put` for what is nested, the innermost first; nobody nests more than ten."""
    for _ in range(10):
        text, count = nested.subn(put, text)
        if not count:
            break
    return text


def parse_sheet(code: str) -> Sheet:
    """Read a style sheet, a bare list of rules, or anything at all."""
    reader = _SheetReader(code)
    reader.read()
    return Sheet(code, reader.root, reader.flaws, reader.is_hopeless)


class _SheetReader:
    """Reads the tokens, keeping the stack of open brackets and the text gathered since the last `;`, `{` or `}`."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.root = CssBlock("", 0)
        self.flaws: list[Flaw] = []
        self._open: list[CssBlock] = [self.root]
        self._brackets: list[tuple[str, int]] = []
        self._text: list[str] = []
        self._start = 0
        self._colon = -1
        self._length = 0
        self.is_hopeless = False

    def read(self) -> None:
        """Go through the whole text once."""
        for match in _TOKEN.finditer(self.code):
            kind = match.lastgroup
            if kind == "comment":
                self._open[-1].has_comment = True
            elif kind == "broken":
                self._find_broken(match)
                if match[0] == "/*":
                    break
            elif kind == "mark":
                self._mark(match[0], match.start())
            else:
                self._add(match[0], match.start())
            if self.is_hopeless:
                return
        self._finish()

    def _find_broken(self, match: re.Match[str]) -> None:
        what = "This comment" if match[0] == "/*" else "This string"
        self.flaws.append(Flaw(match.start(), f"{what} is never closed."))

    def _add(self, text: str, offset: int) -> None:
        if not self._text:
            stripped = text.lstrip()
            if not stripped:
                return
            self._start = offset + len(text) - len(stripped)
            text = stripped
        self._text.append(text)
        self._length += len(text)

    def _mark(self, mark: str, offset: int) -> None:
        if mark in "([" or (mark == "{" and self._is_custom()):
            self._brackets.append((mark, offset))
            self._add(mark, offset)
            if len(self._brackets) > MAX_DEPTH:
                self._give_up(offset)
        elif mark in ")]" or (mark == "}" and any(opener == "{" for opener, _ in self._brackets)):
            if self._brackets and _CLOSER[self._brackets[-1][0]] == mark:
                self._brackets.pop()
            else:
                self.flaws.append(Flaw(offset, f"`{mark}` closes nothing."))
            self._add(mark, offset)
        elif self._brackets and mark not in "{}":
            self._add(mark, offset)
        elif mark == "{":
            self._drop_brackets()
            self._begin(offset)
        elif mark == "}":
            self._drop_brackets()
            self._end_statement()
            self._end_block(offset)
        elif mark == ";":
            self._end_statement()
        else:
            self._note_colon()
            self._add(mark, offset)

    def _is_custom(self) -> bool:
        """In the value of a custom property, where braces are text."""
        return self._colon >= 0 and self._text[0].startswith("--")

    def _note_colon(self) -> None:
        if self._colon < 0:
            self._colon = self._length

    def _drop_brackets(self) -> None:
        """A brace inside a bracket: the bracket was never closed."""
        if self._brackets:
            bracket, offset = self._brackets[0]
            self.flaws.append(Flaw(offset, f"`{bracket}` is never closed."))
            self._brackets.clear()

    def _begin(self, offset: int) -> None:
        prelude, start = self._take()
        if not prelude:
            start = offset
        block = CssBlock(prelude, start, (*self._open[-3:],) if len(self._open) > 1 else ())
        self._open[-1].blocks.append(block)
        self._open.append(block)
        if len(self._open) > MAX_DEPTH:
            self._give_up(offset)

    def _give_up(self, offset: int) -> None:
        self.flaws.append(Flaw(offset, f"Brackets are nested more than {MAX_DEPTH} deep."))
        self.is_hopeless = True

    def _end_block(self, offset: int) -> None:
        if len(self._open) > 1:
            self._open.pop()
        else:
            self.flaws.append(Flaw(offset, "`}` closes nothing."))

    def _take(self) -> tuple[str, int]:
        text = "".join(self._text).strip()
        self._text.clear()
        self._colon, self._length = -1, 0
        return text, self._start

    def _end_statement(self) -> None:
        colon = self._colon
        text, start = self._take()
        if not text:
            return
        block = self._open[-1]
        if text.startswith("@"):
            block.statements.append((text, start))
        elif colon >= 0 and block is not self.root:
            self._declare(block, text, colon, start)
        elif block is not self.root and not block.at_name:
            self.flaws.append(Flaw(start, f"A declaration without a colon: `{text[:40]}`."))

    def _declare(self, block: CssBlock, text: str, colon: int, start: int) -> None:
        name, value = text[:colon].strip(), text[colon + 1 :].strip()
        important = re.search(r"!\s*important$", value, re.IGNORECASE)
        block.declarations.append(
            Declaration(
                name if name.startswith("--") else name.lower(),
                value[: important.start()].rstrip() if important else value,
                important is not None,
                start,
            )
        )

    def _finish(self) -> None:
        for bracket, offset in self._brackets[:1]:
            self.flaws.append(Flaw(offset, f"`{bracket}` is never closed."))
        for block in self._open[1:2]:
            self.flaws.append(Flaw(block.offset, "The `{` of this block is never closed."))
