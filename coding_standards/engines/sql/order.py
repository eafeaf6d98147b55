"""The order of a query's clauses, which sqlglot takes in any.

The rule: only an order that no dialect has is found; what may be another statement's begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import Token, TokenType

_RANKS = {
    TokenType.FROM: 1,
    TokenType.WHERE: 2,
    TokenType.GROUP_BY: 3,
    TokenType.HAVING: 3,  # Oracle lets it stand before GROUP BY
    TokenType.ORDER_BY: 4,
    TokenType.LIMIT: 5,
}
_OTHERS = frozenset(
    {
        *("INSERT", "UPDATE", "DELETE", "MERGE", "SET", "CONFLICT", "DO", "FETCH", "REVOKE", "RETURNING"),
        *("UNION", "EXCEPT", "MINUS", "INTERSECT", "BEGIN", "EXEC", "EXECUTE", "DECLARE", "|>"),
    }
)
"""What parts a query from what comes after it, at times without a semicolon."""


def find_misplaced(tokens: Sequence[Token]) -> tuple[Token, str] | None:
    """The first clause that stands after one that it comes before, with that one's name."""
    last: Token | None = None
    is_query = False
    outer: list[tuple[Token | None, bool]] = []
    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind is TokenType.L_PAREN:
            outer.append((last, is_query))
            last, is_query = None, False
        elif kind is TokenType.R_PAREN and outer:
            last, is_query = outer.pop()
        elif kind is TokenType.SELECT:
            last, is_query = None, True
        elif token.text.upper() in _OTHERS:
            last, is_query = None, False
        elif is_query and kind in _RANKS and _is_clause(tokens, at):
            if last is not None and _RANKS[last.token_type] > _RANKS[kind]:
                return token, " ".join(last.text.upper().split())
            last = token
    return None


def _is_clause(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is a clause: no `IS DISTINCT FROM`, no `WITH FILL FROM`, no column that is called `limit`."""
    if tokens[at].token_type is TokenType.LIMIT:
        return at + 1 < len(tokens) and tokens[at + 1].token_type is TokenType.NUMBER
    before = tokens[at - 1]
    return before.token_type not in {TokenType.DISTINCT, TokenType.FOR} and before.text.upper() != "FILL"
