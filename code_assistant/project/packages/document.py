"""An installed package as documentation: what there is to say of it, and its README without its badges.

The rule: badges say nothing about how a package is used; what is between fences or indented is an example and stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})([^`\n]*)$")
_ADORNMENT = re.compile(
    r"""[ ]{0,3}(?:
        \[?!\[                                        # an image, perhaps linked
      | <                                             # HTML for the page on which it is shown
      | \.\.\ (?:image|\|[^|\n]{1,100}\|)             # the same in reStructuredText
      | (?:\|[^\s|][^|\n]{0,100}\|_{0,2}[ \t]*)+$     # which shows badges by names: |docs| |build|
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class InstalledDoc:
    """Documentation of one installed package, as Markdown."""

    name: str
    version: str
    text: str
    source: str
    """Where it was read, for people: the names of modules, or a path in the project."""


def join_document(head: str, readme: str, title: str, body: str) -> str:
    """The whole text: what a package calls itself, from its README, and what it has, each where there is any."""
    parts = [head.rstrip(), *(("## From its README", readme) if readme else ()), *((title, body) if body else ())]
    return "\n\n".join(parts) + "\n"


def without_badges(text: str) -> str:
    """Drop images and HTML around the text."""
    kept: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark is not None and not fence:
            fence = mark[1]
        elif mark is not None and mark[1].startswith(fence) and not mark[2].strip():
            fence = ""
        elif not fence and _ADORNMENT.match(line):
            continue
        kept.append(line)
    return "\n".join(kept).strip()
