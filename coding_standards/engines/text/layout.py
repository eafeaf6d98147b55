"""How a text is laid out: length of lines, indentation, white space, characters that nobody sees.

Its one rule: the lines of a string are content, so their layout is the author's.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from coding_standards.engines.named import Hit
from coding_standards.engines.text.lines import Text

_TAB = 4
"""Columns that a tab counts for; the tools disagree, and this errs on the lenient side of eight."""
_UNBREAKABLE = 60
"""A run without a space that is longer than this, such as a URL, a hash or a path, excuses the line it stands on."""
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`")
_IMPORT = re.compile(r"\s*(?:import|from|export|use|package|#include|@import)\b")

_SHOWN_AS_IT_STANDS = re.compile(r"<(?:pre|textarea)\b", re.IGNORECASE)
_HIDDEN = re.compile(
    # Thai, Lao, Burmese and Khmer part words by a space without width.
    "(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b|"
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def line_length(text: Text) -> Iterator[Hit]:
    """Lines that are longer than agreed and could be broken."""
    limit = text.source.settings.line_length
    if limit <= 0:
        return
    for number, line in text.outside:
        length = len(line.expandtabs(_TAB))
        if length > limit and not _cannot_be_broken(line, limit):
            yield Hit(number, limit + 1, f"{length} characters, agreed are {limit}")


def _cannot_be_broken(line: str, limit: int) -> bool:
    if _IMPORT.match(line) or any(len(word) > _UNBREAKABLE for word in line.split()):
        return True
    return len(_QUOTED.sub("", line)) <= limit


def indentation(text: Text) -> Iterator[Hit]:
    """Spaces before a tab in one indentation, and what the project's `.editorconfig` says otherwise."""
    layout = text.source.settings.layout
    for number, line in _indent(text):
        indent = line[: len(line) - len(line.lstrip())]
        if " \t" in indent:
            yield Hit(number, 1, "a tab after spaces")
        elif layout.indent_style == "space" and "\t" in indent:
            yield Hit(number, 1, f"a tab; {_describe(text, 'indent_style')} wants spaces")
        elif layout.indent_style == "tab" and len(indent) > 3 and "\t" not in indent:
            yield Hit(number, 1, f"spaces; {_describe(text, 'indent_style')} wants tabs")
    yield from _indent_size(text)


def _indent_size(text: Text) -> Iterator[Hit]:
    """One hit where most steps inwards have another width than agreed; continuation lines step as they like."""
    wanted = text.source.settings.layout.indent_size
    if not wanted or text.source.settings.layout.indent_style == "tab":
        return
    steps: Counter[int] = Counter()
    where: dict[int, int] = {}
    before = 0
    for number, line in text.outside:
        if not line.strip() or number in text.inside_comment:
            continue
        indent = len(line) - len(line.lstrip(" "))
        if indent > before:
            steps[indent - before] += 1
            where.setdefault(indent - before, number)
        before = indent
    if steps and (usual := steps.most_common(1)[0][0]) != wanted and steps[usual] > steps[wanted]:
        yield Hit(where[usual], 1, f"steps of {usual}; {_describe(text, 'indent_size')} wants {wanted}")


def _indent(text: Text) -> Iterator[tuple[int, str]]:
    for number, line in text.outside:
        if line[:1] in " \t" and line.strip() and number not in text.inside_comment:
            yield number, line


def _describe(text: Text, name: str) -> str:
    return text.source.settings.layout.name_source(name) or ".editorconfig"


def white_space(text: Text) -> Iterator[Hit]:
    """Blanks at the end of a line, and a file that does not end with one newline."""
    layout = text.source.settings.layout
    if layout.trim_trailing_whitespace is not False:
        for number, line in _ends(text):
            # A form feed is a page break in old sources, and stands alone.
            if line != (kept := line.rstrip(" \t")):
                yield Hit(number, len(kept) + 1, "white space at the end of the line")
    if layout.insert_final_newline is not False and text.source.code.strip():
        if text.lines[-1] != "":
            yield Hit(len(text.lines), len(text.lines[-1]) + 1, "no newline at the end of the file")
        elif len(text.lines) > 1 and not text.lines[-2].strip():
            yield Hit(len(text.lines) - 1, 1, "blank lines at the end of the file")


def _ends(text: Text) -> Iterator[tuple[int, str]]:
    """The lines whose end is no part of a string."""
    return ((number, line) for number, line in text.outside if number + 1 not in text.inside_string)


def strip_ends(text: Text) -> str:
    """The text without what `white_space` finds; what is in a string or shown as it stands stays."""
    layout = text.source.settings.layout
    if _SHOWN_AS_IT_STANDS.search(text.source.code):
        return text.source.code
    lines = text.source.code.split("\n")
    if layout.trim_trailing_whitespace is not False:
        for number, line in _ends(text):
            lines[number - 1] = line.rstrip(" \t")
    joined = "\n".join(lines)
    return joined if layout.insert_final_newline is False else joined.rstrip("\n \t") + "\n"


def characters(text: Text) -> Iterator[Hit]:
    """Control, invisible and bidirectional characters."""
    # Lone surrogates are in the text as it was given only; there a mark at the start counts as one more character.
    raw = text.source.raw
    code = raw[1:] if raw.startswith("\ufeff") else raw
    for found in _HIDDEN.finditer(code):
        line, column = text.source.position(found.start())
        name = unicodedata.name(found[0], "control character" if found[0] < "\xa0" else "lone surrogate")
        yield Hit(line, column, f"U+{ord(found[0]):04X} {name.lower()}")
