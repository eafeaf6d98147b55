"""SQL as people write it for each dialect, which must not be called broken, and SQL that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from coding_standards.engines.source import Source
from coding_standards.engines.sql import engine as sql
from coding_standards.languages import find_language
from coding_standards.report import Finding

SQL = find_language("sql")
EXAMPLES = Path(__file__).parents[3] / "sql_examples"
"""A file for each dialect and one of broken SQL; a line `-- next` parts the examples."""
DIALECTS = ("bigquery", "mysql", "oracle", "postgres", "snowflake", "sqlite", "tsql")


def _hard(code: str, dialect: str | None) -> list[Finding]:
    return [finding for finding in sql.syntax(Source(code, SQL, dialect=dialect)).findings if not finding.soft]


def _examples(name: str) -> list[str]:
    return (EXAMPLES / f"{name}.sql").read_text(encoding="utf-8").split("\n-- next\n")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_good_sql_is_not_called_broken(dialect: str) -> None:
    refused = [(code, named) for code in _examples(dialect) for named in (dialect, None) if _hard(code, named)]
    assert refused == []


def test_slips_of_the_pen_are_found() -> None:
    assert [code for code in _examples("broken") if not _hard(code, None)] == []


@pytest.mark.parametrize(
    "code",
    [
        "SELECT id FROM t ORDER BY id WHERE x = 1;",
        "SELECT id FROM t LIMIT 1 WHERE x = 1;",
        "SELECT id WHERE x = 1 FROM t;",
        "SELECT x FROM (SELECT y FROM t LIMIT 1 ORDER BY y) AS q;",
        "SELECT id FROM FROM t;",
        "SELECT id FROM t GROUP BY;",
    ],
)
@pytest.mark.parametrize("dialect", [None, "postgres", "tsql"])
def test_a_clause_in_the_wrong_place_or_without_its_part_is_refused(code: str, dialect: str | None) -> None:
    assert _hard(code, dialect) != []


def test_words_of_clauses_that_are_none_move_nothing() -> None:
    for code in (
        "SELECT id FROM t WHERE x IS DISTINCT FROM y;",
        "INSERT INTO t (id) SELECT id FROM u ORDER BY id LIMIT 1 ON CONFLICT (id) DO UPDATE SET x = 1 WHERE t.x = 2;",
        "SELECT id FROM t WHERE x > ALL (SELECT y FROM u GROUP BY y) ORDER BY (SELECT 1 WHERE TRUE);",
        "SELECT id FROM t WHERE x = 1 UNION SELECT id FROM u WHERE x = 2 ORDER BY id;",
        "GRANT UPDATE, SELECT, INSERT ON t TO r;",
    ):
        assert _hard(code, "postgres") == []


def test_what_some_dialect_allows_is_broken_only_in_the_others() -> None:
    for code in ("SELECT id, FROM t;", "WITH a (SELECT 1) SELECT id FROM a;"):
        assert _hard(code, "postgres") != []
    assert _hard("SELECT id, FROM t;", "bigquery") == []
    for code, own, foreign in (
        ("SELECT TOP 5 a FROM t;", "tsql", "postgres"),
        ("SELECT a FROM t LIMIT 5;", "mysql", "tsql"),
        ("DELETE t WHERE a = 1;", "tsql", "mysql"),
        ("TRUNCATE TABLE t;", "postgres", "sqlite"),
        ("SELECT `a` FROM `t`;", "mysql", "oracle"),
    ):
        assert [bool(_hard(code, dialect)) for dialect in (own, None, foreign)] == [False, False, True]


@pytest.mark.parametrize(
    ("dialect", "code"),
    [
        ("bigquery", "DROP TABLE FUNCTION d.f;"),
        ("bigquery", "ALTER ORGANIZATION SET OPTIONS (`region-us.a` = 'b');"),
        ("clickhouse", "SELECT n FROM t ORDER BY n WITH FILL FROM 0 TO 5 STEP 1;"),
        ("clickhouse", "SELECT a FROM t LEFT ASOF OUTER JOIN u USING b, c;"),
        ("hive", "INSERT OVERWRITE TABLE t PARTITION (a = 'x', b) IF NOT EXISTS SELECT c, b FROM u;"),
        ("mysql", "ALTER TABLE t DROP PARTITION IF EXISTS p;"),
        ("mysql", "CREATE TABLE t (n INT(5) ZEROFILL UNSIGNED, PRIMARY KEY (n));"),
        ("oracle", "MERGE INTO a USING b ON (a.i = b.i) WHEN MATCHED THEN UPDATE SET a.x = 1 DELETE WHERE a.x = 0;"),
        ("postgres", "ALTER TABLE m ATTACH PARTITION p FOR VALUES FROM (1) TO (2);"),
        ("postgres", "SELECT a FROM t WHERE b = :'v' \\gset\nSELECT 1;"),
        ("redshift", "CREATE PROCEDURE p(a IN int, b INOUT varchar(256)) AS $$ BEGIN NULL; END $$ LANGUAGE plpgsql;"),
        ("snowflake", "CREATE STAGE s ENCRYPTION = (TYPE = 'AWS_SSE_KMS' KMS_KEY_ID = 'k');"),
        ("spark", "SELECT a FROM t |> WHERE b > 1;"),
        ("sqlite", "CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT ROLLBACK);"),
        ("tsql", "CREATE TABLE [t] ([a] [text] COLLATE X NULL , [b] [int] NULL ,\n) ON [PRIMARY] TEXTIMAGE_ON [P]"),
        ("tsql", "DELETE FROM s FROM s AS q JOIN t ON t.i = q.i OPTION (LABEL = N'x', HASH JOIN);"),
    ],
)
def test_what_one_dialect_knows_alone_is_never_refused(dialect: str, code: str) -> None:
    assert _hard(code, dialect) == []


def test_statements_of_tsql_need_no_semicolon() -> None:
    code = "SELECT id FROM t WHERE id = 1\nUPDATE t SET a = 1 WHERE id = 2\n"
    assert _hard(code, "tsql") == []
    assert _hard(code + "UPDATE t a = 1\n", "tsql") != []
