"""The check for SQL that is put together from values: what is executed is followed to where it was put together.

The rule: a variable holds what was assigned to it last, from the top to the bottom of its routine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import Token, TokenType

from coding_standards.engines.named import Hit
from coding_standards.engines.sql.body import is_routine, pieces, unpack
from coding_standards.engines.sql.clauses import word_set
from coding_standards.engines.sql.flaws import bracket_depth, word_of
from coding_standards.engines.sql.script import Script, parse_expression
from coding_standards.engines.sql.states import Known, State, find_state, merge

_RUNS = re.compile(r"\b(?:EXEC|EXECUTE|PREPARE|OPEN)\b", re.IGNORECASE)
_EXACT_TYPES = word_set(
    "INT INT2 INT4 INT8 INT64 INTEGER TINYINT SMALLINT MEDIUMINT BIGINT BYTEINT OID NUMERIC NUMBER DECIMAL FLOAT"
    " FLOAT4 FLOAT8 FLOAT64 REAL DOUBLE MONEY SMALLMONEY DATE TIME DATETIME DATETIME2 DATETIMEOFFSET SMALLDATETIME"
    " TIMESTAMP TIMESTAMPTZ INTERVAL UUID UNIQUEIDENTIFIER BIT BOOL BOOLEAN PLS_INTEGER BINARY_INTEGER SERIAL"
    " BIGSERIAL YEAR REGCLASS REGTYPE REGPROC REGPROCEDURE REGROLE REGNAMESPACE REGOPERATOR REGCONFIG"
)
"""Types that no SQL fits into."""
_IDENTIFIER = re.compile(r"[^\W\d][\w$#]*")
_ASSIGNS = frozenset([TokenType.EQ, TokenType.COLON_EQ])
_ARGUMENT_ENDS = frozenset(["INTO", "USING", "LOOP", ";", "AT"])
_MAX_TOKENS = 1000
_MAX_DEPTH = 20


def dynamic_sql(script: Script, *, of_columns: bool = False) -> Iterator[Hit]:
    """EXECUTE, EXEC, PREPARE or OPEN of a string put together with a value that is neither quoted nor a parameter.

    `of_columns`: only where all such values are those of a column, in a list that an aggregate makes.
    """
    sought = State.PIVOTED if of_columns else State.BUILT
    if not _RUNS.search(script.code):
        return
    shared: Known = {}
    for statement in script.statements:
        owns = is_routine(statement.tokens)
        known = _find_typed(statement.tokens) if owns else shared
        parts = [(part.tokens, part.base > 0) for part in statement.parts]
        for tokens, is_quoted in parts or ((one, False) for one in pieces(unpack(script.text, statement.tokens))):
            if is_quoted or not owns:
                known.update(_find_typed(tokens))
            dialect = "postgres" if is_quoted else script.dialect
            for index in _runs(tokens):
                if _find_state(_argument(tokens, index), dialect, known) is sought:
                    yield Hit(*script.place(tokens[index].start))
            for name, value, adds in _assignments(script.code, tokens):
                state = _find_state(value, dialect, known)
                known[name] = merge([known.get(name, State.HARMLESS), state]) if adds else state


def _find_state(value: Sequence[Token], dialect: str, known: Known) -> State:
    """Of a value that is longer or deeper than people write, or that is not understood, nothing is claimed."""
    is_usual = 0 < len(value) <= _MAX_TOKENS and bracket_depth(value) <= _MAX_DEPTH
    return find_state(parse_expression(value, dialect), known) if is_usual else State.HARMLESS


def _find_typed(tokens: Sequence[Token]) -> Known:
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


def _name_at(tokens: Sequence[Token]) -> tuple[str, int]:
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


def _is_name(token: Token) -> bool:
    return token.token_type is TokenType.IDENTIFIER or bool(_IDENTIFIER.fullmatch(word_of(token)))


def _split_at_commas(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The parts between commas that stand in no brackets and in no CASE."""
    parts: list[Sequence[Token]] = []
    depth = start = 0
    for index, token in enumerate(tokens):
        word = word_of(token)
        depth += (word in {"(", "[", "CASE"}) - (word in {")", "]", "END"})
        if depth == 0 and word == ",":
            parts.append(tokens[start:index])
            start = index + 1
    parts.append(tokens[start:])
    return [part for part in parts if part]


def _runs(tokens: Sequence[Token]) -> Iterator[int]:
    """Where what comes next is run."""
    for index, token in enumerate(tokens):
        word = word_of(token)
        opener = {"FROM": "PREPARE", "FOR": "OPEN"}.get(word)
        if word in {"EXEC", "EXECUTE"} or (opener and index > 1 and word_of(tokens[index - 2]) == opener):
            yield index


def _argument(tokens: Sequence[Token], index: int) -> Sequence[Token]:
    """The expression that is run: up to INTO, USING or the end; of sp_executesql the first argument."""
    rest = tokens[index + 1 : index + 1 + _MAX_TOKENS]
    if rest and word_of(rest[0]) == "IMMEDIATE":
        rest = rest[1:]
    if rest and word_of(rest[0]) in {"SELECT", "WITH"}:  # OPEN c FOR SELECT
        return ()
    called = _name_at(rest)
    if called[0].endswith("sp_executesql"):
        rest = rest[called[1] :]
        named = _name_at(rest)
        if named[0] in {"@stmt", "@statement"}:
            rest = rest[named[1] + 1 :]
        return next(iter(_split_at_commas(rest)), ())
    if word_of(tokens[index]) == "EXEC" and not (rest and rest[0].token_type is TokenType.L_PAREN):
        return ()
    depth = 0
    for place, token in enumerate(rest):
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if depth < 0 or (depth == 0 and word_of(token) in _ARGUMENT_ENDS):
            return rest[:place]
    return rest


def _assignments(code: str, tokens: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token], bool]]:
    """Each variable that gets a value here, the value, and whether it is only added to what there is."""
    first = word_of(tokens[0])
    rest = tokens[1:] if first in {"SET", "DECLARE", "SELECT", "LET"} else tokens
    for item in _split_at_commas(rest):
        name, count = _name_at(item)
        if not name or (first == "SELECT" and not name.startswith("@")):
            continue
        place = _assigning(item, count, is_declaration=first not in {"SET", "SELECT"})
        if place is not None:
            sign = item[place]
            adds = sign.token_type is TokenType.EQ and code[sign.start - 1 : sign.start] == "+"
            yield name, item[place + 1 :], adds
    if first == "SELECT":
        yield from _into(rest)


def _assigning(item: Sequence[Token], count: int, *, is_declaration: bool) -> int | None:
    """Where the sign is; in a declaration the type stands before it."""
    for place in range(count, min(len(item), count + (12 if is_declaration else 1))):
        is_sign = item[place].token_type in _ASSIGNS or word_of(item[place]) == "DEFAULT"
        if is_sign and (place == count or item[place].token_type is not TokenType.EQ or item[0].text == "@"):
            return place
    return None


def _into(rest: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token], bool]]:
    """SELECT a, b INTO x, y: each target and its value."""
    depth, into = 0, None
    for place, token in enumerate(rest):
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if depth == 0 and word_of(token) == "INTO":
            into = place
            break
    if into is None:
        return
    values = _split_at_commas(rest[:into])
    if not values:  # PL/pgSQL takes INTO before the columns too
        return
    targets = rest[into + 1 :]
    if targets and word_of(targets[0]) == "STRICT":
        targets = targets[1:]
    for number, target in enumerate(_split_at_commas(targets)[: len(values)]):
        name, _ = _name_at(target)
        if name:
            yield name, values[number], False
