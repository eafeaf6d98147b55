"""What is wrong with a SQL statement: brackets and commas that cannot be right, or that the parser does not know it.

The rule: what stands here needs no dialect. A flaw is certain where the script is broken, and not where it is beyond
the parser.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from sqlglot import Token, TokenType

from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.sql.clauses import STRINGS

_NO_WORDS = STRINGS | {TokenType.IDENTIFIER}
_KNOWN_WELL = frozenset(["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "TRUNCATE", "VALUES", "MERGE", "("])
_KNOWN_OBJECTS = re.compile(
    r"(?:CREATE(?: OR REPLACE)?(?: GLOBAL| LOCAL)?(?: TEMP| TEMPORARY| UNLOGGED)?(?: UNIQUE)?"
    r" (?:TABLE|VIEW|INDEX|SCHEMA)"
    r"|ALTER TABLE|DROP (?:TABLE|VIEW|INDEX|SCHEMA))\b"
)


def word_of(token: Token) -> str:
    """The token in upper case; nothing where it is a string or a quoted name."""
    return "" if token.token_type in _NO_WORDS else token.text.upper()


def is_known_well(tokens: Sequence[Token]) -> bool:
    """Of a kind that sqlglot knows well."""
    head = " ".join(token.text.upper() for token in tokens[:7])
    return head.partition(" ")[0] in _KNOWN_WELL or bool(_KNOWN_OBJECTS.match(head))


def beyond_parser(tokens: Sequence[Token]) -> Flaw:
    """The statement was not understood, which is no fault of it."""
    start = " ".join(token.text for token in tokens[:3]).split("\n")[0][:60]
    return Flaw(tokens[0].start, f"`{start}` is beyond the SQL parser", is_certain=False)


_CLOSER = {
    TokenType.L_PAREN: TokenType.R_PAREN,
    TokenType.L_BRACKET: TokenType.R_BRACKET,
    TokenType.L_BRACE: TokenType.R_BRACE,
}
_CLOSERS = frozenset(_CLOSER.values())


def bracket_flaw(tokens: Sequence[Token], *, allow_trailing_comma: bool = False) -> Flaw | int:
    """The first place where brackets or commas cannot be right, else how deep the brackets go."""
    stack: list[Token] = []
    deepest = 0
    is_known = is_known_well(tokens)
    before: Token | None = None
    for token in tokens:
        kind = token.token_type
        if kind in _CLOSER:
            stack.append(token)
            deepest = max(deepest, len(stack))
        elif kind in _CLOSERS:
            opener = stack.pop() if stack else None
            if opener is None or _CLOSER[opener.token_type] is not kind:
                return Flaw(token.start, f"`{token.text}` closes nothing.")
        if not is_known or before is None:
            pass
        elif kind is TokenType.COMMA and before.token_type in {TokenType.COMMA, TokenType.L_PAREN}:
            return Flaw(token.start, "Something is missing before this comma.")
        elif before.token_type is TokenType.COMMA and kind is TokenType.R_PAREN and not allow_trailing_comma:
            return Flaw(before.start, "Something is missing after this comma.")
        before = token
    return Flaw(stack[-1].start, f"`{stack[-1].text}` is never closed.") if stack else deepest


def bracket_depth(tokens: Sequence[Token]) -> int:
    """How deep the brackets go; beyond any limit where they cannot be right."""
    found = bracket_flaw(tokens, allow_trailing_comma=True)
    return found if isinstance(found, int) else sys.maxsize
