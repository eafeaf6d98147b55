"""Comments that stand where code should stand: "rest unchanged", "existing code here", a lone "...".

Its one rule: a comment that tells what the next statement does is none. What may be either counts only where no
statement follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.named import Hit
from coding_standards.engines.text.lines import Remark, Text

_MAX_COMMENT = 120
"""Characters; who leaves code out says so in a few words, and on a longer text these expressions take hours."""

_DOTS = r"(?:\.{3,}|…)"
_THE = r"(?:the |all |your |of |this )*"
_CODE = (
    r"(?:code|implementations?|logic|functions?|methods?|imports?|components?|jsx|markup|styles?|tests?|handlers?|hooks?"
    r"|routes?|endpoints?|statements?|class(?:es)?|modules?|helpers|boilerplate|constructors?|getters|setters)"
)
_WHOLE = r"(?:file|page|script|program|document|stylesheet|query|template|schema|migration|app|html|css)"
"""Whose rest is code too; a file that stays unchanged may be one on the disk."""
_DATA = (
    r"(?:fields?|propert(?:y|ies)|props|columns?|rules?|cases|content|config(?:uration)?|setup|body|queries|tables?|variables"
    r"|definitions?|constants|elements|sections|parts?|lines|items|options|values|attributes|parameters|entries)"
)
"""What a program works on: that columns stay as they are may be told of an `ALTER TABLE`."""
_PART = rf"(?:{_CODE}|{_WHOLE}|{_DATA})"
_REST = r"(?:rest|remainder)"
_OLD = r"(?:previous|original|same) (?:\w+ )?(?:code|implementation|logic|imports)"
_PATTERN = r"(?:follow|use|have|has)s? (?:the same|a similar|this) (?:pattern|structure|approach|logic)"
_OTHER = r"(?:existing|other|remaining|unchanged)"
_BEEN = r"(?:is |are |was |were |has been |have been )?"
_OMITTED = rf"{_BEEN}(?:omitted|elided|not shown|left out|snipped)"
_LEFT_OUT = rf"(?:{_OMITTED}|(?:goes |go )?here)"
_STAYS = (
    r"(?:(?:is |are |will |be |stays? |remains? |goes? |left |kept |exactly )*(?:unchanged|the same|same as before"
    r"|as before|as[ -]is|intact|untouched|as it was)|remains?)"
)
_END = r"\W*(?:for brevity)?\W*"
_BREVITY = r"for (?:brevity|clarity|space)"
_TODO = r"\W*todo\W+"
_WRITE = r"(?:implement|add|fill in|complete|write|insert|put|place)"
_TO_WRITE = rf"{_THE}(?:{_REST}|(?:remaining|actual|own) (?:\w+ )?{_PART})(?: of {_THE}\w+)?"


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_ANYWHERE = _all(
    rf"\W*{_DOTS}\W*(?:and )?{_THE}(?:{_REST}|{_OTHER}|previous|original|same|more)\b"
    rf"(?: \w+){{0,4}}? ?\b{_PART}\b.{{0,40}}",
    # `...rest` without a blank is an argument.
    rf"\W*{_DOTS}(?!{_REST}\W*$)\W*(?:the |your |and )*{_REST}\b.{{0,30}}",
    rf"\W*{_DOTS}\W*(?:unchanged|omitted|snip(?:ped)?|truncated|same as (?:before|above)|no changes?)\b.{{0,30}}",
    rf"\W*{_DOTS}\W*(?:handle|add|implement|process|include|define|repeat|continue|similar)\w* {_THE}"
    r"(?:\w+ )?(?:other|remaining|rest|more|additional|further)\b.{0,40}",
    rf"\W*{_THE}{_REST} {_THE}(?:\w+ )?(?:{_CODE}|{_WHOLE}) ?(?:{_STAYS}|{_LEFT_OUT}|{_DOTS}){_END}",
    rf"\W*{_THE}{_REST} {_THE}(?:\w+ )?(?:{_CODE}|{_WHOLE}) {_PATTERN}\W*",
    rf"\W*{_THE}(?:existing|unchanged) (?:\w+ )?{_CODE} ?(?:{_STAYS}|{_LEFT_OUT}|{_DOTS}){_END}",
    rf"\W*{_THE}(?:other|remaining) (?:\w+ )?{_CODE} ?(?:{_STAYS}|{_OMITTED}){_END}",
    rf"\W*{_THE}{_OLD} ?(?:{_LEFT_OUT}|{_DOTS}){_END}",
    rf"{_TODO}{_WRITE} {_TO_WRITE}(?: here)?\W*",
    rf"\W*{_WRITE} {_TO_WRITE} here\W*",
    rf"\W*(?:todo\W+)?(?:implement|add|insert|put|place|write) your (?:\w+ )?{_PART}(?: here)?\W*",
    r"\W*(?:add|insert|put|place|write|implement) (?:the )?(?:\w+ )?(?:code|logic|implementation) here\W*",
    rf"\W*(?:todo\W+)?(?:your|more|actual|real) (?:\w+ )?{_PART} (?:goes |comes )?here\W*",
    rf"\W*(?:\w+ )?{_PART} goes here\W*",
    rf"{_TODO}implement(?: (?:this|me|it|here))?(?: (?:function|method|class|here|later))?\W*",
    rf"[\[<({{]+{_THE}(?:{_OTHER}|{_REST}|previous|original) {_THE}(?:\w+ )?(?:{_CODE}|{_WHOLE})[\]>)}}]+",
    rf"[-=*~_ ]*[-=*~_]{{2}} ?{_THE}(?:existing|{_REST}|original) {_THE}(?:code|implementation|logic) ?[-=*~_]{{2,}}",
    rf"\W*keep {_THE}(?:existing|current|{_REST}) {_THE}(?:\w+ )?(?:code|implementation|logic)(?: {_STAYS}| here)?\W*",
    rf"\W*similar {_CODE} for (?:the )?(?:other|remaining|rest)\b.{{0,40}}{_DOTS}\W*",
)
# These are slow, and seldom tried.
_FOR_BREVITY = _all(
    rf"\W*{_THE}(?:{_OTHER}|{_REST})\b.{{0,40}} {_BEEN}(?:omitted|left out) {_BREVITY}\b.{{0,60}}",
    rf"(?:.{{0,50}}\b(?:{_PART}|handling|validation|details) |\W*){_BEEN}(?:omitted|elided|left out) {_BREVITY}\W*",
    rf"(?:.{{0,50}}\b(?:{_CODE}|{_WHOLE}) |\W*){_BEEN}(?:truncated|snipped|abbreviated|shortened) {_BREVITY}\W*",
)
_STAYS_SO = re.compile(
    rf"\W*{_THE}(?:{_REST}|everything else|all else) (?=is |are |will |stays? |remains?){_STAYS}{_END}", re.IGNORECASE
)
"""Told as well of what a loop does to data; without a verb, "rest unchanged", it is a note on code."""
_GOES_HERE = re.compile(r"(?!.*\b(?:your|rest|remaining)\b)[\w ]+ goes here\W*", re.IGNORECASE)
"""Told as well of what a template or a script fills in."""
_WHERE_NOTHING_FOLLOWS = _all(
    rf"\W*{_THE}(?:{_REST}|everything else|all else) (?:{_STAYS}|{_LEFT_OUT}|{_DOTS}){_END}",
    rf"\W*{_THE}{_REST} of {_THE}\w+(?: \w+){{0,2}} ?{_DOTS}\W*",
    rf"\W*{_THE}(?:other|remaining) (?:\w+ )?{_CODE} ?(?:here|{_DOTS}|(?:for|to|like|such as) .{{0,40}}{_DOTS}){_END}",
    rf"\W*{_THE}(?:{_REST}|{_OTHER}|previous|original) {_THE}(?:\w+ )?{_DATA} ?(?:{_LEFT_OUT}|{_DOTS}){_END}",
    rf"\W*{_THE}{_OLD} ?{_STAYS}\W*",
    rf"\W*keep {_THE}(?:existing|{_REST}) {_THE}(?:\w+ )?{_CODE}(?: {_STAYS}| here)?\W*",
    r"[\[(](?:unchanged|same as before|no changes?)[\])]",
)
# Headings too look like these.
_WHERE_BLOCK_ENDS = _all(
    rf"\W*{_THE}{_REST} {_THE}(?:\w+ )?(?:{_CODE}|{_WHOLE})\W*",
    rf"\W*{_WRITE} {_TO_WRITE}\W*",
    rf"\W*(?:similar(?:ly)?|same) (?:{_CODE} )?for (?:the )?(?:other|remaining|rest)\b.{{0,40}}",
    r"\W*repeat (?:this |the same )?(?:\w+ )?for (?:each |all |of |the ){0,3}(?:other|remaining|rest)\b.{0,40}",
    rf"\W*{_THE}{_OTHER} (?:\w+ )?{_CODE} {_PATTERN}\W*",
)
# Five dots are a line.
_OUTSIDE_PARAGRAPHS = _all(r"\.{3,4}|…", rf"{_DOTS}\W*(?:and so (?:on|forth)|etc)\W*")
_BESIDE_CODE = _all(
    rf"\W*{_DOTS} ?{_THE}{_REST} {_THE}(?:\w+ )?(?:{_CODE}|{_WHOLE})\b.{{0,40}}",
    rf"\W*{_DOTS} ?{_THE}(?:existing|remaining) (?:\w+ )?(?:{_CODE}|{_WHOLE})\b.{{0,40}}",
)
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
        return not after and _matches(_BESIDE_CODE, remark.text)
    if lines.are_in_sentence(remark) or _is_true_of_code(remark, lines):
        return False
    if _matches(_ANYWHERE, remark.text) or (" for " in remark.text and _matches(_FOR_BREVITY, remark.text)):
        return True
    if not is_alone:
        return False
    if _matches(_OUTSIDE_PARAGRAPHS, remark.text):
        return is_filling or not (lines.are_in_paragraph(remark) or lines.are_between_entries(remark))
    if not lines.are_ending_block(remark) and not (is_filling and (before, after) != ("{", "}")):
        return lines.are_before_blank(remark) and _matches(_WHERE_NOTHING_FOLLOWS, remark.text)
    return _matches(_WHERE_NOTHING_FOLLOWS, remark.text) or _matches(_WHERE_BLOCK_ENDS, remark.text)


def _is_true_of_code(remark: Remark, lines: _Lines) -> bool:
    """Whether it may tell what the code beside it does, or who fills the place in."""
    has_marks = any(mark in remark.text for mark in ("...", "…", "[", "<", "{", "("))
    if not has_marks and _STAYS_SO.fullmatch(remark.text):
        return lines.are_behind_statements(remark)
    following = lines.next_code(remark)
    if _GOES_HERE.fullmatch(remark.text):
        return following.startswith(_FILLED_IN) or _HAS_ID.search(lines.previous(remark)) is not None
    return following.startswith(_SPREADS) and "code" not in remark.text.lower()


def _matches(patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in patterns)


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
