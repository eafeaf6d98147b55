"""A package's README without its badges, which say nothing about how the package is used.

The rule: what is between fences or indented is an example and stays.
"""

from __future__ import annotations

import re

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
