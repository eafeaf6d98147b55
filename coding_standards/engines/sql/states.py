"""What an expression that puts SQL together holds: SQL, a raw value, or both.

The rule: only a value that goes in as it is counts; one that is quoted, cast, a number or a parameter does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum, auto

from sqlglot import Token, TokenType

from coding_standards.engines.sql.clauses import STRINGS
from coding_standards.engines.sql.flaws import word_of

_SQL_START = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|GRANT|REVOKE|TRUNCATE|WITH|COPY|ANALYZE|VACUUM|SET|MERGE|REPLACE"
    r"|CALL|EXEC|EXECUTE|BEGIN|DECLARE|USE|BACKUP|RESTORE|REFRESH|COMMENT|LOCK|NOTIFY)\b",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"QUOTE|ASSERT|ESCAPE|SANITI[SZ]E|IDENT", re.IGNORECASE)
_HARMLESS = re.compile(
    r"CAST|CONVERT|TRY_CAST|TRY_CONVERT|SAFE_CAST|CHR|CHAR|NCHAR|COUNT|LENGTH|LEN|CHAR_LENGTH|TO_CHAR|DATE_FORMAT|ROUND|FLOOR"
    r"|CEIL|CEILING|ABS|MOD|EXTRACT|DATE_PART|NOW|MD5|SHA1|SHA2|HEX|TO_HEX|ENCODE|NEXTVAL|CURRVAL|TXID_CURRENT|ROW_NUMBER"
    r"|UNIX_TIMESTAMP|DATEDIFF|DATE_TRUNC|TO_NUMBER|TO_DATE|YEAR|MONTH|DAY|CURRENT_SCHEMA|CURRENT_DATABASE|DATABASE|DB_NAME"
    r"|OBJECT_ID|SUM|FORMAT_TYPE|TO_REGCLASS|PG_GET_\w+|SPACE",
    re.IGNORECASE,
)
_EXACT_TYPES = frozenset(
    re.findall(
        r"\w+",
        "INT INT2 INT4 INT8 INT64 INTEGER TINYINT SMALLINT MEDIUMINT BIGINT BYTEINT OID NUMERIC NUMBER DECIMAL FLOAT"
        " FLOAT4 FLOAT8 FLOAT64 REAL DOUBLE MONEY SMALLMONEY DATE TIME DATETIME DATETIME2 DATETIMEOFFSET SMALLDATETIME"
        " TIMESTAMP TIMESTAMPTZ INTERVAL UUID UNIQUEIDENTIFIER BIT BOOL BOOLEAN PLS_INTEGER BINARY_INTEGER SERIAL"
        " BIGSERIAL YEAR REGCLASS REGTYPE REGPROC REGPROCEDURE REGROLE REGNAMESPACE REGOPERATOR REGCONFIG",
    )
)
_HANDS_ON = frozenset(
    re.findall(
        r"\w+",
        "CONCAT CONCAT_WS TRIM BTRIM LTRIM RTRIM LOWER UPPER REPLACE COALESCE NULLIF ISNULL IFNULL NVL SUBSTR SUBSTRING"
        " LEFT RIGHT STUFF ARRAY_TO_STRING TRANSLATE REGEXP_REPLACE TO_CHAR",
    )
)
"""Functions whose text is that of their arguments."""
_LISTS = frozenset(["GROUP_CONCAT", "STRING_AGG", "LISTAGG"])
_FORMATS = frozenset(["FORMAT", "FORMATMESSAGE", "PRINTF", "SPRINTF"])
_PLACE = re.compile(r"%(?:(\d+)\$)?-?\d*([A-Za-z%])")
_NO_VALUES = frozenset(
    re.findall(
        r"\w+",
        "NULL TRUE FALSE USER CURRENT_USER SESSION_USER CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP SYSDATE LOCALTIME",
    )
)
_OPERATORS = frozenset([TokenType.DPIPE, TokenType.PLUS])
_OPENERS = frozenset([TokenType.L_PAREN, TokenType.L_BRACKET])
_CLOSERS = frozenset([TokenType.R_PAREN, TokenType.R_BRACKET])
_ARITHMETIC = frozenset([TokenType.STAR, TokenType.SLASH, TokenType.DASH, TokenType.MOD])
_IDENTIFIER = re.compile(r"[^\W\d][\w$#]*")


class State(Enum):
    """What a variable holds."""

    HARMLESS = auto()
    """Nothing that could be SQL of somebody else's."""
    SQL = auto()
    """SQL without raw values."""
    BUILT = auto()
    """SQL with a raw value in it."""
    RAW = auto()
    """A value as it came in."""
    LISTED = auto()
    """The values of a column, put into a list by the query itself."""
    PIVOTED = auto()
    """SQL with such a list in it."""


_UNSAFE = frozenset([State.RAW, State.BUILT])
Known = dict[str, State]


def find_state(tokens: Sequence[Token], known: Known) -> State:
    """What the expression holds."""
    tokens = _bare(tokens)
    parts = split_at(tokens, _OPERATORS)
    if len(parts) > 1:
        return merged(find_state(part, known) for part in parts)
    return _operand(parts[0], known) if parts else State.HARMLESS


def merged(states: Iterable[State]) -> State:
    """What a text holds that is put together from such parts."""
    found = set(states)
    is_sql = not found.isdisjoint({State.SQL, State.BUILT, State.PIVOTED})
    if State.BUILT in found or (is_sql and State.RAW in found):
        return State.BUILT
    if State.PIVOTED in found or (is_sql and State.LISTED in found):
        return State.PIVOTED
    if is_sql:
        return State.SQL
    return next((one for one in (State.RAW, State.LISTED) if one in found), State.HARMLESS)


def typed(tokens: Sequence[Token]) -> Known:
    """The parameters and variables that are declared with a type that no SQL fits into."""
    found: Known = {}
    for index, token in enumerate(tokens[1:], 1):
        if word_of(token) not in _EXACT_TYPES:
            continue
        place = index - 1
        while place > 0 and word_of(tokens[place]) in {"IN", "OUT", "INOUT", "CONSTANT"}:
            place -= 1
        has_at = place > 0 and tokens[place - 1].text == "@"
        if place > 1 and word_of(tokens[place]) == "AS" and tokens[place - 2].text == "@":
            place, has_at = place - 1, True
        found["@" * has_at + tokens[place].text.lower()] = State.HARMLESS
    return found


def name_at(tokens: Sequence[Token]) -> tuple[str, int]:
    """The name that stands first, with its dots and its @, and how many tokens it has; ("", 0) if none does."""
    count = 0
    while count < len(tokens) and tokens[count].token_type in {TokenType.PARAMETER, TokenType.COLON}:
        count += 1
    if count >= len(tokens) or not _is_name(tokens[count]):
        return "", 0
    count += 1
    while count + 1 < len(tokens) and tokens[count].token_type is TokenType.DOT:
        count += 2
    return "".join(token.text for token in tokens[:count]).lower().lstrip(":"), count


def split_at(tokens: Sequence[Token], kinds: frozenset[TokenType]) -> list[Sequence[Token]]:
    """The parts between tokens of these kinds that stand in no brackets and in no CASE."""
    parts: list[Sequence[Token]] = []
    depth = start = 0
    for index, token in enumerate(tokens):
        word = word_of(token)
        depth += (token.token_type in _OPENERS) + (word == "CASE")
        depth -= (token.token_type in _CLOSERS) + (word == "END")
        if depth == 0 and token.token_type in kinds:
            parts.append(tokens[start:index])
            start = index + 1
    parts.append(tokens[start:])
    return [part for part in parts if part]


def _is_name(token: Token) -> bool:
    return token.token_type is TokenType.IDENTIFIER or bool(_IDENTIFIER.fullmatch(word_of(token)))


def _bare(tokens: Sequence[Token]) -> Sequence[Token]:
    """The expression without brackets around the whole of it."""
    while len(tokens) > 1 and tokens[0].token_type is TokenType.L_PAREN and _closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def _closing(tokens: Sequence[Token], start: int) -> int:
    """Where the bracket that opens at `start` closes; the end where it does not."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += (tokens[index].token_type in _OPENERS) - (tokens[index].token_type in _CLOSERS)
        if depth == 0:
            return index
    return len(tokens)


def _operand(tokens: Sequence[Token], known: Known) -> State:
    first, word = tokens[0], word_of(tokens[0])
    if all(token.token_type in STRINGS for token in tokens):
        return State.SQL if _SQL_START.match(first.text) else State.HARMLESS
    if first.token_type is TokenType.NUMBER or word in _NO_VALUES:
        return State.HARMLESS
    if word == "CASE":
        return _worst(find_state(part, known) for part in _case_values(tokens))
    if word in {"SELECT", "ARRAY"}:
        return _select(tokens[1:], known)
    cast = next((at for at, token in enumerate(tokens) if token.token_type is TokenType.DCOLON), None)
    if cast:
        is_exact = cast + 1 < len(tokens) and tokens[cast + 1].text.upper() in _EXACT_TYPES
        return State.HARMLESS if is_exact else find_state(tokens[:cast], known)
    if any(token.token_type in _ARITHMETIC for token in tokens):
        return State.HARMLESS
    name, count = name_at(tokens)
    if count < len(tokens) and tokens[count].token_type is TokenType.L_PAREN and not name.startswith("@"):
        return _call(name, tokens[count + 1 : _closing(tokens, count)], known)
    if first.token_type in {TokenType.PARAMETER, TokenType.COLON} and not name:
        return State.RAW  # `$1`
    return known.get(name, State.RAW) if name and not name.startswith("@@") else State.HARMLESS


def _call(name: str, inside: Sequence[Token], known: Known) -> State:
    """What a function gives for these arguments: one that is not known may hand them on as they are."""
    path, name = name, name.rpartition(".")[2]
    if _QUOTES.search(path) or _HARMLESS.fullmatch(name):
        return State.HARMLESS
    if name.upper() in _LISTS:
        return _list(inside, known)
    arguments = split_at(inside, frozenset([TokenType.COMMA]))
    if name.upper() in _FORMATS and arguments:
        return _format(arguments, known)
    if name.upper() == "REPLACE" and any(one.token_type in STRINGS and one.text == "'" for one in inside):
        return State.HARMLESS
    state = merged(find_state(argument, known) for argument in arguments)
    if name.upper() in _HANDS_ON:
        return state
    return {State.BUILT: State.RAW, State.PIVOTED: State.LISTED}.get(state, state)


def _list(inside: Sequence[Token], known: Known) -> State:
    """What an aggregate makes of a column; with a variable in it, of that."""
    if inside and word_of(inside[0]) in {"DISTINCT", "ALL"}:
        inside = inside[1:]
    state = merged(find_state(part, known) for part in split_at(inside, frozenset([TokenType.COMMA])))
    of_variable = any(
        token.token_type in {TokenType.PARAMETER, TokenType.COLON} or known.get(token.text.lower()) in _UNSAFE
        for token in inside
        if token.token_type not in STRINGS
    )
    return state if of_variable else {State.RAW: State.LISTED, State.BUILT: State.PIVOTED}.get(state, state)


def _format(arguments: Sequence[Sequence[Token]], known: Known) -> State:
    """Only `%s` (in BigQuery also `%t`) puts its argument in as it is."""
    template = arguments[0]
    if not all(token.token_type in STRINGS or token.token_type in _OPERATORS for token in template):
        own = find_state(template, known)
        return own if own in {State.SQL, State.BUILT} else State.HARMLESS
    text = "".join(token.text for token in template if token.token_type in STRINGS)
    states = [State.SQL if _SQL_START.match(text) else State.HARMLESS]
    following = 1
    for place in _PLACE.finditer(text):
        if place[2] == "%":
            continue
        number = int(place[1][:4]) if place[1] else following
        following = number + 1
        if place[2] in "st" and number < len(arguments):
            states.append(find_state(arguments[number], known))
    return merged(states)


def _select(tokens: Sequence[Token], known: Known) -> State:
    """What a query gives: its columns, unless something in it is quoted."""
    if any(_QUOTES.search(token.text) for token in tokens if token.token_type not in STRINGS):
        return State.HARMLESS
    end = next((at for at, token in enumerate(tokens) if word_of(token) == "FROM"), len(tokens))
    return merged(find_state(part, known) for part in split_at(tokens[:end], frozenset([TokenType.COMMA])))


def _case_values(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """What stands after THEN and ELSE, of this CASE and those in it."""
    values: list[Sequence[Token]] = []
    start: int | None = None
    for index, token in enumerate(tokens):
        word = word_of(token)
        if word in {"WHEN", "ELSE", "END", "THEN"}:
            if start is not None:
                values.append(tokens[start:index])
            start = index + 1 if word in {"THEN", "ELSE"} else None
    return values


def _worst(states: Iterable[State]) -> State:
    order = [State.HARMLESS, State.SQL, State.LISTED, State.RAW, State.PIVOTED, State.BUILT]
    return max(states, key=order.index, default=State.HARMLESS)
