"""What the SQL engine sees in routines and blocks, and how it follows what is executed."""

from __future__ import annotations

import pytest

from coding_standards.engines.source import Source
from coding_standards.engines.sql import engine as sql
from coding_standards.languages import find_language
from coding_standards.report import Finding
from coding_standards.rules import parse_rules

SQL = find_language("sql")


def _run(check: str, code: str, dialect: str | None = None) -> list[Finding]:
    text = f"id: sql-x\nlanguage: Sql\nengine: sql\nmessage: Do it.\ncheck: {check}\n"
    rules, problems = parse_rules(text, "sql.yml")
    assert problems == []
    sql.compile_rule(rules[0], SQL)
    return sql.run(Source(code, SQL, dialect=dialect), rules)


def _plpgsql(body: str, header: str = "n text") -> str:
    return f"CREATE FUNCTION f({header}) RETURNS void LANGUAGE plpgsql AS $$\n{body}\n$$;\n"


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        (_plpgsql("BEGIN\n  DELETE FROM t;\n  UPDATE t SET a = 1 WHERE id = 2;\nEND"), [3]),
        (_plpgsql("BEGIN\n  IF n = '' THEN\n    UPDATE t SET a = 1;\n  END IF;\nEND"), [4]),
        ("DO $body$\nBEGIN\n  DELETE FROM t;\nEND\n$body$;\n", [3]),
        ("CREATE PROCEDURE dbo.p AS\nSET NOCOUNT ON\nDELETE FROM t\nUPDATE t SET a = 1 WHERE id = 2\nGO\n", [3]),
        ("IF @x = 1\n  DELETE FROM t;\nELSE\n  UPDATE t SET a = 1 WHERE id = 2;\n", [2]),
        ("DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  DELETE FROM t;\nEND//\nDELIMITER ;\n", [4]),
        ("CREATE OR REPLACE PROCEDURE p AS\n  v NUMBER;\nBEGIN\n  DELETE FROM t;\nEND;\n/\n", [4]),
        ("CREATE PACKAGE BODY k AS\n  PROCEDURE p IS\n  BEGIN\n    DELETE FROM t;\n  END p;\nEND k;\n/\n", [4]),
        ("CREATE TRIGGER x AFTER DELETE ON t FOR EACH ROW\n  DELETE FROM u WHERE t_id = OLD.id;\n", []),
        ("CREATE TRIGGER x ON t AFTER UPDATE AS\nIF UPDATE(a)\n  UPDATE u\n  SET a = 1\n  WHERE id = 2;\n", []),
        (
            "MERGE t USING s ON s.id = t.id\nWHEN MATCHED THEN\n  DELETE;\n",
            [],
        ),
    ],
)
def test_statements_in_bodies_are_judged(code: str, lines: list[int]) -> None:
    assert [finding.line for finding in _run("missing_where", code)] == lines


def test_a_body_that_is_not_understood_is_noted() -> None:
    judged = sql.syntax(Source(_plpgsql("BEGIN\n  UPDATE t SET a FROM WHERE;\nEND"), SQL))
    assert judged.findings == ()
    assert "line 3: `UPDATE t SET`" in judged.notes[0]


def test_into_variables_does_not_keep_a_query_from_being_judged() -> None:
    code = _plpgsql("BEGIN\n  SELECT a, b INTO STRICT x, y FROM t WHERE c = NULL;\nEND")
    assert [finding.line for finding in _run("null_comparison", code)] == [3]
    assert sql.syntax(Source(code, SQL)).findings == ()


@pytest.mark.parametrize(
    ("dialect", "code"),
    [
        ("postgres", _plpgsql("DECLARE q text := 'DELETE FROM ' || n;\nBEGIN\n  EXECUTE q;\nEND")),
        ("postgres", _plpgsql("BEGIN\n  EXECUTE concat('DELETE FROM ', n);\nEND")),
        ("postgres", _plpgsql("BEGIN\n  RETURN QUERY EXECUTE format('SELECT a FROM %I WHERE b = %2$s', 't', n);\nEND")),
        (
            "postgres",
            _plpgsql("DECLARE w text;\nBEGIN\n  w := ' WHERE a = ' || n;\n  EXECUTE 'DELETE FROM t' || w;\nEND"),
        ),
        (
            "oracle",
            "CREATE PROCEDURE p(n VARCHAR2) IS\nBEGIN\n  OPEN c FOR 'SELECT a FROM t WHERE b = ' || n;\nEND;\n/\n",
        ),
        ("mysql", "SET @s = CONCAT('DROP TABLE ', @t);\nPREPARE x FROM @s;\n"),
        ("tsql", "SELECT @q = 'DROP TABLE ' + @t;\nEXECUTE (@q);\n"),
        ("tsql", "DECLARE @q NVARCHAR(MAX) = N'DROP TABLE ' + @t;\nEXEC sys.sp_executesql @stmt = @q;\n"),
        ("tsql", "DECLARE @q NVARCHAR(MAX) = N'SELECT 1';\nIF @a = 1 SET @q += N' WHERE ' + @n;\nEXEC (@q);\n"),
        ("bigquery", "EXECUTE IMMEDIATE FORMAT('DROP TABLE d.%s', n);\n"),
        ("snowflake", "BEGIN\n  LET q := 'DROP TABLE ' || n;\n  EXECUTE IMMEDIATE :q;\nEND;\n"),
    ],
)
def test_what_is_executed_is_followed_to_where_it_is_put_together(dialect: str, code: str) -> None:
    assert len(_run("dynamic_sql", code, dialect)) == 1
    assert len(_run("dynamic_sql", code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        _plpgsql("BEGIN\n  EXECUTE 'DELETE FROM t LIMIT ' || n;\nEND", "n int"),
        _plpgsql("BEGIN\n  EXECUTE 'DELETE FROM ' || n || ' WHERE a = $1' USING 1;\nEND", "n regclass"),
        _plpgsql("DECLARE q text;\nBEGIN\n  q := quote_ident(n);\n  EXECUTE 'DROP TABLE ' || q;\nEND"),
        _plpgsql("BEGIN\n  SELECT string_agg(quote_ident(c), ',') INTO l FROM u;\n  EXECUTE 'SELECT ' || l;\nEND"),
        _plpgsql("BEGIN\n  EXECUTE format('DELETE FROM %I WHERE a = %L AND b = %s', n, n, n::int);\nEND"),
        _plpgsql("BEGIN\n  EXECUTE 'CREATE TABLE p_' || to_char(now(), 'YYYYMM') || ' (LIKE p)';\nEND"),
        _plpgsql("DECLARE q text;\nBEGIN\n  q := 'DROP TABLE ' || n;\n  q := 'SELECT 1';\n  EXECUTE q;\nEND"),
        "SET @o = CASE @s WHEN 1 THEN N'a' ELSE N'b' END;\nSET @q = N'SELECT a FROM t ORDER BY ' + @o;\nEXEC (@q);\n",
        "SELECT @c = STUFF((SELECT N',' + QUOTENAME(y) FROM t FOR XML PATH('')), 1, 1, N'');\n"
        "SET @q = N'SELECT ' + @c + N' FROM t';\nEXEC sp_executesql @q;\n",
        "EXEC (N'SELECT a FROM t WHERE b = ''' + REPLACE(@n, '''', '''''') + N'''');\n",
        "EXEC dbo.log_it @message = N'Update of ' + @n;\n",
        "SET @q = 'DELETE FROM t';\nPREPARE s FROM @q;\nSET @a = CONCAT('DROP', @b);\nEXECUTE s USING @a;\n",
        "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f('UPDATE', a);\n",
        "GRANT EXECUTE ON FUNCTION f(text) TO app;\n",
        "CREATE PROCEDURE p IS\nBEGIN\n  OPEN c FOR SELECT 'Update of ' || name FROM t;\nEND;\n/\n",
        "EXECUTE add_line('Update of ' || name);\n",
    ],
)
def test_quoted_typed_and_fixed_values_may_be_executed(code: str) -> None:
    assert _run("dynamic_sql", code) == []


def test_a_routine_does_not_see_the_variables_of_another() -> None:
    first = _plpgsql("DECLARE q text;\nBEGIN\n  q := 'DROP TABLE ' || n;\nEND")
    assert _run("dynamic_sql", first + _plpgsql("BEGIN\n  EXECUTE q;\nEND", "q text")) == []


@pytest.mark.parametrize(
    "code",
    [
        "DO $$ BEGIN " + "EXECUTE " * 6_000 + " END $$;",
        _plpgsql("BEGIN q := " + "f(" * 20_000 + " EXECUTE q; END"),
        _plpgsql("BEGIN " + ("q := " + "f(" * 18 + "n" + ")" * 18 + "; ") * 300 + "EXECUTE q; END"),
        "CREATE FUNCTION f() RETURNS int BEGIN " + "SET x = 'a'; " * 3_000 + " END; EXECUTE",
        "CREATE FUNCTION f(" + "IN " * 12_000 + "INT) EXECUTE",
        "IF x\n" * 10_000 + "EXEC",
    ],
)
def test_a_hostile_body_is_read_once(code: str) -> None:
    for check in ("dynamic_sql", "missing_where"):
        assert len(_run(check, code)) <= 50
