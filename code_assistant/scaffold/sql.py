"""SQL files of a scaffold: migration, queries, test. Its one rule: what SQLite and PostgreSQL both understand.

A test raises by breaking a CHECK: the only way to fail that every database has.
"""

from __future__ import annotations

from code_assistant.scaffold.layout import ScaffoldFile, about, fill, squeeze
from code_assistant.scaffold.naming import Words, snake
from code_assistant.scaffold.outline import Outline
from code_assistant.scaffold.parameters import Parameter
from code_assistant.scaffold.wording import singular, spoken

_MONEY = frozenset(["price", "amount", "total", "balance", "salary", "discount", "cost", "tax"])
_SAMPLES = {
    "text": "'example'",
    "whole": "3",
    "number": "2.5",
    "flag": "TRUE",
    "texts": "'first'",
    "numbers": "1.5",
    "wholes": "1",
}
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
    """Return the migration and the queries, and a test script where asked."""
    table = snake(outline.subject, "sql")
    found = [
        ScaffoldFile(f"migrations/0001_create_{table}.sql", "sql", "source", _migration(outline, table)),
        ScaffoldFile(f"queries/{table}.sql", "sql", "source", _queries(outline, table)),
    ]
    if include_tests:
        found.append(ScaffoldFile(f"tests/{table}_test.sql", "sql", "test", _test(outline, table)))
    return tuple(found)


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


def _name(entry: Parameter) -> str:
    words: Words = (*entry.words, "hash") if entry.is_secret else entry.words
    return snake(words, "sql")


def _type(entry: Parameter) -> str:
    if entry.type in ("number", "numbers"):
        return "NUMERIC(12, 2)" if entry.words[-1] in _MONEY else "NUMERIC(18, 6)"
    return {"whole": "BIGINT", "wholes": "BIGINT", "flag": "BOOLEAN"}.get(entry.type, "TEXT")


def _definition(entry: Parameter) -> str:
    name = _name(entry)
    if entry.words == ("id",):
        return "id BIGINT NOT NULL PRIMARY KEY"
    check = f" CHECK (TRIM({name}) <> '')" if entry.type == "text" else f" CHECK ({name} >= 0)" * entry.is_count
    return f"{name} {_type(entry)} NOT NULL{check}"


def _migration(outline: Outline, table: str) -> str:
    definitions = [_definition(entry) for entry in _columns(outline)]
    stamps = [_name(entry) for entry in outline.parameters if _is_timestamp(entry) and not entry.is_list]
    definitions += [f"{name} {_TIMESTAMP}" for name in dict.fromkeys([*stamps, "created_at"])]
    lists = [
        fill(_LIST, name=f"{table}_{_name(entry)}", key="BIGINT", table=table, type=_type(entry), noun=entry.phrase)
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
    names = [_name(entry) for entry in _columns(outline)]
    key = _lookup(outline)
    shown = [_name(entry) for entry in _columns(outline) if not entry.is_secret]
    return fill(
        _QUERIES,
        table=table,
        columns=", ".join(names),
        values=", ".join(f":{name}" for name in names),
        phrase=key.phrase,
        selected=", ".join(shown),
        key=_name(key),
    )


def _test(outline: Outline, table: str) -> str:
    columns, key = _columns(outline), _lookup(outline)
    return fill(
        _TEST,
        table=table,
        columns=", ".join(map(_name, columns)),
        samples=", ".join(_SAMPLES[entry.type] for entry in columns),
        phrase=key.phrase,
        key=_name(key),
        sample=_SAMPLES[key.type],
        operation=f"find_{table}",
    )
