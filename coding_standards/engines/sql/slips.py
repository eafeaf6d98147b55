"""Slips of the pen in a SQL statement: what no dialect can mean, or surely not the one that was named.

The rule: a statement that the parser refuses may be of a dialect it does not know. It is broken only where it ends
before it is finished, where prose stands in it, or where putting one slip right makes the parser take it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlglot import Token, TokenType

from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.patterns import Pattern, PatternFile
from coding_standards.engines.sql.clauses import word_set, words
from coding_standards.engines.sql.flaws import is_known_well, word_of
from coding_standards.engines.sql.order import find_misplaced

Parses = Callable[[str], bool]
"""Whether a dialect understands this text as one statement."""

_PATTERNS = PatternFile(Path(__file__).with_name("slips.yml"))
_MAX_TOKENS = 2_000
"""Tokens of a statement in which slips are looked for, each by parsing it again."""
_MAX_MISSPELT = 6

_LAX = frozenset(["bigquery", "snowflake", "duckdb", "spark", "spark2", "databricks", "hive", "clickhouse"])
"""Dialects that let a list of columns end in a comma, or a CTE do without AS."""
_HEADLESS = re.compile(r"CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b")
_BODY = word_set("AS BEGIN RETURN IS LANGUAGE SELECT INSERT UPDATE DELETE SET CALL EXTERNAL SONAME IF")

_WANT_MORE = word_set(
    "WHERE AND OR NOT FROM JOIN BY VALUES IN LIKE BETWEEN UNION SELECT INTO HAVING LIMIT IS THEN WHEN"
)
_OPERATORS = frozenset(["=", "==", "<", ">", "<=", ">=", "<>", "!=", "+", "-", "/", "||", ","])
_ENDS = frozenset([";", ")", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "FROM"])
_BEFORE_NAME = frozenset(["WITH", "USING", "OPERATOR", "."])
"""After these an operator or a keyword is a name: ORDER BY a USING <."""
_MAY_END = frozenset(
    [("SELECT", "FROM"), ("VALUES", "FROM"), (",", ")"), ("JOIN", ")"), ("<", ")"), (">", ")"), ("<", ","), (">", ",")]
)
"""Columns may be none; FOR VALUES FROM; a comma is judged apart; a hint of joins; what a type has in brackets."""
_NEVER = frozenset([("JOIN", "ON"), ("HAVING", "BY"), ("WHERE", "BY"), ("OFFSET", "LIMIT")])

_ENGLISH = word_set("here the this that these you your we sure below above following hope please helps asked are query")
_KEYWORDS = re.findall(
    r"\w+",
    "SELECT INSERT UPDATE DELETE CREATE ALTER DROP MERGE FROM WHERE GROUP ORDER HAVING LIMIT UNION"
    " VALUES INTO TABLE VIEW INDEX JOIN LEFT RIGHT INNER OUTER BETWEEN EXISTS DISTINCT",
)
_JOINED = {
    "ORDERBY": "ORDER BY", "GROUPBY": "GROUP BY", "INSERTINTO": "INSERT INTO", "DELETEFROM": "DELETE FROM",
    "PARTITIONBY": "PARTITION BY", "LEFTJOIN": "LEFT JOIN", "INNERJOIN": "INNER JOIN", "ISNULL": "IS NULL",
}  # fmt: skip
_JOINS = frozenset(["INNER", "LEFT", "RIGHT", "FULL", "CROSS", "OUTER"])
_CHANGES = frozenset(["(", "ADD", "DROP", "ALTER", "RENAME", "MODIFY"])
_COMPARISONS = frozenset(["=", "<", ">", "<=", ">=", "<>", "!=", "IS", "IN", "LIKE", "BETWEEN"])
_TYPES = word_set("INT INTEGER BIGINT SMALLINT TEXT VARCHAR CHAR NUMERIC DECIMAL DATE TIMESTAMP BOOLEAN UUID")
_QUERIES = frozenset(["SELECT", "UPDATE", "DELETE", "INSERT"])
_SET_OPERATIONS = frozenset(["MINUS", "EXCEPT", "INTERSECT", "UNION", "ALL", "DISTINCT", "NAME", "AS"])


def find_accepted_slip(tokens: Sequence[Token], dialect: str, *, is_certain: bool, is_named: bool) -> Flaw | None:
    """What the parser lets pass, such as a FROM that it takes for a name.

    `is_named`: the dialect was given. `is_certain`: it was, or the text bears its marks.
    """
    if _HEADLESS.match(" ".join(one.text.upper() for one in tokens[:4])):
        has_body = not _BODY.isdisjoint(one.text.upper() for one in tokens)
        return None if has_body else Flaw(tokens[0].start, "This routine has no body.")
    text = words(tokens)
    found = _find_pattern("in_any_dialect", text) or (_find_foreign(dialect, text) if is_named else None)
    if found is not None:
        return Flaw(tokens[0].start, found.says)
    misplaced = find_misplaced(tokens)
    if misplaced is not None:
        clause, before = misplaced
        name = " ".join(clause.text.upper().split())
        return Flaw(clause.start, f"{name} stands before {before}; put it there.")
    if dialect in _LAX or not is_certain:
        return None
    found = _find_pattern("in_strict_dialects", text)
    return Flaw(tokens[0].start, found.says) if found is not None else None


def _find_foreign(dialect: str, text: str) -> Pattern | None:
    """What this dialect does not have."""
    groups = (name for name in _PATTERNS.groups if dialect in name.split())
    return next((found for name in groups if (found := _find_pattern(name, text)) is not None), None)


def _find_pattern(group: str, text: str) -> Pattern | None:
    return next((pattern for pattern in _PATTERNS.groups[group] if pattern.expression.search(text)), None)


def find_slip(tokens: Sequence[Token], text: str, parses: Parses) -> Flaw | None:
    """What is wrong in a statement that no dialect takes; None where it may be right in one that is not known."""
    if len(tokens) > _MAX_TOKENS:
        return None
    return (
        (_find_unfinished(tokens) if is_known_well(tokens) else None)
        or _find_prose(tokens)
        or _find_misspelt(tokens, text, parses)
        or _find_left_out(tokens, text, parses)
    )


def _find_unfinished(tokens: Sequence[Token]) -> Flaw | None:
    all_words = ["", *map(word_of, tokens), ";"]
    if all_words[1:3] == ["UPDATE", "SET"]:
        return Flaw(tokens[0].start, "The name of the table is missing.")
    for index, (before, word, after) in enumerate(zip(all_words, all_words[1:], all_words[2:], strict=False)):
        is_open = (word in _WANT_MORE or word in _OPERATORS) and before not in _BEFORE_NAME
        is_open = is_open and (after in _ENDS or (after == "," and word != ",")) and (word, after) not in _MAY_END
        is_bare = (word, after) == ("EXISTS", "SELECT") and "IF" not in all_words[max(index - 1, 0) : index + 1]
        if is_open or is_bare or (word, after) in _NEVER:
            return Flaw(tokens[index].start, f"Something is missing after `{word}`.")
        if word == "BETWEEN" and "AND" not in all_words[index:]:
            return Flaw(tokens[index].start, "AND is missing after BETWEEN.")
    return None


def _find_prose(tokens: Sequence[Token]) -> Flaw | None:
    """Four words or more in one line, of which two are English and nothing else."""
    for _, line in itertools.groupby(tokens, key=lambda token: token.line):
        in_line = list(line)
        plain = [token.text.lower() for token in in_line if word_of(token).isalpha()]
        if len(plain) >= 4 and len(_ENGLISH.intersection(plain)) >= 2 and len(plain) >= len(in_line) - 3:
            return Flaw(in_line[0].start, "This is prose, not SQL.")
    return None


def _find_misspelt(tokens: Sequence[Token], text: str, parses: Parses) -> Flaw | None:
    tries = 0
    for token in tokens:
        meant = _find_meant(word_of(token))
        if meant is None:
            continue
        tries += 1
        if tries > _MAX_MISSPELT:
            return None
        if parses(_splice(tokens, text, token.start, token.end + 1, meant)):
            return Flaw(token.start, f"`{token.text[:40]}`: is `{meant}` meant?")
    return None


def _find_meant(word: str) -> str | None:
    if word in _JOINED:
        return _JOINED[word]
    if len(word) < 3 or not word.isalpha() or word in _KEYWORDS:
        return None
    return next((keyword for keyword in _KEYWORDS if _is_near(word, keyword)), None)


def _is_near(word: str, other: str) -> bool:
    """One letter more, less, changed, or two swapped; a plural is another word."""
    if abs(len(word) - len(other)) > 1 or f"{word}S" == other or word == f"{other}S":
        return False
    start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    left, right = word[start:], other[start:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right or left == right[1:] or left[1:] == right[1:] or (len(left) > 1 and swapped)


def _find_left_out(tokens: Sequence[Token], text: str, parses: Parses) -> Flaw | None:
    for index, missing in _gaps(tokens):
        place = tokens[index].start if index < len(tokens) else tokens[-1].end + 1
        if missing == ";":
            halves = text[tokens[0].start : place], text[place : tokens[-1].end + 1]
            is_right = all(map(parses, halves))
        else:
            is_right = parses(_splice(tokens, text, place, place, f" {missing} "))
        if is_right:
            near = tokens[min(index, len(tokens) - 1)]
            return Flaw(near.start, f"`{missing}` is missing before `{near.text[:40]}`.")
    return None


def _splice(tokens: Sequence[Token], text: str, start: int, end: int, put: str) -> str:
    return text[tokens[0].start : start] + put + text[end : tokens[-1].end + 1]


def _gaps(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Where which word is missing, if it is: before the token with this number."""
    all_words = [*map(word_of, tokens), "", "", ""]
    first = all_words[0]
    sets_options = all_words[2] == "SET"  # of a project, an organisation or whatever else has options
    if first in {"CREATE", "ALTER"} and not sets_options and not _CHANGES.isdisjoint(all_words[2:6]):
        yield 1, "TABLE"
    if first == "UPDATE" and "SET" not in all_words:
        yield from ((index, "SET") for index in (2, 3, 4) if index < len(tokens))
    is_query = first in {"SELECT", "WITH", "("}
    has_columns = first == "CREATE" and "TABLE" in all_words[1:4]
    opened = 0
    for index in range(len(tokens)):
        word, after = all_words[index], all_words[index + 1]
        before = all_words[index - 1] if index else ""
        is_list = (word in {"GROUP", "ORDER"} and is_query) or (word, before) == ("PARTITION", "(")
        if is_list and after not in {"BY", "(", ""}:
            yield index + 1, "BY"
        elif word in {"PRIMARY", "FOREIGN"} and has_columns and after != "KEY":
            yield index + 1, "KEY"
        elif word in _JOINS and after != "(" and "JOIN" not in all_words[index : index + 4]:
            yield index + 1, "JOIN"
        elif after in _COMPARISONS | {"."} and _ends_value(tokens, index - 1) and "WHERE" in all_words[:index]:
            yield index, "AND"
        elif has_columns and after in _TYPES and index > 4 and before not in {",", "("}:
            yield index, ","
        elif _begins_another(tokens, index) and first in _QUERIES and before not in _SET_OPERATIONS and not opened:
            yield index, ";"
        if word == ")" and before in _TYPES and "CAST" in all_words:
            yield index - 1, "AS"
        if word == "FROM" and all_words[:index].count("CASE") > all_words[:index].count("END"):
            yield index, "END"
        opened += (word == "(") - (word == ")")


def _begins_another(tokens: Sequence[Token], index: int) -> bool:
    return index > 0 and word_of(tokens[index]) in _QUERIES and tokens[index].line > tokens[index - 1].line


def _ends_value(tokens: Sequence[Token], index: int) -> bool:
    return index > 0 and tokens[index].token_type in {TokenType.NUMBER, TokenType.STRING, TokenType.R_PAREN}
