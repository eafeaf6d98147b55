"""A SQL script as statements, each parsed by the first dialect that takes it.

The rule: what sqlglot does not know is "not understood", neither valid nor invalid. Broken is only what no dialect
can mean, or surely not the one that was named.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlglot import Token, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError

from coding_standards.engines.astgrep.structure import Flaw
from coding_standards.engines.places import PlacedText
from coding_standards.engines.sql.body import Body, bodies, drop_targets, has_body, move, pieces, tokenize
from coding_standards.engines.sql.clauses import STRINGS
from coding_standards.engines.sql.flaws import (
    beyond_parser,
    bracket_depth,
    bracket_flaw,
    is_known_well,
)
from coding_standards.engines.sql.marks import find_marks
from coding_standards.engines.sql.slips import find_accepted_slip, find_slip
from coding_standards.engines.sql.text import find_fence, is_template, never_closed, prepare, split

# sqlglot warns on stderr about every statement it does not understand; the report says so instead.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

MAX_BROKEN = 20
"""Broken statements reported, and refused ones in which slips are looked for; each is tried in every dialect."""

MAX_REFUSED = 500
"""Refused statements after which none is parsed; each costs a millisecond, and a text may be nothing else."""

MAX_BRACKETS = 60
"""Brackets inside brackets; the parser needs some fifteen Python frames for each."""

MAX_TOKENS = 40_000
"""Tokens of a statement that is parsed; this many take a second."""

MANY_TRIES = 20_000
"""Characters up to which every dialect is tried."""

_ORDER = ("", "postgres", "mysql", "sqlite", "tsql", "oracle", "bigquery", "snowflake", "duckdb")
_TRAILING_COMMA = frozenset(["tsql", "bigquery", "snowflake", "duckdb"])
"""Dialects in which a list may end in a comma."""


@dataclass(frozen=True)
class SqlStatement:
    """One statement of a script."""

    tokens: tuple[Token, ...]
    tree: exp.Expr | None
    """None where the parser does not understand it."""
    base: int = 0
    """What to add to the offsets in `tree` to get those in the script."""
    parts: tuple[SqlStatement, ...] = ()
    """The statements of its body, where it is a routine or a block."""

    @property
    def head(self) -> str:
        """Its first words in upper case."""
        return " ".join(token.text.upper() for token in self.tokens[:8])

    @cached_property
    def words(self) -> str:
        """Its words, joined by single spaces, keywords and names in upper case, strings as `''`."""
        return " ".join("''" if token.token_type in STRINGS else token.text.upper() for token in self.tokens)

    @cached_property
    def words_and_strings(self) -> str:
        """The same with the strings as they are."""
        return " ".join(
            f"'{token.text}'" if token.token_type in STRINGS else token.text.upper() for token in self.tokens
        )


@dataclass
class Script(PlacedText):
    """A parsed script."""

    text: str = ""
    """The code as the parser gets it, with every offset as it was."""
    dialect: str = ""
    is_certain: bool = False
    """The dialect was given, or the text bears marks of it."""
    is_named: bool = False
    """The dialect was given."""
    statements: list[SqlStatement] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    beyond: set[str] = field(default_factory=set)
    """First words of statements that no dialect understood; the next of their kind is tried in one only."""
    tried: int = 0
    """Refused statements in which slips were looked for."""

    @property
    def is_broken(self) -> bool:
        """No dialect accepts some part of it."""
        return any(flaw.is_certain for flaw in self.flaws)

    def all_statements(self) -> Iterator[SqlStatement]:
        """Those of the script, each followed by those of its body."""
        for statement in self.statements:
            yield statement
            yield from statement.parts

    def trees(self, *kinds: type[exp.Expr]) -> Iterator[tuple[SqlStatement, exp.Expr]]:
        """All nodes of these classes in the statements that were understood, in the order of the script."""
        found = [entry for kind, entries in self._nodes.items() if issubclass(kind, kinds) for entry in entries]
        for _, statement, node in sorted(found, key=lambda entry: entry[0]):
            yield statement, node

    @cached_property
    def _nodes(self) -> dict[type[exp.Expr], list[tuple[int, SqlStatement, exp.Expr]]]:
        """Every node by its class, with its number: one walk for all checks."""
        nodes: dict[type[exp.Expr], list[tuple[int, SqlStatement, exp.Expr]]] = {}
        number = 0
        for statement in self.all_statements():
            prune = _is_body if statement.parts else None
            for node in statement.tree.walk(prune=prune) if statement.tree is not None else ():
                if prune and prune(node):
                    continue
                nodes.setdefault(type(node), []).append((number, statement, node))
                number += 1
        return nodes

    def find_place(self, statement: SqlStatement, node: exp.Expr) -> tuple[int, int]:
        """Line and column of the first token of `node` whose place the parser has kept; else of the statement."""
        starts = [int(part.meta["start"]) for part in node.walk() if "start" in part.meta]
        return self.place(min(starts) + statement.base if starts else statement.tokens[0].start)


def parse_script(code: str, dialect: str | None = None) -> Script:
    """Read a script in `dialect`, or in whichever dialects accept it."""
    text = prepare(code)
    marks = {dialect: 1} if dialect else find_marks(code, text)
    order = [dialect] if dialect else sorted(_ORDER, key=lambda name: -marks.get(name, 0))
    script = _read_all(code, text, order, marks)
    if dialect is None and script.is_broken and len(text) < MANY_TRIES:
        # The marks of another dialect may be the true ones: quotes and bodies end elsewhere in it.
        for rival in [name for name in order if marks.get(name, 0) and name != script.dialect]:
            other = _read_all(code, text, [rival, *(name for name in order if name != rival)], marks)
            if other.dialect == rival and not other.is_broken:
                script = other
                break
    if is_template(code):
        script.flaws = [replace(flaw, is_certain=False) for flaw in script.flaws]
    fence = find_fence(code)
    if fence is not None:
        script.flaws.insert(0, Flaw(fence, "A Markdown fence is no SQL."))
    return script


def _read_all(code: str, text: str, order: Sequence[str], marks: Mapping[str, int]) -> Script:
    """The script as the first of the dialects cuts it into tokens."""
    script = Script(code, text, is_named=len(order) == 1)
    tries = list(order)
    tokens = _tokens(script, text, tries)
    script.is_certain = marks.get(script.dialect, 0) > 0
    for part in split(tokens):
        script.statements += _read(script, text, part, tries)
        if sum(flaw.is_certain for flaw in script.flaws) >= MAX_BROKEN:
            break
    return script


def _is_body(node: exp.Expr) -> bool:
    """What sqlglot has read of a body; its statements are read one by one."""
    return isinstance(node, exp.Block) or (isinstance(node.parent, exp.IfBlock) and node.arg_key in {"true", "false"})


def _read(script: Script, text: str, tokens: list[Token], order: list[str]) -> list[SqlStatement]:
    """The statement with its body; in T-SQL, where it is broken as one, those that it may be without semicolons."""
    known = len(script.flaws)
    statement = _parse_statement(script, text, tokens, order)
    flaws = script.flaws[known:]
    if script.dialect == "tsql" and script.is_certain and flaws and not has_body(tokens):
        several = list(pieces(tokens))
        if len(several) > 1:
            del script.flaws[known:]
            return [_parse_statement(script, text, one, order) for one in several]
    if not has_body(tokens):
        return [statement]
    read = list(bodies(text, tokens, script.dialect))
    script.flaws += [flaw for body in read for flaw in body.flaws()]
    parts = tuple(part for body in read for part in _parts(body))
    beyond = [part.tokens for part in parts if part.tree is None and is_known_well(part.tokens)]
    beyond += [statement.tokens for body in read if not body.tokens]
    if beyond and not flaws:
        script.flaws.append(beyond_parser(beyond[0]))
    return [replace(statement, parts=parts)]


def _parts(body: Body) -> Iterator[SqlStatement]:
    """The statements of a body, each parsed in its dialect where it is of a kind that has rules."""
    for piece in pieces(body.tokens):
        tree: exp.Expr | None = None
        if is_known_well(piece) and len(piece) <= MAX_TOKENS and bracket_depth(piece) <= MAX_BRACKETS:
            with contextlib.suppress(SqlglotError, RecursionError):
                tree = _parse(drop_targets(piece), body.text, body.dialect)
        for token in piece if body.base else ():
            move(token, body.base)
        is_understood = _is_statement(tree) and not isinstance(tree, exp.Command)
        yield SqlStatement(tuple(piece), tree if is_understood else None, body.base)


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
    place = never_closed(text)
    if any(tokenize(text, name) for name in _ORDER if name not in order):
        script.flaws.append(Flaw(place, "a quote or comment that this dialect does not close", is_certain=False))
    else:
        script.flaws.append(Flaw(place, "A quote or comment that begins here is never closed."))
    return []


def _tries(order: Sequence[str], size: int) -> Sequence[str]:
    """All dialects for a text of usual size, the three most likely for one that would take seconds."""
    return tuple(order if size < MANY_TRIES else order[:3])


def _parse_statement(script: Script, text: str, tokens: list[Token], order: list[str]) -> SqlStatement:
    """Try the dialects; the one that succeeds is the first to be tried next."""
    known = tuple(tokens)
    bracket = find_accepted_slip(
        known, script.dialect, is_certain=script.is_certain, is_named=script.is_named
    ) or bracket_flaw(known, allow_trailing_comma=script.dialect in _TRAILING_COMMA)
    if isinstance(bracket, Flaw):
        script.flaws.append(bracket)
        return SqlStatement(known, None)
    start, end = known[0].start, known[-1].end + 1
    if bracket > MAX_BRACKETS or len(known) > MAX_TOKENS:
        script.flaws.append(Flaw(start, "This statement is too deep or too long to be judged.", is_certain=False))
        return SqlStatement(known, None)
    is_command = False
    kind = " ".join(token.text.upper() for token in known[:3])
    if len(script.flaws) >= MAX_REFUSED:
        script.flaws.append(beyond_parser(known))
        return SqlStatement(known, None)
    for number, name in enumerate(order[:1] if kind in script.beyond else _tries(order, end - start)):
        if is_command and number > 1:
            break
        try:
            is_cut = name == script.dialect
            tree = _parse(known, text, name) if is_cut else _reparse(text[start:end], name)
        except (SqlglotError, RecursionError):
            continue
        if isinstance(tree, exp.Command):
            is_command = True
        elif _is_statement(tree):
            if number:
                order.remove(name)
                order.insert(0, name)
            return SqlStatement(known, tree, 0 if is_cut else start)
    script.flaws.append(_judge_refused(script, known, order))
    if not script.flaws[-1].is_certain and not is_known_well(known):
        script.beyond.add(kind)
    return SqlStatement(known, None)


def _judge_refused(script: Script, tokens: tuple[Token, ...], order: Sequence[str]) -> Flaw:
    """Broken where a slip is certain and no dialect at all takes the statement, else beyond the parser."""
    beyond = beyond_parser(tokens)
    if script.tried >= MAX_BROKEN or " ".join(token.text.upper() for token in tokens[:3]) in script.beyond:
        return beyond
    script.tried += 1
    found = find_slip(tokens, script.text, lambda text: _is_understood(text, order[:2]))
    whole = script.text[tokens[0].start : tokens[-1].end + 1]
    others = [name for name in _ORDER if name not in order]
    return found if found is not None and not _is_understood(whole, others) else beyond


def _is_understood(text: str, dialects: Iterable[str]) -> bool:
    for name in dialects:
        with contextlib.suppress(SqlglotError, RecursionError):
            tree = _reparse(text, name)
            if _is_statement(tree) and not isinstance(tree, exp.Command):
                return True
    return False


def _parse(tokens: Sequence[Token], text: str, dialect: str) -> exp.Expr | None:
    parser = Dialect.get_or_raise(dialect).parser(error_level=ErrorLevel.IMMEDIATE)
    trees = parser.parse(list(tokens), text)
    return trees[0] if len(trees) == 1 else exp.Command()


def parse_expression(tokens: Sequence[Token], dialect: str) -> exp.Expr | None:
    """The expression that these tokens are; None where the parser does not understand it."""
    with contextlib.suppress(SqlglotError, RecursionError):
        return _parse(tokens, " ".join(token.text for token in tokens), dialect)
    return None


def _reparse(text: str, dialect: str) -> exp.Expr | None:
    return _parse(Dialect.get_or_raise(dialect).tokenize(text), text, dialect)


def _is_statement(tree: exp.Expr | None) -> bool:
    """Not a bare expression, which sqlglot also accepts: `Here is` is a column with an alias to it."""
    return isinstance(tree, exp.Query) or not isinstance(
        tree, exp.Condition | exp.Alias | exp.Tuple | exp.Aliases | None
    )
