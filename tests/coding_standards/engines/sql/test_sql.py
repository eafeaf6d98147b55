"""The SQL engine over dialects: what it takes, what it refuses, what it only does not understand."""

from __future__ import annotations

import time

import pytest

from coding_standards.engines.source import Source
from coding_standards.engines.sql import engine as sql
from coding_standards.languages import find_language
from coding_standards.report import Finding
from coding_standards.rules import Rule, RuleError, parse_rules

SQL = find_language("sql")


def _syntax(code: str, dialect: str | None = None) -> tuple[Finding, ...]:
    return sql.syntax(Source(code, SQL, dialect=dialect)).findings


def _hard(code: str, dialect: str | None = None) -> list[Finding]:
    return [finding for finding in _syntax(code, dialect) if not finding.soft]


def _rule(check: str, options: str = "{}") -> Rule:
    text = f"id: sql-x\nlanguage: Sql\nengine: sql\nmessage: Do it.\ncheck: {check}\noptions: {options}\n"
    rules, problems = parse_rules(text, "sql.yml")
    assert problems == []
    return rules[0]


def _run(check: str, code: str, options: str = "{}") -> list[Finding]:
    rule = _rule(check, options)
    sql.compile_rule(rule, SQL)
    return sql.run(Source(code, SQL), [rule])


@pytest.mark.parametrize(
    "code",
    [
        "SELECT a.id, count(*) FROM a LEFT JOIN b ON b.a_id = a.id GROUP BY a.id HAVING count(*) > 1;",
        "INSERT INTO t (id, a) VALUES (1, 'it''s') ON CONFLICT (id) DO UPDATE SET a = EXCLUDED.a RETURNING id;",
        "CREATE TABLE `t` (`id` int unsigned NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB;",
        "CREATE TABLE [dbo].[t] ([id] int IDENTITY(1,1) NOT NULL,);\nGO\nSELECT TOP 5 [id] FROM [dbo].[t];\nGO\n",
        "PRAGMA foreign_keys = ON;\nCREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT) WITHOUT ROWID;",
        "SELECT data->>'a', id::text FROM t WHERE tags @> ARRAY['x'] AND name ILIKE 'a%';",
        "\\set x 1\nCOPY t (a, b) FROM stdin;\n1\t(\n\\.\nSELECT 1;\n",
        "# comment\nSELECT 'it\\'s' FROM t;\n",
        "SELECT id FROM t WHERE a = %(a)s AND b = %s AND c = ? AND d = :d;",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r;",
        "SELECT rank() OVER (PARTITION BY a ORDER BY b DESC) AS r FROM t;",
        "-- nothing but a comment\n",
    ],
)
def test_valid_scripts_of_many_dialects_have_no_finding(code: str) -> None:
    assert _syntax(code) == ()


@pytest.mark.parametrize(
    ("code", "line", "says"),
    [
        ("SELECT a FROM t;\nSELEC a FROM t;\n", 2, ""),
        ("SELECT a\nFROM t WHERE (a = 1;\n", 2, "never closed"),
        ("SELECT a FROM t WHERE a = 1);\n", 1, "closes nothing"),
        ("SELECT a,, b FROM t;\n", 1, "before this comma"),
        ("CREATE TABLE t (id INT PRIMARY KEY,);\n", 1, "after this comma"),
        ("SELECT 1;\nSELECT 'abc;\n", 2, "never closed"),
        ("UPDATE t SET a = 1 WHER b = 2;\n", 1, ""),
        ("Here is the query:\nSELECT 1;\n", 1, ""),
        ("```sql\nSELECT 1;\n```\n", 1, "fence"),
        ("SELECT 1;\n\nI hope this helps you with the task.\n", 3, "prose"),
        ("INSERT ITNO t (a) VALUES (1);\n", 1, "INTO is misspelt"),
        ("DELETE FORM t WHERE a = 1;\n", 1, "FROM is misspelt"),
        ("CREATE TABEL t (id INT);\n", 1, "is `TABLE` meant"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\nSELECT (1 $$;\n", 2, "never closed"),
        ("CREATE FUNCTION f(a int) RETURNS in", 1, "no body"),
    ],
)
def test_broken_scripts_are_told_where(code: str, line: int, says: str) -> None:
    found = _hard(code)
    assert found
    assert found[0].line == line
    assert says in found[0].message


@pytest.mark.parametrize(
    "code",
    [
        "CREATE OPERATOR CLASS c FOR TYPE x USING gist AS STORAGE y;",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN UPDATE b SET c = 1; SELECT 2; END;",
        "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  IF a = 1 THEN SELECT 1; END IF;\nEND //\nDELIMITER ;\n",
        "VACUUM ANALYZE t;",
        "GOTO done;",
        "RESIGNAL SQLSTATE '42S02';",
        "SELECT id FROM t MATCH_RECOGNIZE (ORDER BY at PATTERN (a b+) DEFINE b AS b.x < PREV(b.x)) m;",
        "CREATE TABLE t (id int PRIMARY KEY, b bit varying);",
        "SELECT a FROM t ORDER BY a USING <;",
    ],
)
def test_what_the_parser_does_not_know_is_neither_valid_nor_broken(code: str) -> None:
    judged = sql.syntax(Source(code, SQL))
    assert judged.findings == ()
    assert judged.depth != "decided"


@pytest.mark.parametrize("code", ["GRAPH g MATCH (p) RETURN p;\n", "SELECT JSON_OBJECT(eMail) FROM t;\n"])
def test_a_note_in_one_line_says_what_was_not_understood(code: str) -> None:
    (note,) = sql.syntax(Source("SELECT 1;\n" + code + code, SQL, dialect="oracle")).notes
    assert note.startswith(f"sql: line 2: `{code.split()[0]}")
    assert "(1 more)" in note
    assert not any(part in note for part in ("\n", "sqlglot", "TokenType", "<class"))


def test_rules_about_words_search_what_rules_about_trees_do_not_see() -> None:
    source = Source("VACUUM ANALYZE t;\n", SQL)
    assert [sql.depth(_rule(check), source) for check in ("text", "null_comparison")] == ["searched", "not_judged"]


def test_what_the_parser_takes_is_searched_in_any_dialect_and_what_it_does_not_take_is_not_judged() -> None:
    code = "SELECT a DIV 2 FROM t;"
    depths = [sql.syntax(Source(code, SQL, dialect=dialect)).depth for dialect in ("mysql", None, "postgres")]
    assert depths == ["searched", "searched", "not_judged"]
    assert _hard(code, "postgres") == []  # it means something in another dialect


def test_the_names_people_use_for_dialects_are_known() -> None:
    for name in ("PostgreSQL", "mariadb", "sqlserver", "sqlite3", "plsql", "ansi"):
        assert _hard("SELECT a FROM t;", name) == []


def test_statements_that_need_several_dialects_are_each_taken() -> None:
    assert _hard("SELECT `a` FROM t;\nSELECT a::text FROM t;\n") == []


def test_templates_have_soft_findings_only() -> None:
    assert _hard("SELECT {% if a %} a, {% endif %} FROM t WHERE {{ x }};") == []


def test_findings_point_at_the_place_in_the_script() -> None:
    found = _run("null_comparison", "SELECT 1;\nSELECT a\n  FROM t\n WHERE b = NULL;\n")
    assert [(one.line, one.column) for one in found] == [(4, 8)]


def test_places_are_right_in_statements_of_another_dialect() -> None:
    code = "SELECT a::text FROM t;\nSELECT `a`\nFROM `t` WHERE\n  `b` = NULL;\n"
    assert [one.line for one in _run("null_comparison", code)] == [4]


def test_a_primary_key_may_come_later() -> None:
    table = "CREATE TABLE t (id INT);\n"
    assert len(_run("no_primary_key", table)) == 1
    assert _run("no_primary_key", table + "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (id);\n") == []
    assert _run("no_primary_key", table + "CREATE UNIQUE INDEX i ON t (id);\n") == []


def test_a_team_can_ask_for_more() -> None:
    assert len(_run("keyword_case", "select a from t;", "{style: upper}")) == 1
    assert len(_run("defined_name", "CREATE TABLE Foo (id INT PRIMARY KEY);", "{pattern: '^[a-z_]+$'}")) == 1
    assert len(_run("foreign_key_action", "CREATE TABLE t (a INT REFERENCES u (id));")) == 1
    assert _run("foreign_key_action", "CREATE TABLE t (a INT REFERENCES u (id) ON DELETE CASCADE);") == []
    assert len(_run("leading_wildcard", "SELECT a FROM t WHERE a LIKE '%x';")) == 1
    assert len(_run("node", "SELECT a FROM t UNION SELECT b FROM u;", "{name: Union}")) == 1
    assert len(_run("unordered_page", "SELECT a FROM t LIMIT 5;", "{offset_only: false}")) == 1
    assert len(_run("select_star", "SELECT t.* FROM t;", "{allow_qualified: false}")) == 1
    assert len(_run("ordinal", "SELECT a, count(*) FROM t GROUP BY 1;", "{clauses: [order, group]}")) == 1


def test_options_are_checked_when_a_rule_is_compiled() -> None:
    with pytest.raises(RuleError, match="unknown check 'nope'"):
        sql.compile_rule(_rule("nope"), SQL)
    with pytest.raises(RuleError, match="must be a string"):
        sql.compile_rule(_rule("keyword_case", "{style: 1}"), SQL)


def test_sqlglot_says_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    _syntax("VACUUM FULL VERBOSE t;\nCREATE OPERATOR CLASS c FOR TYPE x USING gist AS STORAGE y;")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "code",
    [
        "(" * 50_000,
        "SELECT " + "(" * 12_000 + "1" + ")" * 12_000,
        "SELECT 1" + " + 1" * 12_000,
        "'" * 49_999,
        "/*" * 25_000,
        "$$" * 24_999,
        "x y z; " * 7_000,
        "SELECT a FROM t WHERE\n" * 2_200,
        "BEGIN " * 8_000,
        "(" * 3_000 + ";",
        "{{" * 25_000,
    ],
)
def test_hostile_text_is_answered_in_time(code: str) -> None:
    started = time.process_time()  # of this process: other work on the machine does not count
    _syntax(code)
    for check in ("select_star", "null_comparison", "keyword_case", "dynamic_sql"):
        _run(check, code)
    assert time.process_time() - started < 10  # one at most here; a text that is read in squares takes many
