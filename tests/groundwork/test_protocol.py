"""Both servers keep the protocol to the letter, in both its eras; real processes, raw lines."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from mcp_types import INVALID_PARAMS, METHOD_NOT_FOUND

from groundwork.protocol import VERSIONS
from groundwork.version import __version__
from tests.support.raw_server import LEGACY, MODERN, RawServer, clean_environment

ROOT = Path(__file__).resolve().parents[2]
ASSISTANT, STANDARDS = "code-assistant-server.py", "standards-server.py"
in_shared = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[(script, era) for script in (ASSISTANT, STANDARDS) for era in (LEGACY, MODERN)],
    ids=" ".join,
)
async def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, str, dict[str, Any], RawServer]]:
    """The script, the era, what the server says of itself, and the server."""
    script, era = request.param
    where = tmp_path_factory.mktemp("anywhere")
    async with RawServer([sys.executable, ROOT / script], env=clean_environment(), cwd=where) as server:
        hello = await server.initialize(era)
        yield script, era, hello, server
    assert "Traceback" not in server.stderr


Served = tuple[str, str, dict[str, Any], RawServer]


@in_shared
async def test_an_unknown_tool_is_an_error_of_the_protocol(served: Served) -> None:
    error = (await served[3].request("tools/call", {"name": "no_such_tool", "arguments": {}}))["error"]
    assert error["code"] == INVALID_PARAMS
    assert error["message"].startswith("Unknown tool 'no_such_tool'; ")


@in_shared
async def test_rubbish_is_survived(served: Served) -> None:
    for line in (b"not json", b"", b"[1, 2", b'{"jsonrpc": "2.0", "id": 99}', b"\xff\xfe", b"null"):
        await served[3].send_line(line)
    assert (await served[3].request("tools/list"))["result"]["tools"]


@in_shared
async def test_an_unknown_method_is_not_sent_back_whole(served: Served) -> None:
    error = (await served[3].request("x" * 100_000))["error"]
    assert error["code"] == METHOD_NOT_FOUND
    assert len(json.dumps(error)) < 200


@in_shared
async def test_what_is_subscribed_to_is_bounded(served: Served) -> None:
    script, era, _, server = served
    if script == STANDARDS and era == LEGACY:
        error = (await server.request("resources/subscribe", {"uri": "x" * 100_000}))["error"]
        assert error["code"] == INVALID_PARAMS


@in_shared
@pytest.mark.parametrize("cursor", ["", "abc", "x" * 9_000])
async def test_a_cursor_that_nobody_gave_is_refused(served: Served, cursor: str) -> None:
    error = (await served[3].request("tools/list", {"cursor": cursor}))["error"]
    assert error["code"] == INVALID_PARAMS
    assert len(error["message"]) < 200


@in_shared
async def test_only_what_there_is_is_declared(served: Served) -> None:
    script, era, hello, server = served
    told = hello["capabilities"]
    assert told["tools"].get("listChanged", False) is False
    if script == ASSISTANT:
        assert set(told) - {"experimental"} == {"tools"}
        for method, params in (("prompts/get", {"name": "x"}), ("resources/list", {}), ("prompts/list", {})):
            assert (await server.request(method, params))["error"]["code"] == METHOD_NOT_FOUND
    else:
        assert set(told) - {"experimental"} == {"tools", "resources", "prompts", "completions"}
        assert told["resources"]["subscribe"] is told["resources"]["listChanged"] is True
        assert told["prompts"].get("listChanged", False) is False
    if era == MODERN:
        assert hello["supportedVersions"] == list(VERSIONS)


@in_shared
async def test_the_server_says_what_it_is(served: Served) -> None:
    script, era, hello, _ = served
    info = hello["serverInfo"] if era == LEGACY else hello["_meta"]["io.modelcontextprotocol/serverInfo"]
    assert info["name"] == {ASSISTANT: "code-assistant", STANDARDS: "coding-standards"}[script]
    assert info["version"] == __version__
    assert info["description"]
    (icon,) = info["icons"]
    assert icon["src"].startswith("data:image/svg+xml,%3Csvg")


@in_shared
async def test_the_tools_can_be_used_by_strict_clients(served: Served) -> None:
    tools = (await served[3].request("tools/list"))["result"]["tools"]
    for tool in tools:
        assert tool["description"] == inspect.cleandoc(tool["description"])
        schema = tool["inputSchema"]
        assert schema["additionalProperties"] is False
        assert not any(word in json.dumps(schema) for word in ('"minLength"', '"maxLength"', '"maxItems"'))
        assert "python" in schema["properties"].get("language", {}).get("examples", ["python"])
        assert list(_undescribed(schema)) == list(_undescribed(tool["outputSchema"])) == []


@in_shared
async def test_what_never_changes_may_be_kept(served: Served) -> None:
    _, era, _, server = served
    listed = (await server.request("tools/list"))["result"]
    if era == MODERN:
        assert (listed["ttlMs"], listed["cacheScope"]) == (3_600_000, "public")
    else:
        assert "ttlMs" not in listed


@in_shared
async def test_prompts_resources_and_templates_are_described(served: Served) -> None:
    script, _, _, server = served
    if script == ASSISTANT:
        return
    for kind, method in (
        ("prompts", "prompts"),
        ("resources", "resources"),
        ("resourceTemplates", "resources/templates"),
    ):
        listed = (await server.request(f"{method}/list"))["result"][kind]
        assert listed
        assert all(one["description"] == inspect.cleandoc(one["description"]) != "" for one in listed)


def _undescribed(part: object, name: str = "") -> Iterator[str]:
    """The names of all properties without a description, at any depth."""
    if isinstance(part, list):
        for one in part:
            yield from _undescribed(one, name)
    elif isinstance(part, dict):
        properties = part.get("properties")
        for of, told in properties.items() if isinstance(properties, dict) else ():
            if not told.get("description"):
                yield f"{name}.{of}"
        for of, one in part.items():
            yield from _undescribed(one, f"{name}.{of}")
