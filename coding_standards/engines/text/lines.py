"""A text seen line by line: which lines are comments, and which lie inside a string.

Its one rule: it must hold for broken code too, so it takes from the tree what the tree can tell and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from ast_grep_py import SgNode

from coding_standards.engines.source import MAX_COMMENTS, Source

MAX_STRINGS = 20_000

MAX_REMARK = 300
"""Characters of a comment that says something about the place where it stands; longer ones document."""

_STRING_KINDS = {
    "python": ("string",),
    "javascript": ("template_string",),
    "typescript": ("template_string",),
    "tsx": ("template_string",),
    "java": ("string_literal",),
    "go": ("raw_string_literal",),
    "rust": ("string_literal", "raw_string_literal"),
    "html": ("raw_text",),
}
_MARKUP_KINDS = {"javascript": ("jsx_text",), "tsx": ("jsx_text",)}
_QUOTED_KINDS = _STRING_KINDS | {
    "javascript": ("string", "template_string"),
    "typescript": ("string", "template_string"),
    "tsx": ("string", "template_string"),
    "go": ("interpreted_string_literal", "raw_string_literal"),
    "css": ("string_value",),
}
_SCRIPT_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`")
_SCRIPT_TOKEN = re.compile(
    rf"^[ \t]*(?P<line>//[^\n]*)|{_SCRIPT_STRING.pattern}|(?P<block>/\*.{{0,{MAX_REMARK}}}?\*/)",
    re.MULTILINE | re.DOTALL,
)
# Without a grammar: SQL. Strings come first, so that a comment mark inside one is not a comment. Behind a letter an
# apostrophe opens none, but for the letters that tell what kind of string it is. A backslash escapes, but for
# the quote that a comma or a closing bracket follows: 'C:\'. What stands between `$$` is code.
_SQL_TOKEN = re.compile(
    r"'(?:(?<=[Ee][Ss][Cc][Aa][Pp][Ee] ')\\'"
    r"|(?:(?<!\w')|(?<=\b[NnEeBbXxRrQq]')|(?<=_utf8')|(?<=utf8mb4')|(?<=_binary'))"
    r"(?:[^'\\]++|''|\\(?!'[ \t]*(?:[,;)\r\n]|\Z)).|\\(?='|\Z))*+(?:'|\Z))"
    r"|\"[^\"\n]*\"|(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))",
    re.DOTALL,
)
_OPENING = re.compile(r"\s*(?:<!--|/\*+!?|//[/!]?|\*+(?!/)|#!?|--+)?\s*")


@dataclass(frozen=True)
class Comment:
    """One line of a comment."""

    line: int
    """From 1."""
    column: int
    """From 1."""
    text: str
    """Without the marks that make it a comment."""


@dataclass(frozen=True)
class Remark:
    """A whole comment that is short."""

    line: int
    """From 1, as the columns are."""
    column: int
    last_line: int
    end_column: int
    """Of the character behind it."""
    text: str
    """Without the marks, its lines joined by blanks."""


@dataclass(frozen=True)
class Text:
    """The lines of one source, and what the checks of the builtin engine ask about them."""

    source: Source

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends."""
        return self.source.lines

    @cached_property
    def inside_string(self) -> frozenset[int]:
        """Numbers of the lines that begin inside a string: their layout is content."""
        if self.source.grammar is None:
            return frozenset(self._lines_in_sql_strings())
        nodes = self.source.find_kinds(_STRING_KINDS.get(self.source.grammar, ()), regex=r"\n")
        return frozenset(number for node in nodes for number in _continues(node))

    @cached_property
    def inside_markup(self) -> frozenset[int]:
        """Numbers of the lines that begin in the text of a JSX element, which is words for a reader."""
        nodes = self.source.find_kinds(_MARKUP_KINDS.get(self.source.grammar or "", ()), regex=r"\n")
        return frozenset(number for node in nodes for number in _continues(node))

    @cached_property
    def strings(self) -> tuple[tuple[int, int], ...]:
        """Begin and end of each string in `code`, quotes included, without docstrings; in HTML those of scripts."""
        code, grammar = self.source.code, self.source.grammar
        if grammar is None:
            return tuple(match.span() for match in self._sql_tokens if not match["comment"])
        nodes = self.source.find_kinds(_QUOTED_KINDS.get(grammar, ()))[:MAX_STRINGS]
        if grammar == "python":
            nodes = [node for node in nodes if not _is_docstring(node)]
        spans = [(node.range().start.index, node.range().end.index) for node in nodes]
        if grammar == "html":
            spans = [match.span() for span in spans for match in _SCRIPT_STRING.finditer(code, *span)]
        return tuple(spans)

    @cached_property
    def inside_comment(self) -> frozenset[int]:
        """Numbers of the lines that begin inside a comment of several lines."""
        return frozenset(
            line + further for _, line, _, text in self._comments for further in range(1, text.count("\n") + 1)
        )

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """The comments, line by line."""
        return tuple(comment for _, line, column, text in self._comments for comment in self._split(line, column, text))

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """The short comments, each as a whole; in HTML those of scripts and styles too."""
        found = (*self._comments, *islice(self._script_comments(), MAX_COMMENTS))
        return tuple(_remark(line, column, text) for _, line, column, text in found if len(text) <= MAX_REMARK)

    @cached_property
    def is_only_comments(self) -> bool:
        """Whether nothing but comments and white space is there."""
        code, end = self.source.code, 0
        for start, _, _, text in self._comments:
            # A conditional comment is content, for old browsers and for mail.
            if code[end:start].strip() or text.startswith("<!--[if"):
                return False
            end = start + len(text)
        return not code[end:].strip()

    @cached_property
    def outside(self) -> tuple[tuple[int, str], ...]:
        """Number and text of the lines that do not begin inside a string."""
        inside = self.inside_string
        return tuple((number, line) for number, line in enumerate(self.lines, start=1) if number not in inside)

    @cached_property
    def _comments(self) -> tuple[tuple[int, int, int, str], ...]:
        """Offset from 0, line and column from 1, and the text with its marks."""
        if self.source.grammar is None:
            return tuple(islice(self._sql_comments(), MAX_COMMENTS))
        return self.source.comments

    @cached_property
    def _sql_tokens(self) -> tuple[re.Match[str], ...]:
        return tuple(_SQL_TOKEN.finditer(self.source.code))

    def _lines_in_sql_strings(self) -> Iterator[int]:
        for match in self._sql_tokens:
            newlines = match[0].count("\n")
            if newlines and not match["comment"]:
                line, _ = self.source.position(match.start())
                yield from range(line + 1, line + newlines + 1)

    def _sql_comments(self) -> Iterator[tuple[int, int, int, str]]:
        for match in self._sql_tokens:
            if match["comment"]:
                yield match.start(), *self.source.position(match.start()), match[0]

    def _script_comments(self) -> Iterator[tuple[int, int, int, str]]:
        if self.source.grammar != "html":
            return
        for node in self.source.find_kinds(_STRING_KINDS["html"]):
            place = node.range()
            for match in _SCRIPT_TOKEN.finditer(self.source.code, place.start.index, place.end.index):
                comment = match["line"] or match["block"]
                if comment:
                    start = match.start("line" if match["line"] else "block")
                    yield start, *self.source.position(start), comment.rstrip()

    def _split(self, line: int, column: int, text: str) -> Iterator[Comment]:
        for further, part in enumerate(text.split("\n")):
            indent = len(part) - len(part.lstrip())
            yield Comment(line + further, column if not further else indent + 1, _without_marks(part))


def _is_docstring(node: SgNode) -> bool:
    parent = node.parent()
    return parent is not None and parent.kind() == "expression_statement"


def _remark(line: int, column: int, text: str) -> Remark:
    parts = text.split("\n")
    end = len(parts[-1]) + (column if len(parts) == 1 else 1)
    words = (part for part in map(_without_marks, parts) if part)
    return Remark(line, column, line + len(parts) - 1, end, " ".join(words))


def _without_marks(text: str) -> str:
    inner = _OPENING.sub("", text, count=1).rstrip()
    ending = next((mark for mark in ("*/", "-->") if inner.endswith(mark)), "")
    return inner.removesuffix(ending).rstrip()


def _continues(node: SgNode) -> range:
    """Numbers of the lines of a node but the first."""
    place = node.range()
    return range(place.start.line + 2, place.end.line + 2)
