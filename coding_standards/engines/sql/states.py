"""What an expression that puts SQL together holds: SQL, a raw value, or both.

The rule: only a value that goes in as it is counts; one that is quoted, cast, a number or a parameter does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum

from sqlglot import exp

_SQL_START = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|GRANT|REVOKE|TRUNCATE|WITH|COPY|ANALYZE|VACUUM|SET|MERGE|REPLACE"
    r"|CALL|EXEC|EXECUTE|BEGIN|DECLARE|USE|BACKUP|RESTORE|REFRESH|COMMENT|LOCK|NOTIFY)\b",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"QUOTE|ASSERT|ESCAPE|SANITI[SZ]E|IDENT", re.IGNORECASE)
_HARMLESS = re.compile(
    r"NCHAR|NEXTVAL|CURRVAL|TXID_CURRENT|ROUND|LEN|DATE_PART|CURRENT_DATABASE|DATABASE|DB_NAME|OBJECT_ID|FORMAT_TYPE"
    r"|TO_REGCLASS|PG_GET_\w+|SPACE|ENCODE",
    re.IGNORECASE,
)
"""Functions that sqlglot does not know. Those that it knows compute something, but for these:"""
_HANDS_ON = (
    *(exp.Coalesce, exp.Concat, exp.ConcatWs, exp.Left, exp.Lower, exp.Nullif, exp.Pad, exp.RegexpReplace, exp.Repeat),
    *(exp.Replace, exp.Right, exp.Stuff, exp.Substring, exp.Translate, exp.Trim, exp.Upper, exp.ArrayToString),
    *(exp.Array, exp.DPipe, exp.Add, exp.Tuple, exp.Initcap, exp.Reverse),
)
"""The text of their arguments is in theirs."""
_WRAPS = (exp.Paren, exp.Subquery, exp.Distinct, exp.Order, exp.Collate, exp.Alias, exp.WithinGroup)
_FORMATS = frozenset(["FORMATMESSAGE", "PRINTF", "SPRINTF"])
_PLACE = re.compile(r"%(?:(\d+)\$)?-?\d*([A-Za-z%])")


class State(IntEnum):
    """What a variable holds; of two possible values that of the later kind is told."""

    HARMLESS = 0
    """Nothing that could be SQL of somebody else's."""
    SQL = 1
    """SQL without raw values."""
    LISTED = 2
    """The values of a column, put into a list by the query itself."""
    RAW = 3
    """A value as it came in."""
    PIVOTED = 4
    """SQL with such a list in it."""
    BUILT = 5
    """SQL with a raw value in it."""


Known = dict[str, State]
_TO_LIST = {State.RAW: State.LISTED, State.BUILT: State.PIVOTED}
_TO_VALUE = {State.BUILT: State.RAW, State.PIVOTED: State.LISTED}


def find_state(node: exp.Expr | None, known: Known) -> State:
    """What the expression holds; `known` are the variables by their names in lower case."""
    if isinstance(node, exp.Literal | exp.National):
        return State.SQL if _SQL_START.match(node.name) else State.HARMLESS
    if isinstance(node, exp.Column | exp.Parameter | exp.Placeholder):
        return known.get(_name(node), State.RAW) if not isinstance(node.this, exp.Parameter) else State.HARMLESS
    if isinstance(node, _WRAPS):
        return find_state(node.expressions[0] if isinstance(node, exp.Distinct) else node.this, known)
    if isinstance(node, exp.Cast):
        is_text = node.to.is_type(*exp.DataType.TEXT_TYPES)
        return find_state(node.this, known) if is_text else State.HARMLESS
    if isinstance(node, exp.Case):
        values = (*(one.args.get("true") for one in node.args["ifs"]), node.args.get("default"))
        return max(find_state(value, known) for value in values)
    if isinstance(node, exp.Select):
        is_quoted = any(_QUOTES.search(called.name) for called in node.find_all(exp.Anonymous))
        return State.HARMLESS if is_quoted else merge(find_state(one, known) for one in node.expressions)
    if isinstance(node, exp.Dot):
        return State.HARMLESS if _QUOTES.search(node.this.name) else find_state(node.expression, known)
    return _find_of_call(node, known)


def merge(states: Iterable[State]) -> State:
    """What a text holds that is put together from such parts."""
    found = set(states) or {State.HARMLESS}
    is_sql = not found.isdisjoint({State.SQL, State.PIVOTED, State.BUILT})
    if is_sql and State.RAW in found:
        return State.BUILT
    return State.PIVOTED if is_sql and State.LISTED in found and State.BUILT not in found else max(found)


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Column):
        return ".".join(part.name for part in node.parts).lower()
    return "@" * isinstance(node, exp.Parameter) + node.name.lower()


def _find_of_call(node: exp.Expr | None, known: Known) -> State:
    """What a function or an operator gives for these arguments: an unknown one may hand them on as they are."""
    if not isinstance(node, exp.Func | exp.DPipe | exp.Add | exp.Tuple):
        return State.HARMLESS
    arguments = [*node.iter_expressions()]
    name = node.name.upper() if isinstance(node, exp.Anonymous) else ""
    if isinstance(node, exp.GroupConcat):
        return _find_of_list(node, known)
    if isinstance(node, exp.Format) or name in _FORMATS:
        return _find_of_format(arguments, known)
    is_quoting = isinstance(node, exp.Replace) and node.expression.name == "'"
    if is_quoting or _QUOTES.search(name) or _HARMLESS.fullmatch(name):
        return State.HARMLESS
    if not name and not isinstance(node, _HANDS_ON):
        return State.HARMLESS
    state = merge(find_state(argument, known) for argument in arguments)
    return _TO_VALUE.get(state, state) if name else state


def _find_of_list(node: exp.GroupConcat, known: Known) -> State:
    """What an aggregate makes of a column; with a variable in it, of that."""
    state = find_state(node.this, known)
    of_variable = any(
        not isinstance(one, exp.Column) or known.get(_name(one), State.HARMLESS) in {State.RAW, State.BUILT}
        for one in node.find_all(exp.Parameter, exp.Placeholder, exp.Column)
    )
    return state if of_variable else _TO_LIST.get(state, state)


def _find_of_format(arguments: list[exp.Expr], known: Known) -> State:
    """Only `%s` (in BigQuery also `%t`) puts its argument in as it is."""
    template = arguments[0]
    texts = [*template.find_all(exp.Literal, exp.National)]
    if any(not isinstance(one, exp.Literal | exp.National | exp.DPipe | exp.Add) for one in template.walk()):
        own = find_state(template, known)
        return own if own in {State.SQL, State.BUILT} else State.HARMLESS
    text = "".join(one.name for one in texts)
    states = [State.SQL if _SQL_START.match(text) else State.HARMLESS]
    following = 1
    for place in _PLACE.finditer(text.replace("%%", "")):
        number = int(place[1][:4]) if place[1] else following
        following = number + 1
        if place[2] in "st" and number < len(arguments):
            states.append(find_state(arguments[number], known))
    return merge(states)
