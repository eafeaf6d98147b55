"""A text without what stands in its comments and literals, for what can be told from its marks alone.

Its one rule: a blanked text keeps its length, so that every offset stays right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coding_standards.engines.astgrep.structure import Flaw

_CLOSES = {")": "(", "]": "[", "}": "{"}
_BRACKET = re.compile(r"[()\[\]{}]")
FILL = '"'
_KEYWORD = (
    "abstract|async|class|const|default|else|extends|extern|final|for|func?|go|if|implements|impl|import|in|interface|"
    "let|mod|move|mut|native|new|package|permits|private|protected|pub|public|range|return|sealed|static|strictfp|"
    "struct|synchronized|throws|trait|transient|type|unsafe|use|var|volatile|when|where"
)
_PROSE = re.compile(rf"(?<![\w.])(?:(?!(?:{_KEYWORD})\b)[A-Za-z]{{2,30}} ){{4}}(?!(?:{_KEYWORD})\b)[A-Za-z]{{2,30}}")
"""Five words in a row of which none is a keyword: newer forms add one or two words to a line, not a sentence."""


@dataclass(frozen=True)
class Blanked:
    """One text, with blanks for its comments and quotes for all of its literals."""

    text: str
    literals: tuple[tuple[int, str], ...]
    """Strings and characters, each with its offset."""
    strays: tuple[tuple[int, str], ...]
    """What opens a literal or a comment that nothing closes."""


def blank_out(code: str, part: re.Pattern[str]) -> Blanked:
    """Read a text; `part` has the groups `comment`, `literal` and `stray`, and others for what stays."""
    pieces: list[str] = []
    literals: list[tuple[int, str]] = []
    strays: list[tuple[int, str]] = []
    at = 0
    for found in part.finditer(code):
        pieces.append(code[at : found.start()])
        at = found.end()
        if found.lastgroup not in {"comment", "literal", "stray"}:
            pieces.append(found[0])
        elif found.lastgroup == "comment":
            pieces.append(keep_lines(found[0]))
        else:
            (literals if found.lastgroup == "literal" else strays).append((found.start(), found[0]))
            pieces.append(keep_lines(found[0], FILL))
    pieces.append(code[at:])
    return Blanked("".join(pieces), tuple(literals), tuple(strays))


def impossible(after_comma: str, words: str) -> re.Pattern[str]:
    """Neighbours that no grammar of braces and operators has.

    `after_comma` are the closing marks that may follow a comma, `words` the alternatives that may follow a literal.
    """
    dangling = r"(?:[-+*/%&|^=!]=|[/%^]|&&|(?<![\d.])\.(?!\.)|(?<![=<>!.|&+\-*/%^:~])=(?!=))\s*[;,)\]}]"
    comma = rf"[(\[{{,]\s*,|,\s*[{re.escape(''.join(sorted(set(';)]}') - set(after_comma))))}]"
    literal = rf"(?:{FILL}|(?<![\w.])\d[\w.]*)[ \t]+(?:{FILL}|\d|(?!(?:{words})\b)[A-Za-z_])"
    return re.compile(f"{dangling}|{comma}|{literal}")


def find_certain(text: str, impossible: re.Pattern[str]) -> Iterator[Flaw]:
    """Flaws of a blanked text that no newer grammar can make valid: a lone bracket, prose, words that never meet."""
    yield from _find_lone_bracket(text)
    prose = _PROSE.search(text)
    if prose is not None:
        yield Flaw(prose.start(), f"`{prose[0][:40]}` is prose; put it into a comment")
    for found in impossible.finditer(text):
        shown = " ".join(found[0].replace(FILL * 2, "").split())[:40]
        yield Flaw(found.start(), f"`{shown}` cannot stand like this")


def _find_lone_bracket(text: str) -> Iterator[Flaw]:
    """The first bracket that has no partner."""
    opened: list[re.Match[str]] = []
    for found in _BRACKET.finditer(text):
        bracket = found[0]
        if bracket not in _CLOSES:
            opened.append(found)
        elif opened and opened[-1][0] == _CLOSES[bracket]:
            opened.pop()
        else:
            expected = f"`{opened[-1][0]}` of an earlier place is open" if opened else "nothing is open"
            yield Flaw(found.start(), f"`{bracket}` closes nothing here, {expected}")
            return
    if opened:
        yield Flaw(opened[-1].start(), f"this `{opened[-1][0]}` is not closed")


def keep_lines(text: str, fill: str = " ") -> str:
    """A text as long, of nothing but `fill` and its line ends."""
    if "\n" not in text:
        return fill * len(text)
    return "\n".join(fill * len(line) for line in text.split("\n"))
