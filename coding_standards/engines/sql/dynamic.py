"""The check for SQL that is put together from values: what is executed is followed to where it was put together.

The rule: a variable holds what was assigned to it last, from the top to the bottom of its routine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import Token, TokenType

from coding_standards.engines.named import Hit
from coding_standards.engines.sql.body import is_routine, pieces, unpacked
from coding_standards.engines.sql.flaws import word_of
from coding_standards.engines.sql.script import Script
from coding_standards.engines.sql.states import Known, State, find_state, merged, name_at, split_at, typed

_RUNS = re.compile(r"\b(?:EXEC|EXECUTE|PREPARE|OPEN)\b", re.IGNORECASE)
_COMMA = frozenset([TokenType.COMMA])
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
        known = typed(statement.tokens) if owns else shared
        parts = [(part.tokens, not owns or part.base > 0) for part in statement.parts]
        for tokens, is_untyped in parts or ((one, True) for one in pieces(unpacked(script.text, statement.tokens))):
            if is_untyped:
                known.update(typed(tokens))
            for index in _runs(tokens):
                if _state(_argument(tokens, index), known) is sought:
                    yield Hit(*script.place(tokens[index].start))
            for name, value, adds in _assignments(script.code, tokens):
                state = _state(value, known)
                known[name] = merged([known.get(name, State.HARMLESS), state]) if adds else state


def _state(value: Sequence[Token], known: Known) -> State:
    """Of a value that is longer or deeper than people write, nothing is claimed."""
    depth = deepest = 0
    for token in value[: _MAX_TOKENS + 1]:
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        deepest = max(deepest, depth)
    return find_state(value, known) if len(value) <= _MAX_TOKENS and deepest <= _MAX_DEPTH else State.HARMLESS


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
    called = name_at(rest)
    if called[0].endswith("sp_executesql"):
        rest = rest[called[1] :]
        named = name_at(rest)
        if named[0] in {"@stmt", "@statement"}:
            rest = rest[named[1] + 1 :]
        return next(iter(split_at(rest, _COMMA)), ())
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
    for item in split_at(rest, _COMMA):
        name, count = name_at(item)
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
    values = split_at(rest[:into], _COMMA)
    if not values:  # PL/pgSQL takes INTO before the columns too
        return
    targets = rest[into + 1 :]
    if targets and word_of(targets[0]) == "STRICT":
        targets = targets[1:]
    for number, target in enumerate(split_at(targets, _COMMA)[: len(values)]):
        name, _ = name_at(target)
        if name:
            yield name, values[number], False
