"""The dialects that `check_code` takes: sqlglot's for SQL, and JSX in TypeScript.

Its one rule: a dialect that nothing here knows is refused before any code is looked at.
"""

from __future__ import annotations

from coding_standards.languages import Language
from groundwork.arguments import cut

ALIASES = {
    "postgresql": "postgres",
    "pg": "postgres",
    "mariadb": "mysql",
    "sqlserver": "tsql",
    "mssql": "tsql",
    "t-sql": "tsql",
    "sqlite3": "sqlite",
    "plsql": "oracle",
    "ansi": "",
}
"""How people call a dialect of SQL, and sqlglot's name for it."""

_JSX = {"typescript": ("tsx", "jsx"), "javascript": ("jsx",)}


class UnknownDialectError(ValueError):
    """A dialect that the language does not have; the text lists those that it has."""


def find_dialect(language: Language, name: str | None) -> str | None:
    """The dialect called `name`, in lower case, or None where none is named. Blocking: may load the SQL parser.

    Raises:
        UnknownDialectError: the language has no such dialect.
    """
    wanted = (name or "").strip().lower()
    if not wanted:
        return None
    known = (*_sql(), *ALIASES) if language.name == "sql" else _JSX.get(language.name, ())
    if wanted not in known:
        there = f"known: {', '.join(known)}" if known else f"{language.title} has none, leave it out"
        raise UnknownDialectError(f"unknown dialect {cut(name or '')!r}; {there}")
    return wanted


def _sql() -> tuple[str, ...]:
    from sqlglot.dialects import DIALECTS  # late: a handshake can do without the parser

    return tuple(sorted(name.lower() for name in DIALECTS))
