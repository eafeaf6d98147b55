"""Text of the caller's made safe for comments. Its one rule: a quotation ends no comment and speaks to no tool."""

from __future__ import annotations

import re
import textwrap
import unicodedata

MAX_READ_CHARS = 800
"""Names and parameters are looked for in this much of a request; the rest is detail for whoever writes the code."""
MAX_SUMMARY_CHARS = 200
WIDTH = 80
"""Columns of wrapped prose before its comment marks; stays inside every usual line length."""

_PUNCTUATION = frozenset(" ,.()-'_")
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_VARIATION_SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_SIGNS = frozenset('/:[]<>=+&?!@#%;|*^~`\\"{}$')
_BREAKS_OUT = re.compile(
    r"\*/|/\*|<!--|--!?>|\"{3}|'{3}|`{3}|\$\{|<{3}|>{3}|={4}|<\s*/?\s*(?:script|style|img|iframe|svg|b)\b|\brm\s+-"
    r"|[=:]\s*[\"'][^\s\"']{6}|\|\s*(?:ba|z)?sh\b|\b(?:os|sys|subprocess)\.\w+\(|\b(?:eval|exec|system)\(|['\"];"
    r"|\b(?:noqa|nosec|nosonar|nolint|pylint|eslint|pragma|ts-\w+|prettier-ignore|go:\w+|type:\s*ignore)\b",
    re.IGNORECASE,
)
"""What ends a comment somewhere, begins a program or speaks to a tool: such a request is told in plain words."""
_ESCAPES: dict[str, tuple[tuple[str, str], ...]] = {
    "python": (("\\", "\\\\"),),
    "javascript": (("@", "\\@"),),
    "typescript": (("@", "\\@"), ("{", "\\{"), ("}", "\\}")),
    "java": (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", "&#64;"), ("\\", "&#92;"), ("{", "&#123;")),
    "rust": (("\\", "\\\\"), ("[", "\\["), ("<", "\\<")),
    "html": (("--", "- -"),),
    "markdown": (("\\", "\\\\"), ("[", "\\["), ("<", "\\<"), ("*", "\\*"), ("#", "\\#"), ("|", "\\|")),
}
_ELIDED = re.compile(
    r"\b(rest of|(rest|existing|previous|remaining|other|same) (code|file|implementation|methods?|functions?)"
    r"|unchanged|omitted|elided|snip(ped)?|(same )?as before|brevity|goes here)\b",
    re.IGNORECASE,
)
_MARKERS = {"todo": "to-do", "fixme": "fix-me", "xxx": "x-x-x", "hack": "work-around"}
_MARKER = re.compile(r"\b(todo|fixme|xxx|hack)\b", re.IGNORECASE)


def clean(text: str) -> str:
    """Return the beginning of `text` on one line, without signs that mean something in any language."""
    normal = unicodedata.normalize("NFKC", text[:MAX_READ_CHARS])[:MAX_READ_CHARS]
    kept = "".join(char if _is_plain(char) else " " for char in normal)
    kept = re.sub(r"(?<!\w)['_]+|['_]+(?!\w)|(?<!\w)-|-(?!\w)", " ", kept)
    kept = re.sub(r"([,.()])[\s,.]+(?=[,.)])", r"\1", " ".join(kept.split()))
    return re.sub(r"\s+(?=[,.)])", "", kept).strip(" ,.()")


def summary(request: str) -> str:
    """Return what was asked for, shortened, for a doc comment; empty when nothing readable is left.

    Text that rules look for in code (elision, unowned markers, keys) is left out: it would be the caller's, not ours.
    """
    words = [word for word in _told(request).split() if not _holds_secret(word)]
    text = _MARKER.sub(lambda match: _MARKERS[match[1].lower()], " ".join(words))
    if _ELIDED.search(text) or not any(char.isalpha() for char in text):
        return ""
    short = textwrap.shorten(text, MAX_SUMMARY_CHARS, placeholder="") or text[:MAX_SUMMARY_CHARS]
    return short.strip(" ,.")


def escape(text: str, language: str) -> str:
    """`text` as a comment or a document in `language` shows it."""
    for sign, shown in _ESCAPES.get(language, ()):
        text = text.replace(sign, shown)
    return text


def _told(request: str) -> str:
    """The beginning of `request` as it stands, or without its signs where they could do harm."""
    normal = unicodedata.normalize("NFKC", request[:MAX_READ_CHARS])[:MAX_READ_CHARS]
    if _BREAKS_OUT.search(normal) or normal.count("`") % 2:
        return clean(request)
    return "".join(char if _is_plain(char) or char in _SIGNS else " " for char in normal)


def wrap(text: str, prefix: str = "") -> str:
    """Break `text` into lines that begin with `prefix`."""
    lines = textwrap.wrap(text, WIDTH, initial_indent=prefix, subsequent_indent=prefix, break_on_hyphens=False)
    return "\n".join(lines)


def sentence(text: str) -> str:
    """`text` with a capital and a full stop."""
    if text.endswith(("?", "!")):
        return f"{text[:1].upper()}{text[1:]}"
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."


def _is_plain(char: str) -> bool:
    if char.isascii():
        return char.isalnum() or char in _PUNCTUATION
    if char in _INVISIBLE or any(ord(char) in block for block in _VARIATION_SELECTORS):
        return False
    return unicodedata.category(char)[0] in "LMN"


def looks_secret(word: str) -> bool:
    """Tell whether `word` may be a key or a password that somebody pasted."""
    has_digit, has_letter = any(map(str.isdigit, word)), any(map(str.isalpha, word))
    return len(word) > 60 or (len(word) >= 14 and has_digit and has_letter)


def _holds_secret(word: str) -> bool:
    return any(looks_secret(part) for part in re.split(r"[^\w-]+", word))
