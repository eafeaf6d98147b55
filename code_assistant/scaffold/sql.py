"""SQL files of a scaffold: migration, queries, test. Its one rule: what SQLite and PostgreSQL both understand.

A test raises by breaking a CHECK: the only way to fail that every database has.
"""

from __future__ import annotations

from dataclasses import replace

from code_assistant.scaffold.layout import ScaffoldFile, about, fill, squeeze
from code_assistant.scaffold.naming import snake
from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.parameters import Parameter, subject_parameters
from code_assistant.scaffold.sql_columns import SAMPLES, column_name, column_type
from code_assistant.scaffold.sql_reading import read_statement, read_tables
from code_assistant.scaffold.sql_statements import statement_files
from code_assistant.scaffold.wording import singular, spoken

_TIMESTAMP = "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"

_MIGRATION = """
$about
--
-- The types are those that PostgreSQL and SQLite share; ids are given by the program.

BEGIN;

-- One row for each $noun.
CREATE TABLE $table (
    $columns
);

$lists

COMMIT;
"""
_LIST = """
-- The $noun of one row of $table, each once.
CREATE TABLE $name (
    owner_id $key NOT NULL REFERENCES $table (id) ON DELETE CASCADE,
    item $type NOT NULL,
    PRIMARY KEY (owner_id, item)
);
"""
_QUERIES = """
-- Queries on $table, a first draft: the columns are guessed from what was asked for.
-- Values come in as named parameters (:name), never as text put into the statement.

-- Add one row.
INSERT INTO $table ($columns)
VALUES ($values);

-- Find rows by $phrase.
SELECT $selected
FROM $table
WHERE $key = :$key
ORDER BY id;
"""
_TEST = """
-- Tests of $table: run them after the migration, on an empty database.
-- A row of assertions that does not hold breaks its CHECK, which stops the script.

BEGIN;

-- What must hold.
CREATE TEMPORARY TABLE assertions (
    description TEXT NOT NULL PRIMARY KEY,
    holds INTEGER NOT NULL CHECK (holds = 1)
);

INSERT INTO $table ($columns)
VALUES ($samples);

INSERT INTO assertions (description, holds)
SELECT
    'a row is found by its $phrase',
    CASE WHEN COUNT(*) = 1 THEN 1 ELSE 0 END
FROM $table
WHERE $key = $sample;

-- Fails by design: finish the queries, then state the outcome that is wanted.
INSERT INTO assertions (description, holds)
SELECT
    'implement $operation, then state its expected outcome',
    CASE WHEN COUNT(*) = -1 THEN 1 ELSE 0 END
FROM $table;

ROLLBACK;
"""


def files(outline: Outline, *, include_tests: bool) -> tuple[ScaffoldFile, ...]:
    """Return the files of each table or of the statement, and test scripts where asked."""
    if tables := read_tables(outline):
        found: list[ScaffoldFile] = []
        for number, words in enumerate(tables, start=1):
            entries = subject_parameters(words, (), (), "table")
            one = replace(outline, subject=words, parameters=entries)
            found.extend(_table_files(one, number, include_tests))
        return tuple(sorted(found, key=lambda file: file.role == "test"))
    if statement := read_statement(outline):
        return statement_files(outline, statement, include_tests=include_tests)
    return tuple(_table_files(outline, 1, include_tests))


def _table_files(outline: Outline, number: int, include_tests: bool) -> list[ScaffoldFile]:
    """The migration and the queries of one table, and its test."""
    table = snake(outline.subject, "sql")
    path = f"migrations/{number:04}_create_{table}.sql"
    found = [
        ScaffoldFile(path, "sql", "source", _migration(outline, table)),
        ScaffoldFile(f"queries/{table}.sql", "sql", "source", _queries(outline, table)),
    ]
    if include_tests:
        found.append(ScaffoldFile(f"tests/{table}_test.sql", "sql", "test", _test(outline, table)))
    return found


def _columns(outline: Outline) -> list[Parameter]:
    """The columns that a program fills in, the key first; lists have tables of their own."""
    plain = [entry for entry in outline.parameters if not entry.is_list and not _is_timestamp(entry)]
    return [_key(outline), *(entry for entry in plain if entry.words != ("id",))]


def _key(outline: Outline) -> Parameter:
    given = next((entry for entry in outline.parameters if entry.words == ("id",)), None)
    # Without a type of its own an id is a number here, whatever its name suggests elsewhere.
    return given if given is not None and given.type == "whole" else Parameter(("id",), "whole")


def _is_timestamp(entry: Parameter) -> bool:
    return entry.words[-1] in ("at", "timestamp")


def _definition(entry: Parameter) -> str:
    name = column_name(entry)
    if entry.words == ("id",):
        return "id BIGINT NOT NULL PRIMARY KEY"
    check = f" CHECK (TRIM({name}) <> '')" if entry.type == "text" else f" CHECK ({name} >= 0)" * entry.is_count
    return f"{name} {column_type(entry)} NOT NULL{check}"


def _migration(outline: Outline, table: str) -> str:
    definitions = [_definition(entry) for entry in _columns(outline)]
    stamps = [column_name(entry) for entry in outline.parameters if _is_timestamp(entry) and not entry.is_list]
    definitions += [f"{name} {_TIMESTAMP}" for name in dict.fromkeys([*stamps, "created_at"])]
    lists = [
        fill(
            _LIST,
            name=f"{table}_{column_name(entry)}",
            key="BIGINT",
            table=table,
            type=column_type(entry),
            noun=entry.phrase,
        )
        for entry in outline.parameters
        if entry.is_list
    ]
    used = ("postgres", "postgresql", "sqlite", "sqlite3")
    text = fill(
        _MIGRATION,
        about=about(outline, "-- ", *used),
        table=table,
        columns=",\n".join(definitions),
        lists="\n".join(lists),
        noun=spoken(singular(outline.subject)),
    )
    return squeeze(text)


def _lookup(outline: Outline) -> Parameter:
    columns = _columns(outline)
    return next((entry for entry in columns[1:] if entry.type == "text" and not entry.is_secret), columns[0])


def _queries(outline: Outline, table: str) -> str:
    names = [column_name(entry) for entry in _columns(outline)]
    key = _lookup(outline)
    shown = [column_name(entry) for entry in _columns(outline) if not entry.is_secret]
    return fill(
        _QUERIES,
        table=table,
        columns=", ".join(names),
        values=", ".join(f":{name}" for name in names),
        phrase=key.phrase,
        selected=", ".join(shown),
        key=column_name(key),
    )


def _test(outline: Outline, table: str) -> str:
    columns, key = _columns(outline), _lookup(outline)
    return fill(
        _TEST,
        table=table,
        columns=", ".join(map(column_name, columns)),
        samples=", ".join(SAMPLES[entry.type] for entry in columns),
        phrase=key.phrase,
        key=column_name(key),
        sample=SAMPLES[key.type],
        operation=f"find_{table}",
    )
