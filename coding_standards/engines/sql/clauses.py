"""Clauses that sqlglot does not know, written in a way that it does.

The rule: nothing moves, and what cannot be written in another way stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import Token, TokenType

from coding_standards.engines.astgrep.blank import keep_lines

STRINGS = frozenset(
    [TokenType.STRING, TokenType.HEREDOC_STRING, TokenType.RAW_STRING, TokenType.NATIONAL_STRING, TokenType.BYTE_STRING]
)


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_DROPPED = re.compile(
    r"\bUSING\s+(?:BTREE|HASH)(?=\s+ON\b)|(?<=\bDEFAULT )ON NULL(?=\s)|(?<=\))\s*WITHOUT\s+ROWID"
    r"|\bOVERRIDING\s+(?:SYSTEM|USER)\s+VALUE\b|(?<=\bUPDATE )OR (?:IGNORE|REPLACE|ABORT|FAIL|ROLLBACK)(?=\s)"
    r"|(?<=\bON DELETE SET NULL )\([^()]{1,200}\)|(?<=\bON DELETE SET DEFAULT )\([^()]{1,200}\)|\bSRID\s+\d+"
    r"|\bWITH\s*\(\s*security_(?:barrier|invoker)\b[^()]{0,200}\)(?=\s+AS\b)",
    re.IGNORECASE,
)
_ASSIGNMENT = re.compile(r"((?:\b(?:SET|SELECT)\s+|,\s*)[\w.@\[\]\"`]+\s*)[-+*/%&|^](?==[^=])", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<![\w?@|&])\?\d{1,4}\b")
_CAST_PLACE = re.compile(r"(?<![\w?@|&])\?(?=::)")
_REGISTERED = re.compile(r"(?<=::)reg[a-z]{4,9}(?=\[\])", re.IGNORECASE)
_CURRENT_OF = re.compile(r"(\bWHERE CURRENT )OF(?=\s)", re.IGNORECASE)
_MAXVALUE = re.compile(r"(\bVALUES LESS THAN )MAXVALUE\b", re.IGNORECASE)


def words(tokens: Sequence[Token]) -> str:
    """The statement's words in upper case, joined by single spaces, strings as `''` and quoted names as `Q_`."""
    return " ".join(map(_word, tokens))


def _word(token: Token) -> str:
    if token.token_type in STRINGS:
        return "''"
    return "Q_" if token.token_type is TokenType.IDENTIFIER else token.text.upper()


def rewrite(code: str) -> str:
    """Write what sqlglot does not know in a way that it does; every offset stays what it is."""
    code = _DROPPED.sub(lambda match: keep_lines(match[0]), code)
    if "=" in code:
        code = _ASSIGNMENT.sub(lambda match: match[1] + " ", code)
    if "?" in code:
        code = _NUMBERED.sub(lambda match: "?".ljust(len(match[0])), code)
        code = _CAST_PLACE.sub("x", code)  # sqlglot reads `?::` as one operator
    if "[]" in code:
        code = _REGISTERED.sub(lambda match: "text".ljust(len(match[0])), code)
    code = _CURRENT_OF.sub(lambda match: match[1] + "= ", code)
    return _MAXVALUE.sub(lambda match: match[1] + "(MAXVAL)", code)
