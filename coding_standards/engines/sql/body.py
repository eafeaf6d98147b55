"""The statements in a routine's body or a block, and those of T-SQL that no semicolon parts.

The rule: a statement begins only where nothing before it can go on with its first word.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import Token, TokenType
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.sql.clauses import STRINGS, word_set
from coding_standards.engines.sql.flaws import bracket_flaw, word_of

_DATA = frozenset(["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"])
_STARTERS = _DATA | word_set(
    "SET EXEC EXECUTE DECLARE IF WHILE RETURN PRINT COMMIT ROLLBACK CREATE ALTER DROP TRUNCATE GRANT REVOKE DENY"
    " WITH BEGIN RAISERROR THROW OPEN CLOSE DEALLOCATE USE WAITFOR SAVE CALL PERFORM FETCH"
)
_ENDERS = frozenset(["BEGIN", "THEN", "ELSE", "LOOP", "END", "REPEAT", "ATOMIC"])
_TRANSACTION = frozenset(["TRAN", "TRANSACTION", "WORK", "DISTRIBUTED"])
_CONDITIONS = frozenset(["IF", "WHILE", "ELSIF", "ELSEIF", "FORALL"])
_ROUTINES = frozenset(["PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"])
_HEADERS_END = frozenset(["ROW", "DO", ")"])
_CONTINUED = word_set(
    "UNION ALL EXCEPT INTERSECT MINUS DISTINCT ON FOR OR AFTER BEFORE OF DO KEY GRANT REVOKE DENY AS INSTEAD IN NOT"
    " EXISTS AND TO EXPLAIN ANALYZE TABLE VIEW INDEX PROCEDURE FUNCTION SCHEMA COLUMN CONSTRAINT TRIGGER TYPE USER"
    " ROLE DATABASE , ( = ."
)
_INTO_TABLE = frozenset(["INSERT", "MERGE", "IGNORE", "REPLACE", "OVERWRITE"])
_AFTER_TARGETS = frozenset(["FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "UNION", "FOR"])
_LANGUAGES = frozenset(["PLPGSQL", "SQL"])
_COMMANDS = frozenset([TokenType.COMMAND, TokenType.EXECUTE])
_HAS_BODY = re.compile(
    r"CREATE\b.{0,120}?\b(?:PROCEDURE|PROC|FUNCTION|TRIGGER|EVENT|PACKAGE|TYPE BODY)\b|DO\b|DECLARE\b|IF\b|WHILE\b"
    r"|BEGIN\b(?! (?:TRAN|WORK|ISOLATION|READ|;|IMMEDIATE|EXCLUSIVE|DEFERRED|$))"
    r"|ALTER (?:PROCEDURE|PROC|FUNCTION|TRIGGER)\b"
)
_TAG = re.compile(r"\$\w*\$")
_NUMBERED = re.compile(r"\$(?=\d)")


@dataclass
class _Piece:
    """A statement as far as it has been read."""

    tokens: list[Token] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    """The words at its top level that could have begun a statement, and VALUES."""

    @property
    def first(self) -> str:
        """Its first word."""
        return word_of(self.tokens[0]) if self.tokens else ""

    @property
    def is_header(self) -> bool:
        """Of a routine, up to its body."""
        if self.first in {"CREATE", "ALTER"}:
            return not _ROUTINES.isdisjoint(word_of(token) for token in self.tokens[:6])
        return self.first in {"PROCEDURE", "FUNCTION"}


def pieces(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The statements in these tokens; what only steers (IF ... THEN, BEGIN) is a piece for itself."""
    piece = _Piece()
    depth = cases = 0
    before: Token | None = None
    for index, token in enumerate(tokens):
        word = word_of(token)
        depth = max(depth + (word == "(") - (word == ")"), 0)
        follows = word_of(tokens[index + 1]) if index + 1 < len(tokens) else ""
        ends = False
        if word == ";":
            ends, depth, cases = True, 0, 0
        elif depth == 0 and (cases or (word == "CASE" and piece.tokens)):
            cases += (word == "CASE") - (word == "END")
        elif depth == 0 and word in _ENDERS and not (word == "BEGIN" and follows in _TRANSACTION):
            ends = not (word in {"THEN", "ELSE"} and piece.first == "MERGE")
        elif depth == 0 and word in {"AS", "IS"} and piece.is_header:
            ends = True
        elif depth == 0 and before and word in _STARTERS and _opens(piece, before, token, follows):
            yield piece.tokens
            piece = _Piece()
        if ends:
            if piece.tokens:
                yield piece.tokens
            piece = _Piece()
        else:
            piece.tokens.append(token)
            if depth == 0 and (word in _STARTERS or word == "VALUES"):
                piece.verbs.append(word)
        before = token
    if piece.tokens:
        yield piece.tokens


def _opens(piece: _Piece, before: Token, token: Token, follows: str) -> bool:
    """Whether this word begins a statement though no semicolon stands before it."""
    if not piece.tokens:
        return False
    word, last, first = word_of(token), word_of(before), piece.first
    if piece.is_header:
        return last in _HEADERS_END and word != "EXECUTE"
    if first in _CONDITIONS and last not in _CONTINUED and last != first:
        return not (word == "UPDATE" and follows == "(")
    if word in {"SELECT", "WITH", "EXECUTE"} and last in {"QUERY", "IN", "FOR"}:
        return first in {"FOR", "RETURN", "DECLARE", "OPEN", "CURSOR"}
    if last == "ON" and first == "SET":  # SET NOCOUNT ON
        return token.line > before.line
    if token.line <= before.line or last in _CONTINUED or word in {"WITH", "FETCH"}:
        return False
    return _is_complete(piece, first, word, follows)


def _is_complete(piece: _Piece, first: str, word: str, follows: str) -> bool:
    """Whether the statement before a word at the beginning of a line can end there."""
    if first in {"GRANT", "REVOKE", "DENY", "EXPLAIN"} and word in _DATA:
        return False
    if first == "MERGE" or (first == "CREATE" and word in {"SELECT", "SET"}):
        return False
    if first == "ALTER" and word in {"ALTER", "DROP", "SET"}:
        return follows in {"TABLE", "VIEW", "PROCEDURE", "PROC", "FUNCTION"}
    seen = piece.verbs[1:]
    if first == "WITH" and not _DATA.intersection(seen):
        return False
    if first == "INSERT" and word in {"SELECT", "EXEC", "EXECUTE", "SET"}:
        return not {"VALUES", "SELECT", "EXEC", "EXECUTE"}.isdisjoint(seen)
    return not (word == "SET" and "UPDATE" in piece.verbs and "SET" not in seen)


def drop_targets(piece: list[Token]) -> list[Token]:
    """The statement without `INTO x, y`, where that names variables: it is no part of SQL proper."""
    first = word_of(piece[0])
    if first not in _DATA | {"WITH"}:
        return piece
    depth, returning, start = 0, first in {"SELECT", "WITH"}, None
    for index, token in enumerate(piece):
        word = word_of(token)
        depth += (word == "(") - (word == ")")
        returning = returning or word == "RETURNING"
        if (
            depth == 0
            and start is None
            and word == "INTO"
            and returning
            and word_of(piece[index - 1]) not in _INTO_TABLE
        ):
            start = index - 2 if word_of(piece[index - 1]) == "COLLECT" else index
        elif depth == 0 and start is not None and word in _AFTER_TARGETS:
            return piece[:start] + piece[index:]
    return piece if start is None else piece[:start]


@dataclass(frozen=True)
class Body:
    """What runs when a routine or block does."""

    tokens: list[Token]
    text: str
    """The text in which the tokens have their offsets."""
    base: int
    """What to add to them for the script."""
    dialect: str
    is_quoted: bool = False

    def flaws(self) -> Iterator[Flaw]:
        """Brackets that cannot be right in a body between dollar signs."""
        found = bracket_flaw(self.tokens) if self.is_quoted else 0
        if isinstance(found, Flaw):
            yield Flaw(self.base + found.offset, found.message)


def is_routine(tokens: Sequence[Token]) -> bool:
    """It has variables of its own."""
    return word_of(tokens[0]) in {"CREATE", "ALTER"} and has_body(tokens)


def has_body(tokens: Sequence[Token]) -> bool:
    """A routine, a block, or what T-SQL runs under a condition."""
    head = " ".join(word_of(token) for token in tokens[:12])
    return _HAS_BODY.match(head) is not None


def bodies(text: str, tokens: Sequence[Token], dialect: str) -> Iterator[Body]:
    """The bodies in a statement: what stands in it as it is, or as a string in a language that is SQL."""
    found: list[Body | None] = []
    if word_of(tokens[0]) == "DO":
        found = [_do_body(text, tokens)]
    elif word_of(tokens[0]) == "CREATE" and _is_sql(tokens):
        for before, token in itertools.pairwise(tokens):
            is_body = token.token_type is TokenType.HEREDOC_STRING or word_of(before) == "AS"
            if is_body and token.token_type in STRINGS:
                tag = _TAG.match(text, token.start)
                found.append(_body(token.text, tag.end() if tag else token.start + 1, is_quoted=tag is not None))
    read = [body for body in found if body is not None]
    yield from read or [Body(unpack(text, tokens), text, 0, dialect)]


def _is_sql(tokens: Sequence[Token]) -> bool:
    words = [token.text.upper() for token in tokens]
    return "LANGUAGE" not in words[:-1] or words[words.index("LANGUAGE") + 1] in _LANGUAGES


def _do_body(text: str, tokens: Sequence[Token]) -> Body | None:
    """sqlglot takes all that comes after DO for one string."""
    tag = _TAG.search(text, tokens[0].end, tokens[-1].end + 1)
    end = text.find(tag[0], tag.end()) if tag else -1
    return _body(text[tag.end() : end], tag.end(), is_quoted=True) if tag and end > 0 else None


def _body(text: str, base: int, *, is_quoted: bool) -> Body:
    text = _NUMBERED.sub(":", text)
    return Body(unpack(text, tokenize(text, "postgres")), text, base, "postgres", is_quoted)


def unpack(text: str, tokens: Sequence[Token], levels: int = 3) -> list[Token]:
    """The tokens, where sqlglot has taken what follows a word such as EXECUTE for one string."""
    found: list[Token] = []
    for token in tokens:
        start = token.end + 1 - len(token.text)
        is_packed = levels and token.token_type is TokenType.STRING and found and found[-1].token_type in _COMMANDS
        inner = tokenize(token.text, "postgres") if is_packed and text.startswith(token.text, start) else []
        for one in inner:
            move(one, start)
        found += unpack(text, inner, levels - 1) if inner else [token]
    return found


def move(token: Token, distance: int) -> None:
    """Give the token its place in a text that begins earlier."""
    token.start += distance
    token.end += distance


def tokenize(text: str, dialect: str) -> list[Token]:
    """The tokens of a text; none where the dialect cannot cut it."""
    try:
        return list(Dialect.get_or_raise(dialect).tokenize(text))
    except SqlglotError:
        return []
