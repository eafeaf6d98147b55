"""A SQL script as statements, each parsed by the first dialect that takes it.

The rule: what sqlglot does not know is "not understood", neither valid nor invalid. Only what no dialect
accepts, in a kind of statement that sqlglot knows well, is broken.
"""

from __future__ import annotations

import bisect
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError

from coding_standards.engines.sql_flaws import Flaw, bracket_flaw, parse_flaw, slip, verdict
from coding_standards.engines.sql_text import is_template, prepare, split

# sqlglot warns on stderr about every statement it does not understand; the report says so instead.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

MAX_BROKEN = 20
"""Broken statements reported; each has been tried in every dialect."""

MAX_BRACKETS = 60
"""Brackets inside brackets; the parser needs some fifteen Python frames for each."""

MAX_TOKENS = 40_000
"""Tokens of a statement that is parsed; this many take a second."""

MANY_TRIES = 20_000
"""Characters up to which every dialect is tried."""

_QUOTED = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|/\*.*?\*/|(\$\w*\$).*?\1|(?P<open>['\"`]|/\*)", re.DOTALL
)
_ORDER = ("", "postgres", "mysql", "sqlite", "tsql", "oracle", "bigquery", "snowflake", "duckdb")
_TRAILING_COMMA = frozenset(["tsql", "bigquery", "snowflake", "duckdb"])
"""Dialects in which a list may end in a comma."""
_HINTS = {
    "mysql": r"`|\bENGINE\s*=|\bAUTO_INCREMENT\b|\\'|^[ \t]*#|\bON DUPLICATE KEY\b|\bUNSIGNED\b|^DELIMITER\b",
    "postgres": r"\$\w*\$|::|\b(?:BIG)?SERIAL\b"
    r"|\bILIKE\b|\bplpgsql\b|\bBYTEA\b|\bnextval\s*\(|\bJSONB\b|\bTIMESTAMPTZ\b",
    "tsql": r"^[ \t]*GO\s*$|\bNVARCHAR\b|\bIDENTITY\s*\(|\[\w+\]\s*[.(,]|\bdbo\.|^[ \t]*DECLARE\s+@|\bGETDATE\s*\(",
    "sqlite": r"\bAUTOINCREMENT\b|^[ \t]*PRAGMA\b|\bWITHOUT\s+ROWID\b|\bsqlite_",
    "oracle": r"\bVARCHAR2\b|\bFROM\s+DUAL\b|\bSYSDATE\b|\bNUMBER\s*\(",
    "bigquery": r"\bSAFE_CAST\b|`[\w-]+\.[\w.-]+`|\bSTRUCT<|\bARRAY<",
}


@dataclass(frozen=True)
class Statement:
    """One statement of a script."""

    tokens: tuple[Token, ...]
    tree: exp.Expr | None
    """None where the parser does not understand it."""
    base: int = 0
    """What to add to the offsets in `tree` to get those in the script."""

    @property
    def head(self) -> str:
        """Its first words in upper case."""
        return " ".join(token.text.upper() for token in self.tokens[:8])


@dataclass
class Script:
    """A parsed script."""

    code: str
    dialect: str = ""
    statements: list[Statement] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    beyond: set[str] = field(default_factory=set)
    """First words of statements that no dialect understood; the next of their kind is tried in one only."""
    _starts: list[int] = field(default_factory=list)

    def trees(self, *kinds: type[exp.Expr]) -> Iterator[tuple[Statement, exp.Expr]]:
        """All nodes of these classes in the statements that were understood, in the order of the script."""
        found = [entry for kind, entries in self._nodes.items() if issubclass(kind, kinds) for entry in entries]
        for _, statement, node in sorted(found, key=lambda entry: entry[0]):
            yield statement, node

    @cached_property
    def _nodes(self) -> dict[type[exp.Expr], list[tuple[int, Statement, exp.Expr]]]:
        """Every node by its class, with its number: one walk for all checks."""
        nodes: dict[type[exp.Expr], list[tuple[int, Statement, exp.Expr]]] = {}
        number = 0
        for statement in self.statements:
            for node in statement.tree.walk() if statement.tree is not None else ():
                nodes.setdefault(type(node), []).append((number, statement, node))
                number += 1
        return nodes

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def place_of(self, statement: Statement, node: exp.Expr) -> tuple[int, int]:
        """Line and column of the first token of `node` whose place the parser has kept; else of the statement."""
        starts = [int(part.meta["start"]) for part in node.walk() if "start" in part.meta]
        return self.place(min(starts) + statement.base if starts else statement.tokens[0].start)


def parse_script(code: str, dialect: str | None = None) -> Script:
    """Read a script in `dialect`, or in whichever dialects accept it."""
    script = Script(code, _starts=[0, *(match.end() for match in re.finditer(r"\n", code))])
    text = prepare(code)
    order = [dialect] if dialect else _order(text)
    tokens = _tokens(script, text, order)
    for part in split(tokens):
        statement = _parse_statement(script, text, part, order)
        script.statements.append(statement)
        script.flaws += _body_flaws(statement)
        if sum(not flaw.soft for flaw in script.flaws) >= MAX_BROKEN:
            break
    if is_template(code):
        script.flaws = [Flaw(flaw.offset, flaw.message, soft=True) for flaw in script.flaws]
    return script


def _body_flaws(statement: Statement) -> Iterator[Flaw]:
    """Quotes and brackets in a body that is a string: `AS $$ ... $$` in PL/pgSQL or SQL."""
    head = statement.head
    language = re.search(r"\bLANGUAGE '?(\w+)", " ".join(token.text.upper() for token in statement.tokens))
    if not re.match(r"CREATE\b|DO\b", head) or (language and language[1] not in {"PLPGSQL", "SQL"}):
        return
    for token in statement.tokens:
        if token.token_type is not TokenType.HEREDOC_STRING:
            continue
        base = token.end + 1 - len(token.text) - (token.end + 1 - token.start - len(token.text)) // 2
        try:
            inner = Dialect.get_or_raise("postgres").tokenize(token.text)
        except SqlglotError:
            continue  # sqlglot takes `$1, $2` for a quoted string
        flaw = bracket_flaw(inner)
        if isinstance(flaw, Flaw):
            yield Flaw(base + flaw.offset, flaw.message)


def _order(text: str) -> list[str]:
    """The dialects to try, those whose marks the text bears first."""
    counts = {name: len(re.findall(hint, text, re.IGNORECASE | re.MULTILINE)) for name, hint in _HINTS.items()}
    return sorted(_ORDER, key=lambda name: -counts.get(name, 0))


def _tokens(script: Script, text: str, order: list[str]) -> list[Token]:
    for name in _tries(order, len(text)):
        try:
            tokens = list(Dialect.get_or_raise(name).tokenize(text))
        except SqlglotError:
            continue
        order.remove(name)
        order.insert(0, name)
        script.dialect = name
        return tokens
    script.flaws.append(Flaw(_never_closed(text), "A quote or comment that begins here is never closed."))
    return []


def _tries(order: Sequence[str], size: int) -> Sequence[str]:
    """All dialects for a text of usual size, the three most likely for one that would take seconds."""
    return tuple(order if size < MANY_TRIES else order[:3])


def _never_closed(text: str) -> int:
    """Where the first quote or comment begins that has no end."""
    for match in _QUOTED.finditer(text):
        if match.lastgroup == "open":
            return match.start()
    return 0


def _parse_statement(script: Script, text: str, tokens: list[Token], order: list[str]) -> Statement:
    """Try the dialects; the one that succeeds is the first to be tried next."""
    known = tuple(tokens)
    bracket = slip(known) or bracket_flaw(known, allow_trailing_comma=script.dialect in _TRAILING_COMMA)
    if isinstance(bracket, Flaw):
        script.flaws.append(bracket)
        return Statement(known, None)
    start, end = known[0].start, known[-1].end + 1
    if bracket > MAX_BRACKETS or len(known) > MAX_TOKENS:
        script.flaws.append(Flaw(start, "This statement is too deep or too long to be judged.", soft=True))
        return Statement(known, None)
    problem: Flaw | None = None
    is_command = False
    kind = " ".join(token.text.upper() for token in known[:3])
    for number, name in enumerate(order[:1] if kind in script.beyond else _tries(order, end - start)):
        if is_command and number > 1:
            break
        try:
            tree, base = _parse(known, text, name) if name == script.dialect else _reparse(text[start:end], name, start)
        except (SqlglotError, RecursionError) as error:
            problem = problem or parse_flaw(error, known, start if name != script.dialect else 0)
            continue
        if isinstance(tree, exp.Command):
            is_command = True
        elif _is_statement(tree):
            if number:
                order.remove(name)
                order.insert(0, name)
            return Statement(known, tree, base)
        else:
            problem = problem or Flaw(start, f"`{text[start : start + 40].splitlines()[0]}` is not a SQL statement.")
    judged = verdict(known, problem, is_command)
    script.flaws.append(judged)
    if judged.soft:
        script.beyond.add(kind)
    return Statement(known, None)


def _parse(tokens: Sequence[Token], text: str, dialect: str) -> tuple[exp.Expr | None, int]:
    parser = Dialect.get_or_raise(dialect).parser(error_level=ErrorLevel.IMMEDIATE)
    trees = parser.parse(list(tokens), text)
    return (trees[0] if len(trees) == 1 else exp.Command()), 0


def _reparse(text: str, dialect: str, base: int) -> tuple[exp.Expr | None, int]:
    tree, _ = _parse(Dialect.get_or_raise(dialect).tokenize(text), text, dialect)
    return tree, base


def _is_statement(tree: exp.Expr | None) -> bool:
    """Not a bare expression, which sqlglot also accepts: `Here is` is a column with an alias to it."""
    return isinstance(tree, exp.Query) or not isinstance(
        tree, exp.Condition | exp.Alias | exp.Tuple | exp.Aliases | None
    )
