"""What is wrong with a SQL statement: brackets and commas that cannot be right, and the parser's verdict.

The rule: a statement is called broken only where sqlglot knows its kind well; else it is beyond the parser (soft).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import Token, TokenType
from sqlglot.errors import ParseError

from coding_standards.engines.sql.clauses import find_slip, has_unknown_clause, words
from coding_standards.engines.sql.order import find_misplaced

_KNOWN_WELL = frozenset(["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "TRUNCATE", "VALUES", "MERGE", "("])
_KNOWN_OBJECTS = re.compile(
    r"(?:CREATE(?: OR REPLACE)?(?: GLOBAL| LOCAL)?(?: TEMP| TEMPORARY| UNLOGGED)?(?: UNIQUE)?"
    r" (?:TABLE|VIEW|INDEX|SCHEMA)"
    r"|ALTER TABLE|DROP (?:TABLE|VIEW|INDEX|SCHEMA))\b"
)
_OBJECT = re.compile(
    r"(?:CREATE|ALTER|DROP) (?:TABLE\w*|VIEW|INDEX|SCHEMA|DATABASE|FUNCTION|PROC(?:EDURE)?|TRIGGER|EVENT|PACKAGE|TYPE"
    r"|PREPARE|DOMAIN|SEQUENCE|USER|ROLE|GROUP|LOGIN|EXTENSION|OPERATOR|AGGREGATE|CAST|COLLATION|CONVERSION|RULE|POLICY|SERVER|LANGUAGE"
    r"|TRANSFORM|PUBLICATION|SUBSCRIPTION|STATISTICS|ACCESS|TEXT|FOREIGN|SYNONYM|DIRECTORY|PROFILE|SESSION|SYSTEM|DEFAULT|LARGE"
    r"|CLUSTER|CONTEXT|OWNED|MASKING|STAGE|STREAM|TASK|WAREHOUSE|MODEL|MACRO|SECRET|CERTIFICATE|ASSEMBLY|QUEUE|ROUTINE|CATALOG"
    r"|INSTANCE|LOGFILE|RESOURCE|SPATIAL|UNDO|FULLTEXT|PARTITION|CONNECTION|AUDIT|JAVA|LIBRARY|DIMENSION|EDITION|RESTORE|ROLLBACK"
    r"|MATERIALIZED|FILE|PIPE|SHARE|PUBLIC|PRIVATE|OR|GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|UNIQUE|DEFINER|ALGORITHM|SQL|FORCE|NO"
    r"|EDITIONABLE|EXTERNAL|TRANSIENT|VIRTUAL|RECURSIVE|TRUSTED|PROCEDURAL|CLUSTERED|NONCLUSTERED|BITMAP|COLUMNSTORE|SECURE|IGNORE"
    r"|ONLINE|OFFLINE|AND|IF|DYNAMIC|LIVE|REMOTE|PRIMARY|XML|SET|MULTISET|VOLATILE|SNAPSHOT|SYMMETRIC|MASTER|CONSTRAINT|ENDPOINT"
    r"|SECURITY|SEARCH|VECTOR|CREDENTIAL|TAG|ALERT|ICEBERG|HYBRID|INTEGRATION|NOTIFICATION|STORAGE|PASSWORD|AUTHORIZATION"
    r"|ACCOUNT|ORGANIZATION|PLUGGABLE|RESERVATION|WORKLOAD|CAPACITY|AVAILABILITY|BROKER|MESSAGE|CONTRACT|SERVICE|COLUMN|TABLESPACE|PLACEMENT|INDEXTYPE|DATA|ROW|APPLICATION|API|NETWORK)\b"
)
_INSERT_WORDS = frozenset(
    ["INTO", "IGNORE", "OR", "OVERWRITE", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "ALL", "FIRST", "TOP"]
)
_DELETE_WORDS = frozenset(["FROM", "LOW_PRIORITY", "QUICK", "IGNORE", "TOP", "ONLY"])
_HEADLESS = re.compile(r"CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b")
_BODY = frozenset(
    [
        "AS",
        "BEGIN",
        "RETURN",
        "IS",
        "LANGUAGE",
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "SET",
        "CALL",
        "EXTERNAL",
        "SONAME",
        "IF",
    ]
)
_VERBS = frozenset(
    re.findall(
        r"\w+",
        "ABORT ALTER ANALYZE ANALYSE ATTACH BACKUP BEGIN BULK CALL CASE CHANGE CHECKPOINT CLOSE CLUSTER COMMENT COMMIT "
        "COPY CREATE DEALLOCATE DECLARE DEFINE DELIMITER DENY DESC DESCRIBE DETACH DISABLE DISCARD DO DROP ELSE "
        "ENABLE END EXEC EXECUTE EXIT EXPLAIN EXPORT FETCH FLUSH FOR FROM GET GO GRANT HANDLER IF IMPORT INSTALL "
        "KILL LISTEN LOAD LOCK LOOP MOVE MSCK NOTIFY OPEN OPTIMIZE PRAGMA PREPARE PRINT PROMPT PURGE QUIT RAISE "
        "RAISERROR REASSIGN RECOVER REFRESH REINDEX RELEASE RENAME REPAIR REPLACE REPORT RESET RESTORE RETURN "
        "REVOKE ROLLBACK SAVE SAVEPOINT SECURITY SET SHOW SIGNAL SPOOL START STOP SUMMARIZE THROW UNCACHE UNDROP "
        "UNLISTEN UNLOAD UNLOCK USE VACUUM WAITFOR WHENEVER WHILE XA CACHE PUT LIST REMOVE CHECK TABLE PIVOT "
        "UNPIVOT CONNECT HELP SHUTDOWN INVOKE LEAVE ITERATE ROLLUP UPSERT TRUNCATE ",
    )
)


@dataclass(frozen=True)
class StatementFlaw:
    """A place where the script is broken, or (soft) beyond the parser."""

    offset: int
    message: str
    soft: bool = False


def parse_flaw(error: Exception, tokens: Sequence[Token], base: int) -> StatementFlaw:
    if isinstance(error, ParseError) and error.errors:
        first = error.errors[0]
        near = str(first.get("highlight") or "")[:30]
        described = str(first.get("description") or "not understood").rstrip(".")
        line, column = first.get("line"), first.get("col")
        for token in tokens:
            if base == 0 and token.line == line and token.col == column:
                return StatementFlaw(token.start, f"Near `{near}`: {described}.")
        return StatementFlaw(tokens[0].start, f"Near `{near}`: {described}.")
    return StatementFlaw(tokens[0].start, "This statement cannot be parsed.")


def verdict(tokens: Sequence[Token], problem: StatementFlaw | None, is_command: bool) -> StatementFlaw:
    """Broken, or only beyond the parser."""
    head = _head(tokens)
    first = head.partition(" ")[0]
    is_judged = is_known_well(tokens) or first not in _VERBS | _KNOWN_WELL
    if problem and not is_command and is_judged and not has_unknown_clause(words(tokens)):
        return problem
    if first in {"CREATE", "ALTER", "DROP"} and not _OBJECT.match(head):
        return StatementFlaw(tokens[0].start, f"`{' '.join(head.split()[:2])[:60]}` begins no SQL statement.")
    if is_command and first not in _VERBS | _KNOWN_WELL:
        return StatementFlaw(tokens[0].start, f"`{tokens[0].text[:40]}` begins no SQL statement.")
    return beyond_parser(tokens)


def is_known_well(tokens: Sequence[Token]) -> bool:
    """Of a kind that sqlglot knows well."""
    head = _head(tokens)
    return head.partition(" ")[0] in _KNOWN_WELL or bool(_KNOWN_OBJECTS.match(head))


def beyond_parser(tokens: Sequence[Token]) -> StatementFlaw:
    """The statement was not understood, which is no fault of it."""
    start = " ".join(_head(tokens).split()[:3])[:60]
    return StatementFlaw(
        tokens[0].start, f"`{start}` is beyond the SQL parser; only its brackets were checked.", soft=True
    )


def _head(tokens: Sequence[Token]) -> str:
    return " ".join(token.text.upper() for token in tokens[:7])


def slip(tokens: Sequence[Token], dialect: str, is_certain: bool) -> StatementFlaw | None:
    """What the parser lets pass, such as INTO or FROM misspelt, taken for a table's name, or a routine without a body.

    `is_certain`: the dialect was given, or the text bears its marks.
    """
    if _HEADLESS.match(" ".join(one.text.upper() for one in tokens[:4])):
        has_body = not _BODY.isdisjoint(one.text.upper() for one in tokens)
        return None if has_body else StatementFlaw(tokens[0].start, "This routine has no body.")
    message = find_slip(words(tokens), dialect, is_certain)
    if message is not None:
        return StatementFlaw(tokens[0].start, message)
    misplaced = find_misplaced(tokens)
    if misplaced is not None:
        clause, before = misplaced
        name = " ".join(clause.text.upper().split())
        return StatementFlaw(clause.start, f"{name} stands before {before}; put it there.")
    if len(tokens) < 3 or any(one.token_type is not TokenType.VAR for one in tokens[1:3]):
        return None
    allowed = {"INSERT": _INSERT_WORDS, "DELETE": _DELETE_WORDS}.get(tokens[0].text.upper())
    if allowed is None or tokens[1].text.upper() in allowed:
        return None
    return StatementFlaw(tokens[1].start, f"`{tokens[1].text[:40]}` is not expected after {tokens[0].text.upper()}.")


_CLOSER = {
    TokenType.L_PAREN: TokenType.R_PAREN,
    TokenType.L_BRACKET: TokenType.R_BRACKET,
    TokenType.L_BRACE: TokenType.R_BRACE,
}
_CLOSERS = frozenset(_CLOSER.values())


def bracket_flaw(tokens: Sequence[Token], *, allow_trailing_comma: bool = False) -> StatementFlaw | int:
    """The first place where brackets or commas cannot be right, else how deep the brackets go."""
    stack: list[Token] = []
    deepest = 0
    before: Token | None = None
    for token in tokens:
        kind = token.token_type
        if kind in _CLOSER:
            stack.append(token)
            deepest = max(deepest, len(stack))
        elif kind in _CLOSERS:
            opener = stack.pop() if stack else None
            if opener is None or _CLOSER[opener.token_type] is not kind:
                return StatementFlaw(token.start, f"`{token.text}` closes nothing.")
        if before is not None and before.token_type in {TokenType.COMMA, TokenType.L_PAREN} and kind is TokenType.COMMA:
            return StatementFlaw(token.start, "Something is missing before this comma.")
        if allow_trailing_comma or before is None:
            pass
        elif before.token_type is TokenType.COMMA and kind is TokenType.R_PAREN:
            return StatementFlaw(before.start, "Something is missing after this comma.")
        before = token
    return StatementFlaw(stack[-1].start, f"`{stack[-1].text}` is never closed.") if stack else deepest


def bracket_depth(tokens: Sequence[Token]) -> int:
    """How deep the brackets go; beyond any limit where they cannot be right."""
    found = bracket_flaw(tokens, allow_trailing_comma=True)
    return found if isinstance(found, int) else sys.maxsize
