"""Valid code that is newer than its tree-sitter grammar, put into words that the grammar knows.

Its one rule: a rewritten text is only parsed to see whether the code is valid. Each rewriting takes a shape that newer
compilers accept wherever it stands, so that nothing broken is let through.
"""

from __future__ import annotations

import re

from coding_standards.engines.html.template import take_out

_CSS = (
    # Ranges and queries of size, style and state: what matters is that the brackets and the block are right.
    (
        r"(@(?:media|container)\b[^{};\"']{0,300}?)\([^(){};\"'<>=]{0,200}[<>=][^(){};\"']{0,200}\)",
        r"\1(min-width: 1px)",
    ),
    (
        r"@container\b(?:\s+(?!not\b|style\b)[\w-]{1,80})?\s+(?:not\s+)?(?:style)?\([^(){}]*\)",
        "@media (min-width: 1px)",
    ),
    (r"(@import\s+(?:url\([^()]*\)|\"[^\"\n]*\"|'[^'\n]*'))\s+layer(?:\([\w.-]+\))?(?:\s+supports\([^()]*\))?", r"\1"),
    (r"@page\s+(?:[\w-]+)?(?:\s*:(?:first|left|right|blank))+(?=\s*\{)", "@media print"),
    # Functions, with conditions of their own inside, and conditions within a value (CSS Values 5, Mixins 1).
    (r"@function\s+--[\w-]{1,80}\s*\([^{}()]{0,300}\)(?:\s*returns\s+[^{}]{1,80})?(?=\s*\{)", "a"),
    (r"(?<![\w-])if\((?:[^(){}\"']|\([^(){}\"']*\)){1,300}\)(?=\s*[;}!\w])", "red"),
    (r"@layer\s+[\w-]+(?:\.[\w-]+)*(?:\s*,\s*[\w-]+(?:\.[\w-]+)*)*(?=\s*;)", "@layer a"),
    (r"(?<![\w-])(--[\w-]{1,80}\s*:\s*)\{[^{}]*\}(?=\s*[;}])", r"\1 1"),
    (r"(?<![\w-])(--[\w-]{1,80}\s*:)(?=\s*[;}])", r"\1 1"),
    (r"([;{}]\s*)(\.[\w-]+)\s+&(?=\s*\{)", r"\1\2"),
)
_REWRITINGS = tuple((re.compile(shape), words) for shape, words in _CSS)


def as_older(code: str, grammar: str) -> str:
    """The code with its newest shapes put in older words, and templates out; not for people."""
    if grammar == "html":
        return take_out(code)[0]
    for shape, words in _REWRITINGS if grammar == "css" else ():
        code = shape.sub(words, code)
    return code
