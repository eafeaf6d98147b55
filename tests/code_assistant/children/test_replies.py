"""One fault in what a child replies costs that reply, or that tool, and nothing else; what it costs is said."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest, JSONRPCResponse

from code_assistant.children.errors import ChildError
from code_assistant.children.launch import Mask
from code_assistant.children.replies import MAX_BLOCKS, Replies
from tests.support.children import WAIT_S, comes_to, program, say, supervised

PROGRAM = "odd_replies.py"
AT_ONCE_S = 10.0
"""What is answered at once: a call that nobody answers takes `WAIT_S`."""


@pytest.mark.parametrize(
    ("mode", "tools", "note"),
    [
        ("same_cursor", ["say", "other"], "names a next page that is none"),
        ("empty_cursor", ["say"], "names a next page that is none"),
        ("pages", ["t0", "t1", "t2"], None),
        ("no_type", ["say"], "its tool untyped is left out: inputSchema.type: Field required"),
        ("no_schema", ["say"], "its tool bare is left out"),
        ("mark", ["say"], None),
    ],
)
async def test_a_fault_in_the_list_of_tools_costs_what_is_wrong_alone(
    mode: str, tools: list[str], note: str | None
) -> None:
    with anyio.fail_after(WAIT_S):
        async with supervised(program(PROGRAM, mode)) as child:
            await comes_to(child, lambda c: c.state in ("ready", "failed"))
            assert child.last_error is None
            assert [tool.name for tool in child.tools] == tools
            assert any(note in said for said in child.notes) if note else child.notes == ()


async def test_a_list_of_tools_without_an_end_is_cut_and_said() -> None:
    with anyio.fail_after(WAIT_S):
        async with supervised(program(PROGRAM, "endless")) as child:
            await comes_to(child, lambda c: c.state == "ready")
            assert len(child.tools) == 100
            assert child.notes == ("its list of tools has more than 100 pages; the rest is left out",)


async def test_an_unreadable_answer_fails_at_once_and_alone() -> None:
    with anyio.fail_after(WAIT_S):
        async with supervised(program(PROGRAM, "right")) as child:
            for how in ("half", "half, id last", "half, no id", "nesting"):
                with pytest.raises(ChildError, match="no valid JSON-RPC"), anyio.fail_after(AT_ONCE_S):
                    await say(child, "say", how=how)
                assert await say(child, "say", how="right") == "right"
            assert child.state == "ready"
            assert child.restarts == 0


@pytest.mark.parametrize(
    ("how", "expected"),
    [("surrogate", "half \ufffd"), ("bytes", "gr\ufffd\ufffde"), ("mark", "mark"), ("noise", "noise")],
)
async def test_an_answer_that_can_be_mended_is_one(how: str, expected: str) -> None:
    with anyio.fail_after(WAIT_S):
        async with supervised(program(PROGRAM, "right")) as child:
            assert await say(child, "say", AT_ONCE_S, how=how) == expected


async def test_what_a_child_calls_itself_reaches_no_terminal_as_an_order() -> None:
    with anyio.fail_after(WAIT_S):
        async with supervised(program(PROGRAM, "right")) as child:
            await comes_to(child, lambda c: c.state == "ready")
            assert (child.server_name, child.server_version) == ("odd", "1")


def replied(replies: Replies, result: dict[str, Any]) -> dict[str, Any]:
    """What becomes of this result of a tool call."""
    replies.note_request(SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=1, method="tools/call", params={})))
    read = replies.read(SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=1, result=result)))
    assert isinstance(read, SessionMessage)
    assert isinstance(read.message, JSONRPCResponse)
    return read.message.result


def test_many_neighbouring_texts_are_one_and_what_is_between_them_stays() -> None:
    image = {"type": "image", "data": "aa", "mimeType": "image/png"}
    texts = [{"type": "text", "text": str(number)} for number in range(MAX_BLOCKS)]
    result = replied(Replies(), {"content": [*texts, image, *texts]})
    assert [block["type"] for block in result["content"]] == ["text", "image", "text"]
    assert result["content"][0]["text"] == "\n".join(map(str, range(MAX_BLOCKS)))
    assert replied(Replies(), {"content": texts})["content"] == texts


async def test_a_hundred_thousand_texts_of_one_answer_arrive_whole() -> None:
    with anyio.fail_after(WAIT_S):
        async with supervised(program(PROGRAM, "right")) as child:
            assert len((await say(child, "say", how="many")).split("\n")) == 100_000


def test_a_known_secret_that_a_child_echoes_is_masked_on_its_way_in_and_examples_stay() -> None:
    replies = Replies(Mask(["tok-0123456789"]).hide_known)
    shown = {"type": "text", "text": "Authorization: tok-0123456789, such as sk-abcdefghijkl"}
    result = replied(replies, {"content": [shown], "structuredContent": {"env": ["tok-0123456789"]}})
    assert result["content"][0]["text"] == "Authorization: ***, such as sk-abcdefghijkl"
    assert result["structuredContent"] == {"env": ["***"]}
