"""Wrong arguments to the standards server: each is named in one line, in both eras, and nothing long comes back."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from coding_standards.engines.sql.dialects import ALIASES, UnknownDialectError, find_dialect
from coding_standards.languages import find_language
from groundwork.arguments import MAX_LINES, wrong_arguments
from tests.support.clients import ERAS
from tests.support.raw_server import RawServer, clean_environment

COMMAND = (sys.executable, Path(__file__).parents[3] / "standards-server.py")
INVALID_PARAMS = -32602
LONGEST_ANSWER = 1_300
HUGE = "x" * 100_000


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ERAS)
async def server(request: pytest.FixtureRequest) -> AsyncIterator[RawServer]:
    async with RawServer(COMMAND, env=clean_environment()) as process:
        await process.initialize(request.param)
        yield process
        assert "Traceback" not in process.stderr


in_shared = pytest.mark.asyncio(loop_scope="module")


async def refused(server: RawServer, tool: str, **arguments: Any) -> str:
    result = await server.call(tool, **arguments)
    assert result["isError"] is True
    text: str = result["content"][0]["text"]
    assert len(text) < LONGEST_ANSWER
    return text


async def error_of(server: RawServer, method: str, **params: object) -> dict[str, Any]:
    error: dict[str, Any] = (await server.request(method, params))["error"]
    assert error["code"] == INVALID_PARAMS
    assert len(str(error)) < LONGEST_ANSWER
    return error


CODE: dict[str, Any] = {"code": "a {\n  color: red;\n}\n", "language": "css"}
WRONG: list[tuple[str, dict[str, object], str]] = [
    ("check_code", {"language": "css"}, "code: is missing; it takes text (The whole file)"),
    ("check_code", {**CODE, "code": None}, "code: got null; it takes text"),
    ("check_code", {**CODE, "code": [HUGE]}, "code: got a list ['xxxx"),
    ("check_code", {**CODE, "code": {"a": HUGE}}, "code: got an object {'a': 'xxxx"),
    ("check_code", {**CODE, "language": 5}, "language: got the number 5; it takes text (One of python, javascript"),
    ("check_code", {**CODE, "path": True}, "path: got true; it takes text"),
    ("check_code", {**CODE, "path": '["a"]'}, "path: got a list ['a']; it takes text"),
    ("check_code", {**CODE, "patth": "a.css"}, "patth: unknown argument; did you mean path?"),
    ("check_code", {**CODE, "strict": True}, "strict: unknown argument; known: code, language, path, dialect"),
    ("check_code", {**CODE, HUGE: HUGE}, "...: unknown argument; known: code"),
    ("get_standards", {"language": "py", "topics": "git"}, "topics: got text 'git'; it takes a list of text"),
    ("get_standards", {"language": "py", "topics": ["git", 5]}, "topics[1]: got the number 5; it takes text"),
    ("get_standards", {"language": "py", "topics": HUGE}, "topics: got text 'xxxx"),
    ("search_standards", {}, "query: is missing; it takes text"),
]


@in_shared
async def test_a_wrong_argument_of_a_tool_is_one_line_that_names_it(server: RawServer) -> None:
    for tool, arguments, said in WRONG:
        head, line = (await refused(server, tool, **arguments)).split("\n")
        assert head == f"Wrong arguments for {tool}."
        assert said in line
    assert (await server.call("check_code", **CODE))["isError"] is False


@in_shared
async def test_each_wrong_argument_gets_its_line_and_a_flood_of_them_is_counted(server: RawServer) -> None:
    text = await refused(server, "check_code", code=1, languag="py")
    assert [line.split(":")[0] for line in text.splitlines()[1:]] == ["language", "code", "languag"]
    text = await refused(server, "check_code", **CODE, **{f"a{number}": 1 for number in range(5_000)})
    assert len(text.splitlines()) == 1 + MAX_LINES + 1
    assert text.endswith("and 4,990 more")


@in_shared
async def test_null_and_a_list_inside_a_text_are_taken_as_hosts_mean_them(server: RawServer) -> None:
    assert (await server.call("check_code", **CODE, path=None, dialect=None))["isError"] is False
    assert (await server.call("get_standards", language="css", topics=None))["isError"] is False
    assert (await server.call("get_standards", language="css", topics='["git"]'))["isError"] is False
    assert "topics[0]: got the number 5" in await refused(server, "get_standards", language="css", topics="[5]")


@in_shared
async def test_an_unknown_tool_is_answered_with_those_there_are(server: RawServer) -> None:
    error = await error_of(server, "tools/call", name="check_cod", arguments={})
    assert error["message"] == "Unknown tool 'check_cod'; did you mean check_code?"
    error = await error_of(server, "tools/call", name=HUGE, arguments={})
    assert "known: get_standards, search_standards, check_code" in error["message"]


@in_shared
async def test_an_unknown_dialect_is_refused_with_the_known_ones(server: RawServer) -> None:
    sql: dict[str, Any] = {"code": "SELECT 1;\n", "language": "sql"}
    text = await refused(server, "check_code", **sql, dialect="klingon")
    assert text.startswith("dialect: unknown dialect 'klingon'; known: athena, bigquery, ")
    assert {"postgres", "tsql", "mysql", "sqlite", "mssql"} <= set(text.split("known: ")[1].split(", "))
    assert "'xxxx" in await refused(server, "check_code", **sql, dialect=HUGE)
    tsx: dict[str, Any] = {"code": "export const a = 1;\n", "language": "typescript"}
    assert (await refused(server, "check_code", **tsx, dialect="flow")).endswith("known: tsx, jsx")
    assert "CSS has none, leave it out" in await refused(server, "check_code", **CODE, dialect="scss")
    for arguments in ({**sql, "dialect": "PostgreSQL "}, {**tsx, "dialect": "TSX"}, {**CODE, "dialect": ""}):
        result = await server.call("check_code", **arguments)
        assert result["isError"] is False
        assert result["structuredContent"]["parsed"] is True


@in_shared
async def test_an_unknown_resource_is_cut_and_answered_with_those_there_are(server: RawServer) -> None:
    for uri in (HUGE, f"standards://topic/{HUGE}", f"standards://language/{HUGE}", f"standards://checklist/{HUGE}"):
        error = await error_of(server, "resources/read", uri=uri)
        assert "; known: " in error["message"]
        assert len(error["data"]["uri"]) < 100
    error = await error_of(server, "resources/read", uri="standards://nothing")
    assert error["data"] == {"uri": "standards://nothing"}


PROMPTS: list[tuple[dict[str, object], str]] = [
    ({"name": "write_code"}, "task: is missing; it takes text (What the code shall do)"),
    ({"name": "write_code", "arguments": {"language": "py"}}, "task: is missing"),
    ({"name": "write_code", "arguments": {"language": "py", "task": [HUGE]}}, "task: got a list ['xxxx"),
    (
        {"name": "write_code", "arguments": {"language": "py", "task": "a", "tsk": "b"}},
        "tsk: unknown argument; did you",
    ),
    ({"name": "write_code", "arguments": {"language": HUGE, "task": "a"}}, "language: unknown language 'xxxx"),
    ({"name": "review_code", "arguments": {"language": "py", "code": None}}, "code: got null; it takes text"),
    ({"name": "review"}, "unknown prompt 'review'; did you mean review_code?"),
    ({"name": HUGE}, "known: write_code, review_code"),
]


@in_shared
async def test_a_wrong_argument_of_a_prompt_is_one_line_and_no_fault_of_the_server(server: RawServer) -> None:
    for params, said in PROMPTS:
        assert said in (await error_of(server, "prompts/get", **params))["message"]
    right = {"name": "write_code", "arguments": {"language": "py", "task": "Add."}}
    assert (await server.request("prompts/get", right))["result"]["messages"]


def test_a_value_of_any_size_is_named_in_a_short_line() -> None:
    schema = {"properties": {"code": {"type": "string"}}, "required": ["code"]}
    deep: list[object] = []
    for _ in range(500):
        deep = [deep]
    for value in ([0] * 1_000_000, deep, {str(number): number for number in range(100_000)}, 10**4_000, 1e300, False):
        (line,) = wrong_arguments(schema, {"code": value})
        assert line.endswith("; it takes text")
        assert len(line) < 120


@pytest.mark.parametrize("name", [*ALIASES, "snowflake", " MySQL "])
def test_dialects_are_known_by_the_names_that_people_use(name: str) -> None:
    assert find_dialect(find_language("sql"), name) == name.strip().lower()


def test_a_language_without_dialects_says_so() -> None:
    assert find_dialect(find_language("go"), None) is None
    with pytest.raises(UnknownDialectError, match="Go has none"):
        find_dialect(find_language("go"), "go1.22")
