"""Values pasted into queries: the place that is told, what belongs to one query, and texts that nobody would write."""

from __future__ import annotations

import time

import pytest

from coding_standards.engines import run as engines
from coding_standards.engines.source import Source
from coding_standards.languages import find_language
from coding_standards.rules import parse_rules

RULES, _ = parse_rules(
    "id: values\nlanguage: Python\nengine: flow\nmessage: m\npurpose: sql\njudge: sql\ntrust: any\nsinks: sql\n", "test"
)


def places(code: str) -> list[tuple[int, int]]:
    found = engines.run_engine("flow", Source(code, find_language("python")), RULES).findings
    return [(finding.line, finding.column) for finding in found]


def test_the_place_is_that_of_the_call_and_the_message_names_the_value() -> None:
    code = "cursor.execute(\n    'SELECT a FROM b '\n    f\"WHERE c = '{name}'\"\n)\n"
    (finding,) = engines.run_engine("flow", Source(code, find_language("python")), RULES).findings
    assert (finding.line, finding.column) == (1, 1)
    assert finding.message.endswith("(`name`)")


def test_one_query_is_told_once() -> None:
    assert len(places("db.execute(f\"SELECT a FROM b WHERE c = '{d}' AND e = '{f}' UNION \" 'SELECT a FROM b')\n")) == 1


def test_a_variable_means_the_same_only_in_its_function() -> None:
    code = (
        "def f(a):\n    sql = f'SELECT b FROM c WHERE d = {a}'\n    print(sql)\n\n\ndef g(sql):\n    db.execute(sql)\n"
    )
    assert places(code) == []


def test_an_attribute_means_the_same_in_the_whole_file() -> None:
    made = "class A:\n    def f(self, a):\n        self.sql = f'SELECT b FROM c WHERE d = {a}'\n"
    assert len(places(made + "\n    def g(self):\n        db.execute(self.sql)\n")) == 1


@pytest.mark.parametrize(
    "argument",
    ["query", "query, values", "sql=query", "text(query)", "sa.text(query), values", "query,\n"],
)
def test_a_query_is_executed_in_each_of_these_ways(argument: str) -> None:
    assert len(places(f"query = f'SELECT a FROM b WHERE c = {{d}}'\ndb.execute({argument})\n")) == 1


@pytest.mark.parametrize(
    "call", ["log.info(query)", "db.execute(other, query)", "db.executed(query)", "run(text(query))"]
)
def test_a_query_that_is_only_passed_on_is_not_judged(call: str) -> None:
    assert places(f"query = f'SELECT a FROM b WHERE c = {{d}}'\n{call}\ndb.execute('SELECT 1')\n") == []


@pytest.mark.parametrize(
    "code",
    [
        "db.execute(\"SELECT a FROM b WHERE c = '%s' AND d = %s\" % (f, g))",
        "db.execute('SELECT a FROM b WHERE c = %(name)s' % values)",
        "db.execute('SELECT a FROM b WHERE c = {0} AND d = {1}'.format(f, g))",
        "db.execute('SELECT a FROM b WHERE c = {name}'.format(name=f))",
        "db.execute('SELECT a FROM b WHERE c = {name}'.format(**values))",
        "db.execute(('SELECT a FROM b ' 'WHERE c = {}').format(f))",
        'db.execute("SELECT a FROM b WHERE c = \\"" + f + "\\"")',
        "db.execute('SELECT a FROM b WHERE c = \\'' + f + '\\'')",
        "statement = text(f'SELECT a FROM b WHERE c = {d}')\ndb.execute(statement)",
        "if (sql := f'SELECT a FROM b WHERE c = {d}'):\n    db.execute(sql)",
    ],
)
def test_every_way_to_put_a_query_together_is_read(code: str) -> None:
    assert len(places(code + "\n")) == 1


@pytest.mark.parametrize(
    "code",
    [
        "db.execute('SELECT a FROM b WHERE c = %%s' % ())",
        "db.execute('SELECT a FROM {} WHERE c = {{}}'.format(table))",
        "db.execute('SELECT a FROM b WHERE c = {}'.format(1))",
        "db.execute(f'SELECT a FROM b WHERE c = {int(d)} AND e = {f:d}')",
        "db.execute(t'SELECT a FROM b WHERE c = {d}')",
        "db.execute(f\"SELECT a FROM b WHERE c = '{escape(d)}'\")",
        "db.execute(sql % values)",
        "db.execute(f\"SELECT a FROM b WHERE c = '{State.OPEN.value}' AND d = {p}\", values)",
        "db.execute('SELECT a FROM b WHERE c = ' + str(len(rows)))",
    ],
)
def test_what_may_be_right_is_not_claimed(code: str) -> None:
    assert places(code + "\n") == []


@pytest.mark.parametrize(
    "code",
    [
        "db.execute(" + "'SELECT a FROM b ' + " * 9_000 + "c)\n",
        "db.execute(f'SELECT a FROM b WHERE " + "c = {d} " * 20_000 + "')\n",
        "db.execute('SELECT a FROM b WHERE c = %s' % (" + "d, " * 60_000 + "))\n",
        "".join(f"q{n} = f'SELECT a FROM b WHERE c = {{d}}'\ndb.execute (q{n})\n" for n in range(3_000)),
        "q = 'SELECT a FROM b'\n" + "q += f'x'\n" * 20_000 + "db.execute(q)\n",
        "db.execute('SELECT " + "in (" * 45_000 + "')\n",
        "db.execute(f'SELECT " + "where " * 30_000 + "from {a}')\n",
        "db.execute(f'SELECT from = {" + "a." * 90_000 + "b}')\n",
        "db.execute('SELECT a FROM b')\n" + "a." * 90_000 + "b = 1\n",
        "db.execute('SELECT a FROM b')\n" + "execute(" * 20_000 + "\n",
        "db.execute('SELECT a FROM b')\n" + "(" * 20_000 + "execute(" + " " * 90_000 + "\n",
        "db.execute(" * 200 + "f'SELECT a FROM b WHERE c = {d}'" + ")" * 200 + "\n",
    ],
)
def test_no_text_keeps_the_check_busy(code: str) -> None:
    begun = time.process_time()
    places(code)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "given",
    [
        "cutoff = \"date('now', '-30 days')\"",
        "cutoff = 3",
        "a = 'b'\n    cutoff = a",
        "cutoff = 3\n    if a:\n        cutoff = 'now()'",
    ],
)
def test_a_name_for_a_literal_of_the_function_is_no_value(given: str) -> None:
    assert places(f"def f(a):\n    {given}\n    db.execute(f'DELETE FROM b WHERE c < {{cutoff}}')\n") == []


@pytest.mark.parametrize(
    "given",
    [
        "cutoff = f'{a}'",
        "cutoff = 'b'\n    cutoff += a",
        "cutoff = 'b'\n    cutoff, d = a",
        "cutoff = 'b'\n    for cutoff in a:\n        pass",
        "cutoff = 'b'\n    if (cutoff := a):\n        pass",
        "pass\n\n\ndef g(cutoff):\n    cutoff = cutoff or 'b'",
    ],
)
def test_a_name_for_more_than_a_literal_is_a_value(given: str) -> None:
    assert len(places(f"def f(a):\n    {given}\n    db.execute(f'DELETE FROM b WHERE c < {{cutoff}}')\n")) == 1


def test_a_literal_that_an_argument_lacks_is_not_all_that_it_can_be() -> None:
    code = "def f(a=None):\n    if a is None:\n        a = 'b'\n    db.execute(f\"DELETE FROM b WHERE c = '{a}'\")\n"
    assert len(places(code)) == 1
