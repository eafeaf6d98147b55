"""Clauses that sqlglot does not know, and slips that it lets pass.

The rule: a clause that can be written in another way, without moving anything, is; for the others the statement is
beyond the parser, whatever it says of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import Token, TokenType

STRINGS = frozenset(
    [TokenType.STRING, TokenType.HEREDOC_STRING, TokenType.RAW_STRING, TokenType.NATIONAL_STRING, TokenType.BYTE_STRING]
)

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

_UNKNOWN = re.compile(
    r"\b(?:OUTFILE|DUMPFILE|JSON_TABLE|XMLTABLE|OPENXML|MATCH_RECOGNIZE|XMLELEMENT|XMLFOREST|XMLPARSE|XMLSERIALIZE"
    r"|XMLROOT|OVERLAPS|NORMALIZED|SUBPARTITIONS?|WRAPPER|ABSENT ON NULL|(?:OMIT|KEEP) QUOTES|ON (?:EMPTY|ERROR)"
    r"|OUTPUT (?:INSERTED|DELETED)|PARTITION (?!BY\b)\S+ VALUES|VALUES LESS THAN|GROUP BY DISTINCT|FROM (?:FIRST|LAST)"
    r"|NULLS OVER)\b|\bOUTPUT \$|\bINTO @ \w+ \(|\bOPERATOR \(|\bOVERLAY \(|\bUSING \( [^()]* \) AS\b|\bVALUES ROW \("
    r"|^(?:CREATE|ALTER) .*\b(?:POINT|LINESTRING|POLYGON|MULTIPOINT|MULTIPOLYGON|GEOMETRYCOLLECTION|VISIBLE|INVISIBLE"
    r"|VIRTUAL|COMPRESSION|PERIOD FOR|ORGANIZATION (?:INDEX|HEAP|EXTERNAL)|WITH PARSER|NOT (?:ENFORCED|VALID)"
    r"|STORAGE (?:PLAIN|EXTERNAL|EXTENDED|MAIN|DEFAULT)|NO INHERIT|EXCLUDE USING|USING INDEX|INCLUDE \("
    r"|(?:UNSIGNED|SIGNED|CHAR|DATE) ARRAY|(?:REAL|TEXT|BLOB) UNSIGNED)"
    r"|^ALTER TABLE .* (?:ADD|DROP|TRUNCATE|COALESCE|REORGANIZE|EXCHANGE|ANALYZE|REBUILD|OPTIMIZE|CHECK|REPAIR|DISCARD"
    r"|IMPORT|SPLIT|MERGE|MOVE|RENAME|SWITCH|MODIFY|REMOVE) (?:SUB)?PARTITION(?:S|ING)?\b"
    r"|^(?:UPDATE|DELETE|INSERT) (?:TOP|LOW_PRIORITY|HIGH_PRIORITY|DELAYED|QUICK|IGNORE)\b"
    r"|^INSERT .*\bEXEC(?:UTE)?\b|^SELECT .* RETURNING\b|^MERGE .* DELETE WHERE\b"
)
_NAME = r"(?:\S+ \. )?[A-Z_][A-Z0-9_]*"
_SLIPS = (
    (re.compile(r"\bSELECT DISTINCT FROM\b"), "Something is missing between DISTINCT and FROM."),
    (re.compile(r", (?:WHERE|GROUP BY|HAVING)\b"), "Something is missing after a comma."),
    (
        re.compile(r"(?<!DISTINCT )\bFROM (?:FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT \d+)\b"),
        "The table after FROM is missing.",
    ),
    (
        re.compile(r"\b(?:GROUP|ORDER) BY(?:$| (?:HAVING|ORDER BY|LIMIT \d+)\b)"),
        "Something is missing after BY.",
    ),
    (re.compile(r"^MERGE .*\bMATCHED (?:UPDATE|DELETE|INSERT)\b"), "THEN is missing after MATCHED."),
    (
        re.compile(r"^(?:SELECT|WITH) .*\bJOIN " + _NAME + r"(?: AS)?(?: [A-Z]\w*)? ON$"),
        "The condition after ON is missing.",
    ),
    (re.compile(r"^CREATE (?:OR REPLACE )?VIEW " + _NAME + r" SELECT\b"), "AS is missing before SELECT."),
    (
        re.compile(r"^CREATE (?:UNIQUE )?INDEX (?!ON |CONCURRENTLY )\w+ (?!ON )" + _NAME + r" \("),
        "ON is missing before the table.",
    ),
    (
        re.compile(r"^CREATE TABLE " + _NAME + r" [A-Z_]+ (?:INT|INTEGER|BIGINT|SMALLINT|SERIAL|TEXT|VARCHAR|UUID)\b"),
        "A bracket is missing before the first column.",
    ),
)
_FROM_AFTER_COMMA = re.compile(r"^(?:SELECT|WITH) .*, FROM (?!\()")
_CTE_WITHOUT_AS = re.compile(r"^WITH (?:RECURSIVE )?\w+ \( (?:SELECT|INSERT|UPDATE|DELETE)\b")
_LAX = frozenset(["bigquery", "snowflake", "duckdb", "spark", "spark2", "databricks", "hive", "clickhouse"])
"""Dialects that let a list of columns end in a comma, or a CTE do without AS."""


def words(tokens: Sequence[Token]) -> str:
    """The statement's words in upper case, joined by single spaces, strings as `''` and quoted names as `Q_`."""
    return " ".join(map(_word, tokens))


def _word(token: Token) -> str:
    if token.token_type in STRINGS:
        return "''"
    return "Q_" if token.token_type is TokenType.IDENTIFIER else token.text.upper()


def rewrite(code: str) -> str:
    """Write what sqlglot does not know in a way that it does; every offset stays what it is."""
    code = _DROPPED.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), code)
    if "=" in code:
        code = _ASSIGNMENT.sub(lambda match: match[1] + " ", code)
    if "?" in code:
        code = _NUMBERED.sub(lambda match: "?".ljust(len(match[0])), code)
        code = _CAST_PLACE.sub("x", code)  # sqlglot reads `?::` as one operator
    if "[]" in code:
        code = _REGISTERED.sub(lambda match: "text".ljust(len(match[0])), code)
    code = _CURRENT_OF.sub(lambda match: match[1] + "= ", code)
    return _MAXVALUE.sub(lambda match: match[1] + "(MAXVAL)", code)


def has_unknown_clause(text: str) -> bool:
    """One of the statement's clauses is valid somewhere and known to no dialect of sqlglot."""
    return _UNKNOWN.search(text) is not None


def find_slip(text: str, dialect: str, is_certain: bool) -> str | None:
    """What no dialect accepts and sqlglot does, or what this dialect does not accept, where it is certain."""
    for pattern, message in _SLIPS:
        if pattern.search(text):
            return message
    if dialect in _LAX or not is_certain:
        return None
    if _FROM_AFTER_COMMA.search(text):
        return "Something is missing before FROM."
    return "AS is missing before the query." if _CTE_WITHOUT_AS.search(text) else None
