"""Fenced code in Markdown, found line by line, and the words around it.

The rule: one look at each line. A full Markdown parser takes half a minute for a long list, on the event loop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_OPENING = re.compile(r"([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})([^\n]*)")
_MAX_CLOSING_INDENT = 3
"""CommonMark's: a fence that is indented further is part of the code, as in a docstring."""

_MAX_PATH_CHARS = 200
_MAX_LINE_CHARS = 1_000
"""Of a line that may name a path; a longer one names none that matters."""

_PATH_CHARS = re.compile(r"[\w@.+/-]+")
_PATH = re.compile(r"(?:[\w@.+-]+/)*(?:[\w@.+-]+\.[A-Za-z]\w{0,9}|Dockerfile|Makefile)")
_COMMENT_MARK = re.compile(r"\s*(?:#|//|--|/\*|<!--)\s*(?:file(?:name)?:\s*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Fence:
    """One block of code: what stands behind the opening marks, the code, and the last line above it."""

    info: str
    content: str
    before: str = ""
    is_closed: bool = True

    @property
    def language(self) -> str:
        """The first word behind the marks: a language as a rule, sometimes a path."""
        return self.info.replace(":", " ").partition(" ")[0]


@dataclass
class _Open:
    """The fence that is being read."""

    prefix: str
    marks: str
    info: str
    before: str
    lines: list[str] = field(default_factory=list)

    def take(self, line: str) -> bool:
        """Add a line of code without the fence's own indentation; False when the line closes the fence."""
        if not self.prefix and self.marks not in line:
            return self._add(line)
        width = len(line) - len(line.lstrip(" \t>" if ">" in self.prefix else " \t"))
        line = line[min(width, len(self.prefix)) :]
        stripped = line.strip()
        if len(stripped) >= len(self.marks) and not stripped.strip(self.marks[0]):
            return len(line) - len(line.lstrip()) > _MAX_CLOSING_INDENT and self._add(line)
        return self._add(line)

    def _add(self, line: str) -> bool:
        self.lines.append(line)
        return True

    def closed(self, is_closed: bool) -> Fence:
        content = "".join(f"{line}\n" for line in self.lines)
        return Fence(self.info, content, self.before, is_closed)


def split_fences(text: str) -> tuple[list[Fence], str]:
    """Return the fences in their order, and the text that stands outside them."""
    fences: list[Fence] = []
    prose: list[str] = []
    current: _Open | None = None
    before = ""
    for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
        if current is not None:
            if not current.take(line):
                fences.append(current.closed(True))
                current, before = None, ""
            continue
        current = _opened(line, before)
        if current is None:
            prose.append(line)
            before = line if line.strip() else before
    if current is not None:
        fences.append(current.closed(False))
    return fences, re.sub(r"\n{3,}", "\n\n", "\n".join(prose)).strip()


def path_near(fence: Fence) -> tuple[str, str]:
    """The path that is given for a fence, empty if none is, and the code without the line that only names it."""
    behind = _paths(fence.info.removeprefix(fence.language).lstrip(":"))[:1] or _paths(fence.language)
    if behind:
        return behind[0], fence.content
    first_line, _, below = fence.content.partition("\n")
    comment = _path_in_comment(first_line)
    if comment:
        return comment, below
    mentioned = _paths(fence.before)
    return mentioned[-1] if mentioned else "", fence.content


def _paths(text: str) -> list[str]:
    words = (word.strip("/").rstrip(".") for word in _PATH_CHARS.findall(text[-_MAX_LINE_CHARS:]))
    return [word for word in words if len(word) <= _MAX_PATH_CHARS and _PATH.fullmatch(word)]


def _path_in_comment(line: str) -> str | None:
    """The path in a first line that is a comment with a path and nothing else."""
    mark = _COMMENT_MARK.match(line) if len(line) <= _MAX_LINE_CHARS else None
    rest = line[mark.end() :].strip().removesuffix("*/").removesuffix("-->").strip() if mark else ""
    return rest if len(rest) <= _MAX_PATH_CHARS and _PATH.fullmatch(rest) else None


def _opened(line: str, before: str) -> _Open | None:
    opening = _OPENING.match(line) if "```" in line or "~~~" in line else None
    if opening is None or (opening[2][0] == "`" and "`" in opening[3]):  # the latter is code within a sentence
        return None
    return _Open(opening[1], opening[2], opening[3].strip(), before)
