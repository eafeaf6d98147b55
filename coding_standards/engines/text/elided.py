"""Comments that stand where code should stand: "rest unchanged", "existing code here", a lone "...".

Its one rule: a comment that tells what the next statement does is none. What may be either counts only where no
statement follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from coding_standards.engines.named import Hit
from coding_standards.engines.patterns import PatternFile
from coding_standards.engines.text.lines import Remark, Text

_PATTERNS = PatternFile(Path(__file__).with_name("elided.yml"), re.IGNORECASE)
_MAX_COMMENT = 120
"""Characters; who leaves code out says so in a few words, and on a longer text these expressions take hours."""

_WORDS = (
    *("...", "…", "rest", "remain", "existing", "current", "previous", "original", "other", "same", "unchanged"),
    *("no change", "everything", "all else", "actual", "own ", "your", "here", "todo", "similar", "repeat", " for "),
)
"""Each of them needs one of these, which most comments have not."""
_NESTED = re.compile(r"(?://|#|/?\*)")
_INDENTED = re.compile(r"\s*(?://[/!]?|#|--)(?: {2}|\t)")
_HOLDS_A_PLACE = re.compile(r"(?:^|:\s*)(?:pass|\.\.\.)$")
_CLOSES = ("}", ")", "]", "</", "end", "END", "{% end")
_SPREADS = ("..", "**")
_FILLED_IN = ("{%", "{{", "<%", "<slot", "<router-", "<ng-content", "@yield", "@RenderBody", "%sveltekit")
_HAS_ID = re.compile(r"<[a-z][^<>]{0,300}\sid=[^<>]{0,300}>$", re.IGNORECASE)
_DEFINES = re.compile(r"(?:[\w@]+ ){0,4}(?:class|interface|struct|enum|impl|trait|record|object|type)\b")
_MAX_LINES_UP = 200
_MAX_LINE = 600
_COMMENTED = ("//", "#", "--", "/*", "*", "<!--", "{/*")


def elision(text: Text) -> Iterator[Hit]:
    """Comments that stand where code should stand."""
    lines: _Lines | None = None
    for remark in text.remarks:
        folded = remark.text.lower()
        if len(folded) > _MAX_COMMENT or _NESTED.match(folded) or not any(word in folded for word in _WORDS):
            continue
        lines = lines or _Lines(text)
        if _is_elision(remark, lines):
            yield Hit(remark.line, remark.column)


def _is_elision(remark: Remark, lines: _Lines) -> bool:
    before, after = lines.beside(remark)
    # The braces of a block, or those that JSX puts around a comment.
    is_filling = before.endswith("{") and after.startswith("}")
    is_alone = is_filling or not (before or after)
    if not is_alone and not _HOLDS_A_PLACE.search(before):
        return not after and _matches("beside_code", remark.text)
    if lines.are_in_sentence(remark) or _is_true_of_code(remark, lines):
        return False
    if _matches("anywhere", remark.text) or (" for " in remark.text and _matches("for_brevity", remark.text)):
        return True
    if not is_alone:
        return False
    if _matches("outside_paragraphs", remark.text):
        return is_filling or not (lines.are_in_paragraph(remark) or lines.are_between_entries(remark))
    if not lines.are_ending_block(remark) and not (is_filling and (before, after) != ("{", "}")):
        return lines.are_before_blank(remark) and _matches("where_nothing_follows", remark.text)
    return _matches("where_nothing_follows", remark.text) or _matches("where_block_ends", remark.text)


def _is_true_of_code(remark: Remark, lines: _Lines) -> bool:
    """Whether it may tell what the code beside it does, or who fills the place in."""
    has_marks = any(mark in remark.text for mark in ("...", "…", "[", "<", "{", "("))
    if not has_marks and _matches("stays_so", remark.text):
        return lines.are_behind_statements(remark)
    following = lines.next_code(remark)
    if _matches("goes_here", remark.text):
        return following.startswith(_FILLED_IN) or _HAS_ID.search(lines.previous(remark)) is not None
    return following.startswith(_SPREADS) and "code" not in remark.text.lower()


def _matches(group: str, text: str) -> bool:
    return any(pattern.expression.fullmatch(text) for pattern in _PATTERNS.groups[group])


class _Lines:
    """The lines around the comments of one text."""

    def __init__(self, text: Text) -> None:
        self._lines = text.lines
        self._comments = {comment.line: comment.text for comment in text.comments}
        self._next_code = self._next_codes()

    def _next_codes(self) -> list[int]:
        """For each line, from 1, the number of the next one that holds more than a comment; 0 where there is none."""
        following = [0] * (len(self._lines) + 2)
        for number in range(len(self._lines), 0, -1):
            line = self._lines[number - 1].strip()
            is_code = line and not (number in self._comments and line.startswith(_COMMENTED))
            following[number] = number if is_code else following[number + 1]
        return following

    def beside(self, remark: Remark) -> tuple[str, str]:
        """What stands on its lines before and after it."""
        first, last = self._lines[remark.line - 1], self._lines[remark.last_line - 1]
        return first[: remark.column - 1].strip(), last[remark.end_column - 1 :].strip()

    def are_in_paragraph(self, remark: Remark) -> bool:
        """Whether the lines next to it are comments too."""
        return remark.line - 1 in self._comments or remark.last_line + 1 in self._comments

    def are_between_entries(self, remark: Remark) -> bool:
        """Whether data stands on both sides: then the dots part its entries, and none is known to be missing."""
        following = self.next_code(remark)
        return self.previous(remark).endswith(",") and following.endswith(",") and not following.startswith(_CLOSES)

    def are_in_sentence(self, remark: Remark) -> bool:
        """Whether it goes on with the sentence of the line above, or is gone on with below; so does an example."""
        above = self._comments.get(remark.line - 1, "")
        below = self._comments.get(remark.last_line + 1, "")
        if above and below and _INDENTED.match(self._lines[remark.line - 1]):
            return True
        goes_on = bool(above) and above[-1] not in ".:!?…-=*)" and remark.text[:1].islower()
        return goes_on or (below[:1].islower() and remark.text[-1] not in ".:!?…-=*)")

    def next_code(self, remark: Remark) -> str:
        """The next line that holds more than a comment, or nothing."""
        number = self._next_code[remark.last_line + 1]
        return self._lines[number - 1].strip() if number else ""

    def previous(self, remark: Remark) -> str:
        """The end of the line above."""
        return self._lines[remark.line - 2].rstrip()[-_MAX_LINE:] if remark.line > 1 else ""

    def are_behind_statements(self, remark: Remark) -> bool:
        """Whether code of the same block stands before it, and the block is none of definitions, as a file is."""
        indent = _indent(self._lines[remark.line - 1])
        has_code = False
        for number in range(remark.line - 1, max(remark.line - _MAX_LINES_UP, 0), -1):
            line = self._lines[number - 1]
            if line.strip() and number not in self._comments:
                if _indent(line) < indent:
                    return has_code and _DEFINES.match(line.strip()) is None
                has_code = True
        return False

    def are_before_blank(self, remark: Remark) -> bool:
        """Whether nothing stands directly below."""
        return not self._lines[remark.last_line].strip()

    def are_ending_block(self, remark: Remark) -> bool:
        """Whether no statement of the same block follows."""
        number = self._next_code[remark.last_line + 1]
        if not number:
            return True
        line = self._lines[number - 1]
        return _indent(line) < _indent(self._lines[remark.line - 1]) or line.strip().startswith(_CLOSES)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
