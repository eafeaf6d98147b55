"""Template engines' code in HTML: found, and taken out in place.

The rule: every offset stays what it is in the original text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding_standards.engines.astgrep.blank import keep_lines

# No part runs over another opening mark or 8,000 characters: a text of nothing but marks would take minutes.
_MARKED = "|".join(
    rf"{opens}(?:(?!{opens})[\s\S]){{0,8000}}?{closes}"
    for opens, closes in (
        (r"\{\{", r"\}\}"),
        (r"\{%", r"%\}"),
        (r"\{#", r"#\}"),
        (r"\{!!", r"!!\}"),
        ("<%", "%>"),
        (r"<\?(?!xml\b)", r"\?>"),
    )
)
_TEMPLATE = re.compile(_MARKED + r"|\[%[^\[\]]*%\]|\$\{[^{}$]*\}")
_TEMPLATE_IN_SCRIPT = re.compile(_MARKED)
# What no script has outside its strings: the marks above where they are not closed, and those of Razor, Thymeleaf,
# Smarty, Velocity and others. In a string they do no harm; such a script is then not judged.
_FOREIGN = re.compile(
    r"\{\{|\{[%#]|<[%?#]|\[%|\[\[\$|\[\(\$|<!\[CDATA\[|\{/[a-z]+\}|\{\$|\{(?:if|foreach|literal|section)\b|#\{"
    r"|(?m:^[ \t]*(?:@[A-Za-z]|#(?:if|set|else|end|foreach|parse)\b))|[=(,:?+\[]\s*(?:[@%]|__[A-Z])"
    r"|=\s*\$\{[\w.]+\}\s*;|%[A-Za-z_]+%|%\(\w+\)s|</?[a-z]+:[a-z]"
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


def find_marks(code: str) -> Iterator[re.Match[str]]:
    """Each piece of a template engine's code, its marks included."""
    return _TEMPLATE.finditer(code)


def _blank(match: re.Match[str]) -> str:
    """Template code becomes a word of the same length, which fits in most places; after a tag's name, blanks."""
    code, (start, end) = match.string, match.span()
    is_after_name = _TAG_NAME.search(code, max(0, start - _LONGEST_NAME), start) and code[end : end + 1] in _AFTER_NAME
    return keep_lines(match[0], " " if is_after_name else "x")


def take_out_of_script(code: str) -> str:
    """The script without template code, in the same places; its own `${}` stays."""
    return _TEMPLATE_IN_SCRIPT.sub(_blank, code)


def may_be_template(script: str) -> bool:
    """Whether something may still write a part of this script, so that it need not be one yet."""
    has_bare_value = "${" in script and "`" not in script
    return has_bare_value or _FOREIGN.search(script) is not None
