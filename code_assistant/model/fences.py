"""Fenced code in Markdown, found line by line, and the words around it.

The rule: one look at each line. A full Markdown parser takes half a minute for a long list, on the event loop.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from groundwork.fences import choose_fence

_OPENING = re.compile(r"([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})([^\n]*)")
_MAX_CLOSING_INDENT = 3
"""CommonMark's: a fence that is indented further is part of the code, as in a docstring."""


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

    def as_text(self) -> str:
        """The block as it stood in the text."""
        marks = choose_fence(self.content)
        return f"{marks}{self.info}\n{self.content}{marks}"


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

    def finish(self, is_closed: bool) -> Fence:
        content = "".join(f"{line}\n" for line in self.lines)
        return Fence(self.info, content, self.before, is_closed)


def split_fences(text: str, is_taken: Callable[[Fence], bool] = lambda fence: True) -> tuple[list[Fence], str]:
    """Return the fences that are taken in their order, and the text outside them with the other ones in it."""
    fences: list[Fence] = []
    prose: list[str] = []
    current: _Open | None = None
    before = ""

    def put(fence: Fence) -> None:
        if is_taken(fence):
            fences.append(fence)
        else:
            prose.append(fence.as_text())

    for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
        if current is not None:
            if not current.take(line):
                put(current.finish(True))
                current, before = None, ""
            continue
        current = _open_fence(line, before)
        if current is None:
            prose.append(line)
            before = line if line.strip() else before
    if current is not None:
        put(current.finish(False))
    return fences, re.sub(r"\n{3,}", "\n\n", "\n".join(prose)).strip()


def _open_fence(line: str, before: str) -> _Open | None:
    opening = _OPENING.match(line) if "```" in line or "~~~" in line else None
    if opening is None or (opening[2][0] == "`" and "`" in opening[3]):  # the latter is code within a sentence
        return None
    return _Open(opening[1], opening[2], opening[3].strip(), before)
