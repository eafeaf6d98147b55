"""What a model or a merge leaves behind in a file: fences, prose, conflict markers, bare TODOs.

Its one rule: what occurs in good code is not a leftover, so a string or a longer comment may hold any of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from coding_standards.engines.named import Hit
from coding_standards.engines.patterns import PatternFile
from coding_standards.engines.text.lines import Text

_TALK = PatternFile(Path(__file__).with_name("talk.yml"))
_FENCE = re.compile(r"\s{0,3}(?:`{3,}[^`]*|~{3,}[ \t]*[\w+#./:-]*(?:[ \t{].*)?)$")
"""With whatever stands behind the language: a title, a path, the lines to highlight."""
_WITH_BACKTICKS = frozenset({"javascript", "typescript"})
_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7}) \S")

_EDGE = 3
"""Lines at the start and at the end of a file in which prose is looked for."""
_MAX_AROUND = 50
"""Lines before the first tag of a page, or behind its last, in which prose is looked for."""
_MAX_PROSE = 1_000
"""Characters of a line; longer ones are data."""
_WHOLE_PAGE = re.compile(r"<!doctype|</?(?:html|body)\b", re.IGNORECASE)
_CONTENT = {
    "rust": re.compile(r"^(?://!|/\*!)", re.MULTILINE),
    "typescript": re.compile(r"^///[ \t]*<reference\b", re.MULTILINE),
    "javascript": re.compile(r"@(?:typedef|callback|import|module|namespace)\b"),
}
"""Documentation of a crate, references to types, and types that are written down as comments."""

_MARKER = re.compile(r"(?:^|(?<=\s))(?:TODO|FIXME|XXX)(?=$|[:\s.!,(-])")
_AT_START = re.compile(r"\W*(?:TODO|FIXME|XXX)\b")
_OWNED = re.compile(
    r"(?:TODO|FIXME|XXX)\s*[(\[][^)\]]+[)\]]|#\d+|\b[A-Za-z][A-Za-z0-9]*-\d+\b|@\w+|://|\b(?:TODO|FIXME|XXX)\s*:?\s*\w+[:>]\s"
)


def fences(text: Text) -> Iterator[Hit]:
    """Lines that are a Markdown fence; in HTML, where a page may show one, only as the first or last line."""
    if "```" not in text.source.code and "~~~" not in text.source.code:
        return
    filled = [(number, line) for number, line in enumerate(text.lines, start=1) if line.strip()]
    first, last = filled[0][0], filled[-1][0]
    is_opened = False
    for number, line in filled:
        if not _FENCE.match(line):
            continue
        # Behind an opening fence all of a script seems to be in one template string.
        is_string = number in text.inside_string and not (is_opened and text.source.language.name in _WITH_BACKTICKS)
        is_shown = is_string or number in text.inside_comment or text.source.language.name == "html"
        if number == first or (number == last and line.strip(" \t`~") == "") or not is_shown:
            is_opened = True
            yield Hit(number, 1)


def prose(text: Text) -> Iterator[Hit]:
    """Lines at either end of the file that talk to a reader instead of being code."""
    commented = {comment.line for comment in text.comments}
    is_page = text.source.language.name == "html"
    for number, line in dict(_around_markup(text) if is_page else _edges(text)).items():
        if number in commented or number in text.inside_string or number in text.inside_markup:
            continue
        is_talk = _is_chat(line) or _TALK.match("sentence", line) or _TALK.match("list_follows", line)
        if len(line) <= _MAX_PROSE and is_talk:
            yield Hit(number, 1)


def _edges(text: Text) -> Iterator[tuple[int, str]]:
    filled = [(n, line.strip()) for n, line in enumerate(text.lines, start=1) if line.strip()]
    yield from (*filled[:_EDGE], *filled[-_EDGE:])


def _around_markup(text: Text) -> Iterator[tuple[int, str]]:
    """The lines before the first tag and behind the last that cannot be words of the page."""
    lines = text.lines
    marked = [index for index, line in enumerate(lines) if "<" in line or "{%" in line]
    first, last = (marked[0], marked[-1]) if marked else (len(lines), len(lines))
    is_whole = _WHOLE_PAGE.search(text.source.code) is not None
    for index in (*range(first)[:_MAX_AROUND], *range(last + 1, len(lines))[:_MAX_AROUND]):
        line = lines[index].strip()
        # A piece of a page may begin and end with words. They stand at its tags; what talks of the piece stands apart.
        beside = lines[index + 1 : index + 2] if index < first else lines[index - 1 : index]
        is_apart = beside != () and not beside[0].strip()
        is_talk = _is_chat(line) or _TALK.match("list_follows", line) if is_apart else _TALK.match("plainly_chat", line)
        if is_whole or is_talk:
            yield index + 1, line


def _is_chat(line: str) -> bool:
    return _TALK.match("chat", line) is not None and not re.search(r"[=;{}]", line)


def merge_markers(text: Text) -> Iterator[Hit]:
    """Lines that git put there when it could not merge."""
    if not any(mark in text.source.code for mark in ("<<<<<<< ", ">>>>>>> ", "||||||| ")):
        return
    # A page that shows a conflict writes `<` as an entity, and may leave `>` as it is.
    if text.source.language.name == "html" and "<<<<<<< " not in text.source.code:
        return
    for number, line in text.outside:
        if _CONFLICT.match(line):
            yield Hit(number, 1)


def empty(text: Text, *, comments: bool = False) -> Iterator[Hit]:
    """A file without content, or of mere comments; `__init__.py` and stubs may be so, and some comments are content."""
    if comments is not bool(text.source.code.strip()):
        return
    name = (text.source.path or "").replace("\\", "/").rpartition("/")[2]
    content = _CONTENT.get(text.source.language.name)
    if content is not None and content.search(text.source.code):
        return
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
            yield Hit(comment.line, comment.column)
