"""Template engines' code in HTML: found, and taken out in place.

The rule: every offset stays what it is in the original text.
"""

from __future__ import annotations

import re

# No part runs over another opening mark or 8,000 characters: a text of nothing but marks would take minutes.
_TEMPLATE = re.compile(
    "|".join(
        rf"{opens}(?:(?!{opens})[\s\S]){{0,8000}}?{closes}"
        for opens, closes in (
            (r"\{\{", r"\}\}"),
            (r"\{%", r"%\}"),
            (r"\{#", r"#\}"),
            ("<%", "%>"),
            (r"<\?(?!xml\b)", r"\?>"),
        )
    )
    + r"|\[%[^\[\]]*%\]|\$\{[^{}$]*\}"
)
_TEMPLATE_TAG = re.compile(
    r"</?[a-z][a-z0-9]*:[a-z]|<#|<!--#|^[ \t]*@(?:if|foreach|section|extends)\b", re.IGNORECASE | re.MULTILINE
)

_TAG_NAME = re.compile(r"</?[A-Za-z][\w-]*$")
_LONGEST_NAME = 40
_AFTER_NAME = (" ", "\n", "\t", ">", "/")


def take_out(code: str) -> tuple[str, bool]:
    """The text with template code as words, and whether a template engine still has to work on it."""
    text, count = _TEMPLATE.subn(_blank, code)
    return text, count > 0 or _TEMPLATE_TAG.search(code) is not None


def _blank(match: re.Match[str]) -> str:
    """Template code becomes a word of the same length, which fits in most places; after a tag's name, blanks."""
    code, (start, end) = match.string, match.span()
    is_after_name = _TAG_NAME.search(code, max(0, start - _LONGEST_NAME), start) and code[end : end + 1] in _AFTER_NAME
    return re.sub(r"[^\n]", " " if is_after_name else "x", match[0])
