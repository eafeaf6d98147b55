"""Named checks of the `sql` engine that look at words, for what the parser has no tree of: grants, users, routines.

A statement's words are joined by single spaces, keywords and names in upper case, strings as `''` unless asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import Token, TokenType
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from coding_standards.engines.named import Hit
from coding_standards.engines.sql_script import Script, Statement

_BODIES = frozenset([TokenType.HEREDOC_STRING, TokenType.RAW_STRING, TokenType.NATIONAL_STRING])
_STRINGS = _BODIES | {TokenType.STRING}
_CLAUSES = frozenset(
    [
        "SELECT",
        "FROM",
        "WHERE",
        "JOIN",
        "INSERT",
        "INTO",
        "VALUES",
        "UPDATE",
        "DELETE",
        "CREATE",
        "ALTER",
        "TABLE",
        "AND",
        "HAVING",
    ]
)
_SAFE_CALLS = re.compile(
    r"QUOTE_IDENT|QUOTE_LITERAL|QUOTE_NULLABLE|QUOTENAME|FORMAT|CAST|CONVERT|CHR|CHAR|COUNT|LENGTH|QUOTE", re.IGNORECASE
)
_SAFE_CASTS = re.compile(r"REGCLASS|REGPROC\w*|REGTYPE|INT\w*|BIGINT|OID|NUMERIC|DATE|UUID", re.IGNORECASE)
_SQL_START = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|GRANT|REVOKE|TRUNCATE|WITH|COPY|ANALYZE|VACUUM|SET)\b",
    re.IGNORECASE,
)


def text(script: Script, *, pattern: str = "", unless_pattern: str = "", keep_strings: bool = False) -> Iterator[Hit]:
    """A statement whose words match `pattern` (from its start: `^`) and not `unless_pattern`."""
    regex = re.compile(pattern)
    for statement in script.statements:
        words = " ".join(_word(token, keep_strings) for token in statement.tokens)
        if regex.search(words) and not (unless_pattern and re.search(unless_pattern, words)):
            yield Hit(*script.place(statement.tokens[0].start))


def _word(token: Token, keep_strings: bool) -> str:
    if token.token_type in _STRINGS:
        return f"'{token.text}'" if keep_strings else "''"
    return token.text.upper()


def keyword_case(script: Script, *, style: str = "consistent") -> Iterator[Hit]:
    """Clause keywords in `upper` or `lower` case, or (`consistent`) in one case within each statement."""
    for statement in script.statements:
        seen: set[str] = set()
        for token in statement.tokens:
            if token.text.upper() not in _CLAUSES or token.token_type in _STRINGS | {
                TokenType.IDENTIFIER,
                TokenType.VAR,
            }:
                continue
            case = "upper" if token.text.isupper() else "lower" if token.text.islower() else "mixed"
            seen.add(case)
            if (len(seen) > 1) if style == "consistent" else case != style:
                yield Hit(*script.place(token.start), token.text)
                break


def dynamic_sql(script: Script) -> Iterator[Hit]:
    """EXECUTE, EXEC or PREPARE of a string put together with a variable that is neither quoted nor a parameter."""
    for statement in script.statements:
        for tokens, base in _bodies(script, statement):
            for index, token in enumerate(tokens):
                runs = token.text.upper() in {"EXECUTE", "EXEC", "IMMEDIATE"} or _is_prepare(tokens, index)
                if runs and _is_built(_argument(tokens, index + 1)):
                    yield Hit(*script.place(token.start + base))


def _is_prepare(tokens: Sequence[Token], index: int) -> bool:
    return index >= 2 and tokens[index].text.upper() == "FROM" and tokens[index - 2].text.upper() == "PREPARE"


def _bodies(script: Script, statement: Statement) -> Iterator[tuple[Sequence[Token], int]]:
    """The statement's own tokens, and those of the routine bodies that are strings in it."""
    yield statement.tokens, 0
    if not re.match(r"CREATE|DO\b|ALTER", statement.head):
        return
    for token in statement.tokens:
        if token.token_type in _STRINGS and "EXECUTE" in token.text.upper():
            inner = script.code.find(token.text, token.start)
            yield _tokens(token.text), max(inner, 0)


def _argument(tokens: Sequence[Token], index: int) -> list[Token]:
    """What is executed: up to the end of the statement, INTO or USING."""
    found: list[Token] = []
    for token in _unpacked(tokens[index : index + 200]):
        if token.token_type is TokenType.SEMICOLON or token.text.upper() in {"INTO", "USING", "LOOP", "IMMEDIATE"}:
            break
        found.append(token)
    return found


def _unpacked(tokens: Sequence[Token]) -> Sequence[Token]:
    """After EXECUTE at the start of a statement sqlglot takes the rest of it, quotes included, as one string."""
    if tokens and tokens[0].token_type is TokenType.STRING and tokens[0].text.count("'") > 1:
        return _tokens(tokens[0].text)
    return tokens


def _tokens(text: str) -> Sequence[Token]:
    try:
        return Dialect.get_or_raise("postgres").tokenize(text)
    except SqlglotError:
        return []


def _is_built(tokens: Sequence[Token]) -> bool:
    operands = _operands(tokens)
    strings = [one for one in operands if len(one) == 1 and one[0].token_type in _STRINGS]
    return len(operands) > 1 and any(_SQL_START.match(one[0].text) for one in strings) and any(map(_is_raw, operands))


def _operands(tokens: Sequence[Token]) -> list[list[Token]]:
    """What `||` or `+` joins at the top level (or inside one pair of brackets, or CONCAT)."""
    while tokens and (tokens[0].token_type is TokenType.L_PAREN or tokens[0].text.upper() == "CONCAT"):
        tokens = tokens[1:]
    operands: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if depth < 0:
            break
        if depth == 0 and token.token_type in {TokenType.DPIPE, TokenType.PLUS}:
            operands.append([])
        else:
            operands[-1].append(token)
    return [one for one in operands if one]


def _is_raw(operand: Sequence[Token]) -> bool:
    """A variable or column as it is, not a string, a number, a quoting call or a cast to something harmless."""
    first, last = operand[0], operand[-1]
    if first.token_type in _STRINGS or first.token_type is TokenType.NUMBER or _SAFE_CALLS.fullmatch(first.text):
        return False
    is_cast = len(operand) > 2 and any(token.token_type is TokenType.DCOLON for token in operand)
    if is_cast and _SAFE_CASTS.fullmatch(last.text):
        return False
    return all(token.token_type is not TokenType.L_PAREN for token in operand)
