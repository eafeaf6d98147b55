"""What a model or a merge leaves behind in a file: fences, prose, conflict markers, bare TODOs.

Its one rule: what occurs in good code is not a leftover, so a string or a longer comment may hold any of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.named import Hit
from coding_standards.engines.text import Comment, Text

_FENCE = re.compile(r"\s{0,3}(?:`{3,}|~{3,})[ \t]*[\w+#.-]*[ \t]*$")
_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7}) \S")

_EDGE = 3
"""Lines at the start and at the end of a file in which prose is looked for."""
_MAX_PROSE = 1_000
"""Characters of a line; longer ones are data."""
_CHAT = re.compile(
    r"(?i)(?:here(?:'s|’s| is| are) (?:the|a|an|your|my|some)\b|sure[,!.]|certainly[,!.]|of course[,!.]|absolutely[,!.]"
    r"|below is |i(?:'ve|’ve| have) (?:written|created|added|updated|implemented|included|made|fixed)\b"
    r"|this (?:code|script|program|function|implementation|solution|example|version|query|page|stylesheet) \w+"
    r"|let me know\b|i hope\b|hope this\b|feel free to\b|note that\b|explanation:|you can (?:now|then|run|use)\b"
    r"|the (?:above|following) (?:code|script|program|function|implementation|query|example)\b|as requested\b)"
)
_SENTENCE = re.compile(r"[A-Z][\w'’]*(?:,? [\w'’`(),/-]+){3,}[.:!]$")
_HTML_TEXT = re.compile(r"<[^>]*>")

_MARKER = re.compile(r"(?:^|(?<=\s))(?:TODO|FIXME|XXX)(?=$|[:\s.!,(-])")
_AT_START = re.compile(r"\W*(?:TODO|FIXME|XXX)\b")
_OWNED = re.compile(
    r"(?:TODO|FIXME|XXX)\s*[(\[][^)\]]+[)\]]|#\d+|\b[A-Za-z][A-Za-z0-9]*-\d+\b|@\w+|://|\b(?:TODO|FIXME|XXX)\s*:?\s*\w+[:>]\s"
)


def fences(text: Text) -> Iterator[Hit]:
    """Lines that are a Markdown fence; in HTML, where a page may show one, only as the first or last line."""
    if "```" not in text.source.code and "~~~" not in text.source.code:
        return
    filled = [number for number, line in text.outside if line.strip()]
    edges = set(filled[:1] + filled[-1:])
    for number, line in text.outside:
        can_be_shown = number in text.inside_comment or (text.source.language.name == "html" and number not in edges)
        if _FENCE.match(line) and not can_be_shown:
            yield Hit(number, 1)


def prose(text: Text) -> Iterator[Hit]:
    """Lines at either end of the file that talk to a reader instead of being code."""
    commented = {comment.line for comment in text.comments}
    filled = [(n, line.strip()) for n, line in enumerate(text.lines, start=1) if line.strip()]
    for number, line in dict([*filled[:_EDGE], *filled[-_EDGE:]]).items():
        if number in commented or number in text.inside_string or len(line) > _MAX_PROSE:
            continue
        if text.source.language.name == "html" and (_HTML_TEXT.search(line) or not _is_around_markup(text, number)):
            continue
        if _SENTENCE.match(line) or (_CHAT.match(line) and not re.search(r"[=;{}]", line)):
            yield Hit(number, 1)


def _is_around_markup(text: Text, number: int) -> bool:
    before = "\n".join(text.lines[: number - 1])
    after = "\n".join(text.lines[number:])
    return "<" not in before or "<" not in after


def merge_markers(text: Text) -> Iterator[Hit]:
    """Lines that git put there when it could not merge."""
    if not any(mark in text.source.code for mark in ("<<<<<<< ", ">>>>>>> ", "||||||| ")):
        return
    for number, line in text.outside:
        if _CONFLICT.match(line):
            yield Hit(number, 1)


def empty(text: Text) -> Iterator[Hit]:
    """A file without content; `__init__.py` and stubs may be empty."""
    name = (text.source.path or "").replace("\\", "/").rpartition("/")[2]
    if name != "__init__.py" and not name.endswith(".pyi") and text.is_only_comments:
        yield Hit(0, 0)


def markers(text: Text) -> Iterator[Hit]:
    """A TODO, FIXME or XXX that names neither ticket nor owner."""
    if not any(word in text.source.code for word in ("TODO", "FIXME", "XXX")):
        return
    for comment in text.comments:
        found = _MARKER.search(comment.text)
        if found is None or _OWNED.search(comment.text):
            continue
        if comment.text[found.end() : found.end() + 1] == ":" or _AT_START.match(comment.text):
            yield _hit(comment)


def _hit(comment: Comment) -> Hit:
    return Hit(comment.line, comment.column)
