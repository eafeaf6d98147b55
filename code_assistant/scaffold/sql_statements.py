"""Statements on a table that is there. Its one rule: until the condition is written, one row at most changes."""

from __future__ import annotations

from code_assistant.scaffold.layout import ScaffoldFile, about, fill, squeeze
from code_assistant.scaffold.naming import snake
from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.parameters import Parameter
from code_assistant.scaffold.prose import sentence
from code_assistant.scaffold.sql_columns import SAMPLES, column_name, column_type
from code_assistant.scaffold.sql_reading import Statement
from code_assistant.scaffold.wording import singular, spoken

_FILE = """
$about
--
$note

$statement
"""
_SELECT = """
SELECT
    $columns
FROM $table
$condition
ORDER BY $order
$limit;
"""
_JOIN = """
SELECT
    $table.id,
    $other.id AS ${one}_id
FROM $table
INNER JOIN $other ON $other.id = $table.${one}_id
ORDER BY $table.id;
"""
_DELETE = """
DELETE FROM $table
WHERE $key = :$key;
"""
_UPDATE = """
UPDATE $table
SET $assignments
WHERE $key = :$key;
"""
_INSERT = """
INSERT INTO $table ($names)
VALUES ($values);
"""
_VIEW = """
CREATE VIEW $view AS
SELECT
    $columns
FROM $table;
"""
_TEST = """
-- Tests of $name: they make the table that they need and leave nothing behind.
-- A row of assertions that does not hold breaks its CHECK, which stops the script.

BEGIN;

-- What must hold.
CREATE TEMPORARY TABLE assertions (
    description TEXT NOT NULL PRIMARY KEY,
    holds INTEGER NOT NULL CHECK (holds = 1)
);

-- The table as the statement expects it.
CREATE TEMPORARY TABLE $table (
    $definitions
);

INSERT INTO $table ($names)
VALUES ($samples);

$changed

INSERT INTO assertions (description, holds)
SELECT
    '$fact',
    CASE WHEN COUNT(*) = 1 THEN 1 ELSE 0 END
FROM $table
WHERE $checked;

-- Fails by design: finish the statement, run it here, then state the outcome that is wanted.
INSERT INTO assertions (description, holds)
SELECT
    'finish $name, then state its expected outcome',
    CASE WHEN COUNT(*) = -1 THEN 1 ELSE 0 END
FROM $table;

ROLLBACK;
"""
_CONDITION = (
    "-- The condition is still to be written: it names one row by its $key.\n"
    "-- The columns are guesses; values come in as named parameters (:name)."
)
_NOTES = {
    "insert": "-- The columns are guesses; values come in as named parameters (:name).",
    "view": "-- The condition is still to be written: until then the view shows every row.",
    "alter": "-- Rows that are already there hold NULL: fill them before the column is made NOT NULL.",
    "index": "-- On a table that is written to all the time, PostgreSQL can build it CONCURRENTLY.",
    "join": "-- The columns that join the tables are guesses.",
}


def statement_files(outline: Outline, statement: Statement, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the file of the statement, and a test script where asked."""
    name, path = _named(statement)
    note = _NOTES.get(statement.verb) or _CONDITION.replace("$key", statement.key.phrase)
    if statement.verb == "select" and (statement.group or statement.name[0] == "count"):
        note = "-- What is counted, and by what, are guesses; an average or a sum takes the place of COUNT."
    elif statement.verb == "select" and (statement.limit or statement.order):
        note = "-- The columns are guesses, and so is the one that the rows are ordered by."
    head = about(outline, "-- ", "postgres", "postgresql", "sqlite", "sqlite3").split("\n")
    text = fill(
        _FILE,
        about="\n".join([f"-- {sentence(spoken(tuple(name.split('_'))))}", *head[1:]]),
        note=note,
        statement=_statement(statement),
    )
    found = [ScaffoldFile(path, "sql", "source", squeeze(text))]
    if include_tests:
        found.append(ScaffoldFile(f"tests/{name}_test.sql", "sql", "test", squeeze(_test(statement, name))))
    return tuple(found)


def _named(statement: Statement) -> tuple[str, str]:
    name = "_".join(statement.name)
    if statement.verb == "alter":
        name = f"add_{'_'.join(map(column_name, statement.columns))[:40]}_to_{'_'.join(statement.table)}"
    elif statement.verb == "index":
        name = f"index_{'_'.join(statement.table)}_{column_name(statement.columns[0])}"
    elif statement.verb == "view":
        return f"view_{name}", f"migrations/0001_view_{name}.sql"
    elif statement.verb == "join":
        name = f"{name}_{'_'.join(statement.other)}"
    is_change = statement.verb in ("alter", "index")
    return name, f"migrations/0001_{name}.sql" if is_change else f"queries/{name}.sql"


def _statement(statement: Statement) -> str:
    table, key = snake(statement.table, "sql"), column_name(statement.key)
    names = ["id", *map(column_name, statement.columns)]
    shown = ["id", *(column_name(entry) for entry in statement.columns if not entry.is_secret)]
    if statement.verb in ("alter", "index"):
        return _change(statement, table)
    if statement.verb == "join":
        other = snake(statement.other, "sql")
        return fill(_JOIN, table=table, other=other, one=snake(singular(statement.other)))
    if statement.verb == "view":
        base, view = _base(statement)
        return fill(_VIEW, view=view, columns=",\n".join(shown), table=base)
    if statement.verb == "insert":
        return fill(_INSERT, table=table, names=", ".join(names), values=", ".join(f":{name}" for name in names))
    if statement.verb == "update":
        changed = [entry for entry in statement.columns if entry != statement.key] or [Parameter(("name",), "text")]
        assignments = ",\n    ".join(f"{column_name(entry)} = :{column_name(entry)}" for entry in changed)
        return fill(_UPDATE.replace("$assignments", assignments), table=table, key=key)
    if statement.verb == "delete":
        return fill(_DELETE, table=table, key=key)
    return _select(statement, table, shown, key)


def _select(statement: Statement, table: str, shown: list[str], key: str) -> str:
    if statement.group:
        group = column_name(statement.group)
        return f"SELECT\n    {group},\n    COUNT(*) AS amount\nFROM {table}\nGROUP BY {group}\nORDER BY {group};\n"
    if statement.name[:1] == ("count",):
        return f"SELECT COUNT(*) AS amount\nFROM {table};\n"
    direction = " DESC" if statement.is_falling else ""
    order = f"{column_name(statement.order)}{direction}, id" if statement.order else "id"
    text = fill(
        _SELECT,
        columns=",\n".join(shown),
        table=table,
        condition="" if statement.limit or statement.order else f"WHERE {key} = :{key}",
        order=order,
        limit=f"LIMIT {statement.limit}" if statement.limit else "",
    )
    return text.replace("\n;", ";")


def _base(statement: Statement) -> tuple[str, str]:
    """The table that a view shows, and the name of the view."""
    base = snake(statement.table[-1:], "sql")
    return base, "_".join(statement.table) if statement.table[1:] else f"{base}_view"


def _change(statement: Statement, table: str) -> str:
    if statement.verb == "index":
        names = ", ".join(map(column_name, statement.columns[:1]))
        return f"CREATE INDEX {_named(statement)[0].replace('index_', 'idx_', 1)} ON {table} ({names});\n"
    lines = [f"ALTER TABLE {table} ADD COLUMN {column_name(c)} {column_type(c)};" for c in statement.columns]
    return "\n".join(lines) + "\n"


def _test(statement: Statement, name: str) -> str:
    is_alter = statement.verb == "alter"
    table = _base(statement)[0] if statement.verb == "view" else snake(statement.table, "sql")
    columns = () if is_alter else statement.columns
    key = column_name(columns[0]) if columns and not is_alter else "id"
    fact = f"the column {column_name(statement.columns[0])} is there" if is_alter else "the table holds one row"
    return fill(
        _TEST,
        name=name,
        table=table,
        definitions=",\n".join(
            ["id BIGINT NOT NULL PRIMARY KEY", *(f"{column_name(c)} {column_type(c)}" for c in columns)]
        ),
        names=", ".join(["id", *map(column_name, columns)]),
        samples=", ".join(["3", *(SAMPLES[entry.type] for entry in columns)]),
        changed=f"-- The statement itself.\n{_change(statement, table)}"
        if is_alter or statement.verb == "index"
        else "",
        fact=fact,
        checked=f"{column_name(statement.columns[0])} IS NULL" if is_alter else f"{key} IS NOT NULL",
    )
