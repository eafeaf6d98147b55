"""The standards server as hosts see it: a real process, in both protocol eras, and raw lines."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
import pytest_asyncio
from mcp import Client, MCPError
from mcp.client.subscriptions import ResourcesListChanged, ResourceUpdated
from mcp_types import (
    PromptReference,
    ResourceTemplateReference,
    TextContent,
    TextResourceContents,
)

from coding_standards.checks.worker import LIMIT_S
from tests.support import processes
from tests.support.clients import ERAS, LEGACY, MODERN, connected, held
from tests.support.raw_server import RawServer, clean_environment

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, ROOT / "standards-server.py")
NEWS_S = 60.0  # An announcement takes a fifth of a second; this leaves room for a busy machine.
END_S = 15.0  # An end takes half a second; likewise.
GOOD_PYTHON = (
    '"""Adds."""\n\n\ndef add(left: int, right: int) -> int:\n    """Return the sum."""\n    return left + right\n'
)
TEAM_RULE = """id: team-no-print
language: Python
items: [OPS-001]
message: Use the logger.
rule: {pattern: print($$$A)}
valid: ["log(1)\\n"]
invalid: ["print(1)\\n"]
"""


@pytest.fixture
def team(tmp_path: Path) -> Path:
    root = tmp_path / "team"
    (root / "topics").mkdir(parents=True)
    (root / "rules").mkdir()
    (root / "topics/ops.md").write_text("# Operations\n\n- `OPS-001` Programs log.\n", encoding="utf-8")
    return root


@asynccontextmanager
async def serving(era: str = LEGACY, **variables: Path | str) -> AsyncIterator[Client]:
    async with connected(COMMAND, era, env={name: str(value) for name, value in variables.items()}) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ERAS)
async def client(request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    """One server in either era for all tests that only ask; `in_shared` runs them on its loop."""
    async with held(serving(request.param)) as connection:
        assert connection.protocol_version == request.param
        yield connection


in_shared = pytest.mark.asyncio(loop_scope="module")


async def read(client: Client, uri: str) -> str:
    (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "text/markdown"
    return content.text


async def call(client: Client, tool: str, **arguments: object) -> tuple[str, dict[str, Any]]:
    result = await client.call_tool(tool, arguments)
    (block,) = result.content
    assert isinstance(block, TextContent)
    assert not result.is_error, block.text
    assert isinstance(result.structured_content, dict)
    return block.text, result.structured_content


async def refused(client: Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    (block,) = result.content
    assert isinstance(block, TextContent)
    assert result.is_error, block.text
    return block.text


@in_shared
async def test_every_resource_tool_and_prompt_of_the_contract_is_there_in_both_eras(client: Client) -> None:
    resources = {resource.uri for resource in (await client.list_resources()).resources}
    assert {"standards://index", "standards://summary", "resource://coding-standards"} <= resources
    assert {"standards://language/python", "standards://topic/security"} <= resources
    templates = {found.uri_template for found in (await client.list_resource_templates()).resource_templates}
    assert templates == {f"standards://{kind}/{{language}}" for kind in ("language", "checklist")} | {
        "standards://topic/{topic}"
    }
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"get_standards", "search_standards", "check_code"}
    for tool in tools.values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.annotations.open_world_hint is False
        assert len(tool.description or "") < 2_000
        assert tool.output_schema
    assert {prompt.name for prompt in (await client.list_prompts()).prompts} == {"write_code", "review_code"}
    assert "`standards://topic/security`" in await read(client, "standards://index")
    for uri in resources:
        assert await read(client, uri)


@in_shared
async def test_a_checklist_tells_what_is_proved_and_what_needs_a_person(client: Client) -> None:
    lines = (await read(client, "standards://checklist/py")).splitlines()
    items = [line for line in lines if line.startswith("- `")]
    assert all(re.fullmatch(r"- `[A-Z]+-\d{3}` .+ \((checked|person)\)", line) for line in items)
    assert any("`GEN-002`" in line and line.endswith("(checked)") for line in items)
    assert any("`GEN-012`" in line and line.endswith("(person)") for line in items)


UNKNOWN = {
    "standards://language/cobol": "known: python, javascript",
    "standards://checklist/cobol": "known: python, javascript",
    "standards://topic/cooking": "general",
    "standards://nothing": "standards://index",
    "standards://topic/..%2F..%2Fetc%2Fpasswd": "topics: ",
    "standards://topic/%2Fetc%2Fpasswd": "topics: ",
    "standards://language/..%5C..%5Cx": "topics: ",
    "standards://topic/general%00": "topics: ",
    "file:///etc/passwd": "standards://index",
}


@in_shared
async def test_an_unknown_resource_is_answered_with_what_there_is(client: Client) -> None:
    for uri, said in UNKNOWN.items():
        with pytest.raises(MCPError) as caught:
            await client.read_resource(uri)
        assert caught.value.code == -32602
        assert said in str(caught.value)
    assert await read(client, "standards://topic/general")


@in_shared
async def test_standards_are_given_searched_and_completed(client: Client) -> None:
    text, answer = await call(client, "get_standards", language="PY", topics=["git"])
    assert answer["text"] == text
    assert [entry["uri"] for entry in answer["standards"]][-1] == "standards://topic/git"
    assert "GIT-001" in text
    text, answer = await call(client, "search_standards", query="sec-004")
    assert answer["hits"][0]["id"] == "SEC-004"
    assert "SEC-004" in text
    _, answer = await call(client, "search_standards", query="are TLS certificates verified?", language="css")
    assert answer["hits"][0]["id"] == "SEC-005"
    text, answer = await call(client, "search_standards", query="zxqv", language="css")
    assert answer["hits"] == []
    assert answer["note"] == text
    assert "security" in text
    found = await client.complete(
        ResourceTemplateReference(type="ref/resource", uri="standards://language/{language}"),
        {"name": "language", "value": "ty"},
    )
    assert found.completion.values == ["typescript"]
    found = await client.complete(
        PromptReference(type="ref/prompt", name="write_code"), {"name": "language", "value": "p"}
    )
    assert found.completion.values == ["python", "py", "python3"]
    found = await client.complete(
        ResourceTemplateReference(type="ref/resource", uri="standards://topic/{topic}"),
        {"name": "topic", "value": "te"},
    )
    assert found.completion.values == ["testing"]


@in_shared
async def test_prompts_carry_the_standards_and_refuse_unknown_languages(client: Client) -> None:
    prompt = await client.get_prompt("write_code", {"language": "py", "task": "Sort a list."})
    (message,) = prompt.messages
    assert isinstance(message.content, TextContent)
    assert "Sort a list." in message.content.text
    assert "standards://topic/security" in message.content.text
    prompt = await client.get_prompt("review_code", {"language": "py", "code": "a = '```'\n"})
    (message,) = prompt.messages
    assert isinstance(message.content, TextContent)
    assert "````python\na = '```'\n" in message.content.text
    with pytest.raises(MCPError, match="known: python"):
        await client.get_prompt("write_code", {"language": "cobol", "task": "x"})


@in_shared
async def test_prompts_take_as_much_as_a_check_and_no_more(client: Client) -> None:
    with anyio.fail_after(END_S):
        prompt = await client.get_prompt("review_code", {"language": "py", "code": "`" * 200_000})
    (message,) = prompt.messages
    assert isinstance(message.content, TextContent)
    assert f"\n\n{'`' * 200_001}python\n" in message.content.text
    for name, argument in (("review_code", "code"), ("write_code", "task")):
        with pytest.raises(MCPError, match=f"{argument}: 200,001 characters; at most 200,000"):
            await client.get_prompt(name, {"language": "py", argument: "a" * 200_001})


@in_shared
async def test_code_is_checked_with_a_readable_verdict_and_a_complete_report(client: Client) -> None:
    text, report = await call(client, "check_code", code="eval(input())\n", language="py", path="src/app.py")
    assert "SEC-002" in {item["id"] for item in report["fail"]}
    assert "GEN-005" in report["proved"]
    assert report["findings"]
    assert re.match(r"\d+ fails?, \d+ proved, \d+ searched without a breach, .*\d+ needs? a person\.", text)
    assert "line 1" in text
    assert "SEC-002" in text
    text, report = await call(client, "check_code", code="def f(:\n", language="python")
    assert report["parsed"] is False
    assert text.startswith("The code is not valid python.")
    _, report = await call(client, "check_code", code=GOOD_PYTHON, language="python")
    assert report["parsed"] is True
    assert not [finding for finding in report["findings"] if finding["severity"] == "error"]


async def test_what_silences_a_judge_is_told_where_it_is_new(tmp_path: Path) -> None:
    silenced = "import os  # noqa: F401\n"
    (tmp_path / "a.py").write_text(silenced)

    def named(report: dict[str, Any]) -> list[tuple[int, str]]:
        found = [(one["line"], one["rule"]) for one in report.get("findings", [])]
        return [one for one in found if one[1].startswith("suppression-")]

    async with serving(PROJECT_DIR=tmp_path, PROJECT_TOOLS="off") as client:
        more = silenced + "import sys  # noqa: F401\n"
        for arguments, lines in (
            ({}, [1, 2]),
            ({"path": "new.py"}, [1, 2]),
            ({"path": "a.py"}, [2]),
            ({"path": "a.py", "existing_code": more}, []),
            ({"existing_code": silenced}, [2]),
        ):
            _, report = await call(client, "check_code", code=more, language="python", **arguments)
            assert named(report) == [(line, "suppression-noqa") for line in lines]


@in_shared
async def test_wrong_arguments_are_answered_with_cause_and_remedy_and_the_server_goes_on(client: Client) -> None:
    assert "language: unknown language 'cobol'; known: python" in await refused(
        client, "check_code", code="x", language="cobol"
    )
    assert "200,001 characters; at most 200,000" in await refused(
        client, "check_code", code="a" * 200_001, language="css"
    )
    assert "at most 200,000" in await refused(client, "check_code", code="a" * 10_000_000, language="css")
    assert "path: " in await refused(client, "check_code", code="a", language="css", path="a\0b")
    assert "topics: unknown topic 'cooking'; known: " in await refused(
        client, "get_standards", language="py", topics=["cooking"]
    )
    assert "query: it is empty" in await refused(client, "search_standards", query=" ")
    assert "query: " in await refused(client, "search_standards", query="x" * 1_001)
    assert "code" in await refused(client, "check_code", language="py")
    await call(client, "check_code", code="a {\n  color: red;\n}\n", language="css")


@pytest.mark.parametrize("era", ERAS)
async def test_a_team_sees_its_line_and_its_rule_in_the_next_answer(era: str, team: Path) -> None:
    async with serving(era, STANDARDS_DIR=team) as client:
        _, report = await call(client, "check_code", code="print(1)\n", language="python")
        assert "OPS-001" in report["not_checkable"]
        (team / "rules/python.yml").write_text(TEAM_RULE, encoding="utf-8")
        _, report = await call(client, "check_code", code="print(1)\n", language="python")
        assert "OPS-001" in {item["id"] for item in report["fail"]}
        (team / "standards.yml").write_text("severity: {team-no-print: warning}\n", encoding="utf-8")
        _, report = await call(client, "check_code", code="print(1)\n", language="python")
        assert {f["severity"] for f in report["findings"] if f["rule"] == "team-no-print"} == {"warning"}
        (team / "standards.yml").write_text("disable: [team-no-print]\n", encoding="utf-8")
        _, report = await call(client, "check_code", code="print(1)\n", language="python")
        assert "team-no-print" not in {finding["rule"] for finding in report["findings"]}
        (team / "topics/ops.md").write_text("- `OPS-002` Programs count.\n", encoding="utf-8")
        assert "OPS-002" in await read(client, "standards://checklist/python")


async def test_a_broken_team_file_is_named_in_index_report_and_standards(team: Path) -> None:
    (team / "rules/python.yml").write_text(TEAM_RULE.replace("pattern: print($$$A)", "kind: no_such"), encoding="utf-8")
    async with serving(STANDARDS_DIR=team) as client:
        assert "rules/python.yml: team-no-print: " in await read(client, "standards://index")
        text, report = await call(client, "check_code", code="print(1)\n", language="python")
        assert any("team-no-print" in problem for problem in report["problems"])
        assert "team-no-print" in text
        text, answer = await call(client, "get_standards", language="python")
        assert any("team-no-print" in problem for problem in answer["problems"])
        assert "team-no-print" in text
        text, answer = await call(client, "search_standards", query="print", language="python")
        assert any("team-no-print" in problem for problem in answer["problems"])
        assert "team-no-print" in text
        (team / "topics/ops.md").write_text("---\n{\n---\n", encoding="utf-8")
        text, answer = await call(client, "search_standards", query="programs log")
        assert any("ops.md" in problem and "last good version" in problem for problem in answer["problems"])
        assert "ops.md" in text
        _, report = await call(client, "check_code", code="print(1)\n", language="python")
        assert any("ops.md" in problem and "last good version" in problem for problem in report["problems"])
        assert "Programs log" in await read(client, "standards://topic/ops")


async def test_a_standards_directory_that_does_not_exist_is_a_problem_with_a_remedy(tmp_path: Path) -> None:
    async with serving(STANDARDS_DIR=tmp_path / "nowhere") as client:
        text = await read(client, "standards://index")
        assert "nowhere is not a directory; create it, or correct the variable" in text
        assert "standards://topic/security" in text


async def test_what_a_project_says_is_served_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("# House rules\n\nCall the linter.\n", encoding="utf-8")
    (tmp_path / ".editorconfig").write_text("root = true\n[*.py]\nmax_line_length = 20\n", encoding="utf-8")
    async with serving(CLAUDE_PROJECT_DIR=tmp_path) as client:
        text, answer = await call(client, "get_standards", language="python")
        assert answer["project"] == ["AGENTS.md"]
        assert "Call the linter." in text
        assert "`AGENTS.md`" in await read(client, "standards://index")
        assert "Call the linter." in await read(client, "standards://language/python")
        _, report = await call(client, "check_code", code=f"value = {' + '.join('1234567')}\n" * 2, language="python")
        assert "GEN-007" in {item for finding in report["findings"] for item in finding["items"]}


async def test_a_subscriber_of_2025_is_told_of_its_resource_and_of_a_new_one(team: Path) -> None:
    env = clean_environment(STANDARDS_DIR=str(team))
    async with RawServer(COMMAND, env=env) as server:
        hello = await server.initialize(LEGACY)
        assert hello["capabilities"]["resources"] == {"subscribe": True, "listChanged": True}
        await server.request("resources/subscribe", {"uri": "standards://topic/ops"})
        (team / "topics/ops.md").write_text("- `OPS-002` Programs count.\n", encoding="utf-8")
        (news,) = await server.notification("notifications/resources/updated", deadline_s=NEWS_S)
        assert news["params"]["uri"] == "standards://topic/ops"
        (team / "topics/extra.md").write_text("- `EXT-001` More.\n", encoding="utf-8")
        await server.notification("notifications/resources/list_changed", deadline_s=NEWS_S)
        await server.request("resources/unsubscribe", {"uri": "standards://topic/ops"})
        await server.request("resources/subscribe", {"uri": "standards://topic/extra"})
        (team / "topics/ops.md").write_text("- `OPS-003` Programs stop.\n", encoding="utf-8")
        (team / "topics/extra.md").write_text("- `EXT-002` Less.\n", encoding="utf-8")
        news = (await server.notification("notifications/resources/updated", count=2, deadline_s=NEWS_S))[-1]
        assert news["params"]["uri"] == "standards://topic/extra"


async def test_a_listener_of_2026_is_told_of_its_resource_and_of_a_new_one(team: Path) -> None:
    async with serving(MODERN, STANDARDS_DIR=team) as client:
        uris = ["standards://topic/ops", "standards://topic/git"]
        async with client.listen(resource_subscriptions=uris, resources_list_changed=True) as events:
            (team / "topics/ops.md").write_text("- `OPS-002` Programs count.\n", encoding="utf-8")
            with anyio.fail_after(NEWS_S):
                assert await anext(events) == ResourceUpdated(uri="standards://topic/ops")
            (team / "topics/extra.md").write_text("- `EXT-001` More.\n", encoding="utf-8")
            with anyio.fail_after(NEWS_S):
                assert await anext(events) == ResourcesListChanged()


async def test_a_directory_made_later_is_watched_as_well(team: Path) -> None:
    (team / "topics/ops.md").unlink()
    (team / "topics").rmdir()
    async with serving(MODERN, STANDARDS_DIR=team) as client, client.listen(resources_list_changed=True) as events:
        (team / "topics").mkdir()
        (team / "topics/late.md").write_text("- `LATE-001` Now.\n", encoding="utf-8")
        # Between the directory and its watch lies a moment in which only a request would see the file.
        assert "LATE-001" in await read(client, "standards://topic/late")
        with anyio.fail_after(NEWS_S):
            assert await anext(events) == ResourcesListChanged()


async def test_no_news_is_sent_when_nothing_reads_differently(team: Path) -> None:
    async with RawServer(COMMAND, env=clean_environment(STANDARDS_DIR=str(team))) as server:
        await server.initialize(LEGACY)
        await server.request("resources/subscribe", {"uri": "standards://topic/git"})
        await server.request("resources/subscribe", {"uri": "standards://index"})
        (team / "topics/ops.md").write_text("- `OPS-002` Programs count.\n- `OPS-003` Stop.\n", encoding="utf-8")
        (news,) = await server.notification("notifications/resources/updated", deadline_s=NEWS_S)
        assert news["params"]["uri"] == "standards://index"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def working() -> AsyncIterator[RawServer]:
    """A server whose worker is up, spoken to in raw lines."""
    async with RawServer(COMMAND, env=clean_environment()) as server:
        await server.initialize()
        await server.call("check_code", code="x\n" * 15_000, language="css")
        yield server


@in_shared
async def test_half_a_character_is_checked_and_what_is_no_text_is_refused(working: RawServer) -> None:
    lone = await working.call("check_code", code="x = '\ud800'\n", language="python")
    assert lone["isError"] is False
    bad = await working.call("check_code", code=["no text"], language="python")
    assert bad["isError"] is True


KEPT_BUSY = [
    ("html", "<a>" * 60_000),
    ("go", "(" * 100_000),
    ("python", "-" * 100_000 + "1"),
    ("javascript", ("(){}[]<>\"'`=+-;:,.\n abcdef/*" * 7_000)[:200_000]),
    ("css", "\0" * 1_000),
    ("css", "\ufeffx\r\n"),
    # Monotonous and short, some of it not for the server's own process.
    *((language, (text * 10_000)[:19_999]) for language, text in [("python", "<-"), ("javascript", "->")]),
    *((language, (text * 10_000)[:19_999]) for language, text in [("go", "case a:"), ("css", "=>"), ("html", "<a ")]),
]
"""What keeps a parser busy; what each makes of all kinds is tried without a server, beside its engine."""


@in_shared
async def test_hostile_code_is_answered_in_time_while_others_are_served(working: RawServer) -> None:
    for language, code in KEPT_BUSY:
        request = await working.start_request(
            "tools/call", {"name": "check_code", "arguments": {"code": code, "language": language}}
        )
        await working.request("resources/read", {"uri": "standards://topic/git"}, deadline_s=LIMIT_S)
        answer = await working.reply(request, deadline_s=3 * LIMIT_S)
        assert answer["result"]["isError"] is False, (language, code[:20])


async def test_no_file_of_the_folder_it_was_started_in_is_run(tmp_path: Path) -> None:
    for name in ("textwrap", "secrets", "dataclasses"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nraise SystemExit\n")
    async with RawServer(COMMAND, env=clean_environment(), cwd=tmp_path) as server:
        await server.initialize()
        answer = await server.call("check_code", code="x = 1\n" * 5_000, language="python")
    assert answer["structuredContent"]["parsed"] is True
    assert not (tmp_path / "ran").exists()


async def test_more_files_than_can_be_judged_together_are_refused() -> None:
    async with RawServer(COMMAND, env=clean_environment()) as server:
        await server.initialize()
        answer = await server.call(
            "check_code", code="x = 1\n", language="python", mend=True, other_files={"a.py": "x" * 1_000_001}
        )
    assert answer["isError"] is True
    assert "at most 50 files of 1,000,000 characters together" in answer["content"][0]["text"]


async def test_the_end_of_input_ends_the_server_and_its_worker() -> None:
    processes.need_proc()
    async with RawServer(COMMAND, env=clean_environment()) as server:
        await server.initialize()
        await server.call("check_code", code="x\n" * 15_000, language="css")
        started = [process.pid for process in processes.descendants(server.pid)]
        assert started
        server.close_stdin()
        assert await server.wait(END_S) == 0
        with anyio.fail_after(END_S):
            await processes.all_dead(started)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_server_and_its_busy_worker(number: signal.Signals) -> None:
    processes.need_proc()
    async with RawServer(COMMAND, env=clean_environment()) as server:
        await server.initialize()
        await server.call("check_code", code="x\n" * 15_000, language="css")
        started = [process.pid for process in processes.descendants(server.pid)]
        await server.start_request(
            "tools/call", {"name": "check_code", "arguments": {"code": "{" * 200_000, "language": "css"}}
        )
        server.signal(number)
        assert await server.wait(END_S) == 128 + number
        with anyio.fail_after(END_S):
            await processes.all_dead(started)


async def test_a_server_whose_parent_was_killed_ends_although_its_input_stays_open() -> None:
    processes.need_proc()
    if sys.platform == "win32":
        pytest.skip("the end of input has to do on Windows")
    # The launcher holds nothing of the pipe; ours stays open, so that only the watch on the parent can tell.
    launcher = (
        "import subprocess, sys, time; child = subprocess.Popen(sys.argv[1:]); "
        "print(child.pid, file=sys.stderr, flush=True); time.sleep(600)"
    )
    async with RawServer([sys.executable, "-c", launcher, *COMMAND], env=clean_environment()) as server:
        await server.initialize()
        (child,) = [process.pid for process in processes.descendants(server.pid)]
        server.kill()
        with anyio.fail_after(END_S):
            await processes.all_dead([child])


def test_a_handshake_brings_no_parser() -> None:
    heavy = "('ast_grep_py', 'sqlglot', 'agents')"
    code = f"import sys, coding_standards.server.app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_host_that_reads_no_more_is_left_without_a_traceback() -> None:
    ping = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n'
    with subprocess.Popen(COMMAND, stdin=-1, stdout=-1, stderr=-1) as server:
        assert server.stdout is not None
        server.stdout.close()
        _, told = server.communicate(ping * 5, timeout=60)
    assert (server.returncode, b"Traceback" in told) == (0, False), told
