"""A file of the scaffold, and how its template is filled. Its one rule: a value is never read as a template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Literal

from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.prose import escaped, sentence, wrapped

Role = Literal["source", "test", "doc"]

MAX_LINE_CHARS = 88
"""Of a line before it is indented; what no language's formatter would break."""

_BLOCK = re.compile(r"^([ \t]*)\$(\w+)$")


@dataclass(frozen=True)
class ScaffoldFile:
    """One file that a person would start from."""

    path: str
    """Relative, with forward slashes."""
    language: str
    """One of the nine languages; `markdown` for a `doc`."""
    role: Role
    content: str


def fill(template: str, **values: str) -> str:
    """Fill `template`; a `$name` alone on its line takes many lines, indented as it is, or disappears when empty."""
    lines: list[str] = []
    for line in template.strip("\n").split("\n"):
        block = _BLOCK.match(line)
        if block is None:
            lines.append(Template(line).substitute(values))
        elif value := values[block[2]].strip("\n"):
            lines.extend(f"{block[1]}{part}" if part else "" for part in value.split("\n"))
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n") + "\n"


def bracketed(head: str, items: Sequence[str], tail: str, *, indent: str = "    ", pad: str = "") -> str:
    """Return `head items tail` on one line, or with an item a line where that would be too long."""
    line = f"{head}{pad}{', '.join(items)}{pad}{tail}"
    if len(line) <= MAX_LINE_CHARS:
        return line
    return "\n".join([head, *(f"{indent}{item}," for item in items), tail])


def _quoted(outline: Outline, mark: str) -> str:
    return wrapped(sentence(f"asked for: {escaped(outline.summary, outline.language)}"), mark, mark)


def squeeze(text: str) -> str:
    """Leave one empty line at most between two others."""
    return re.sub(r"\n{3,}", "\n\n", text)


def about(outline: Outline, mark: str = "", *used: str) -> str:
    """The head of a doc comment, each line behind `mark`: the title, what was asked for, the libraries not used yet."""
    parts = [f"{mark}{outline.title}."]
    if outline.summary:
        parts += [mark.rstrip(), _quoted(outline, mark)]
    if names := outline.libraries.unused(*used):
        parts += [mark.rstrip(), wrapped(f"Intended libraries: {', '.join(names)}.", mark, mark)]
    return "\n".join(parts)
