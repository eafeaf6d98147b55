"""What the fake model does: turns, faults, and its view of a request, the same for both of OpenAI's APIs.

One rule: a turn is data. A script is one turn (always the same), a list of turns (one a request), or a function.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Fault = Literal["status", "hang", "cut", "end_early", "malformed", "raw"]
API = Literal["responses", "chat"]


@dataclass(frozen=True)
class ToolCall:
    """A tool the model calls; `arguments` is JSON text, so that it can be wrong JSON too."""

    name: str
    arguments: str = "{}"
    is_text: bool = False
    """Whether the arguments are a text of the tool's own form, as the Responses API has it."""


@dataclass(frozen=True)
class Turn:
    """One answer of the model."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    delay_s: float = 0.0
    """Silence before anything is sent."""
    pace_s: float = 0.0
    """Silence between two chunks of a streamed answer."""
    fault: Fault | None = None
    status: int = 200
    retry_after_s: float | None = None
    body: bytes = b""
    """What a `raw` reply holds, whatever the API asks for."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelRequest:
    """What a model sees of a request, whichever API it came through."""

    api: API
    model: str
    is_streamed: bool
    instructions: str
    text: str
    """Everything said so far, without the instructions and without tool output."""
    tools: dict[str, dict[str, Any]]
    """The JSON schema of the arguments, by the name of the tool."""
    tool_calls: tuple[str, ...]
    """The names of the tools called so far in this conversation."""
    tool_outputs: tuple[str, ...]
    output_schema: dict[str, Any] | None
    """The JSON schema the answer must have, None for free text."""
    body: dict[str, Any] = field(repr=False)


Script = Turn | Sequence[Turn] | Callable[[ModelRequest], Turn]


def say(text: str, *, delay_s: float = 0.0, pace_s: float = 0.0) -> Turn:
    """Answer with prose, or with a text of any other form."""
    return Turn(text, delay_s=delay_s, pace_s=pace_s)


def answer(value: object, *, delay_s: float = 0.0) -> Turn:
    """Answer with JSON, as a model does that was given an output schema."""
    return Turn(json.dumps(value), delay_s=delay_s)


def call(name: str, **arguments: object) -> Turn:
    """Call one tool. Several: `Turn(calls=(tool_call(...), tool_call(...)))`."""
    return Turn(calls=(tool_call(name, **arguments),))


def tool_call(name: str, **arguments: object) -> ToolCall:
    return ToolCall(name, json.dumps(arguments))


def fail(status: int, *, retry_after_s: float | None = None, said: str = "") -> Turn:
    """Refuse with an HTTP status and OpenAI's error body."""
    return Turn(said, fault="status", status=status, retry_after_s=retry_after_s)


def hang(text: str = "") -> Turn:
    """Send nothing (streamed: the first half of `text`) until the fake is told to `release()` or the client closes."""
    return Turn(text, fault="hang")


def cut(text: str = "a text that is cut in the middle") -> Turn:
    """Close the connection in the middle of the answer."""
    return Turn(text, fault="cut")


def end_early(text: str = "a text whose end is missing") -> Turn:
    """End the stream properly as HTTP goes, but without OpenAI's last events."""
    return Turn(text, fault="end_early")


def reply(body: bytes | str = b"", *, status: int = 200, **headers: str) -> Turn:
    """Reply with these bytes and headers (`_` for `-`), which may be no answer of the API at all."""
    raw = body.encode() if isinstance(body, str) else body
    return Turn(fault="raw", status=status, body=raw, headers={"Content_Type": "application/json", **headers})


def malformed() -> Turn:
    """Send what is not JSON where JSON belongs."""
    return Turn("text", fault="malformed")


def empty() -> Turn:
    """A complete answer with nothing in it."""
    return Turn()


def huge(characters: int = 2_000_000) -> Turn:
    """A fenced code block of this size."""
    line = "VALUE = 'the same line again and again'\n"
    return Turn("```python\n" + line * (characters // len(line)) + "```\n")


def read_request(api: API, body: dict[str, Any]) -> ModelRequest:
    """Turn the body of either API into what a model sees."""
    items = body.get("input" if api == "responses" else "messages") or []
    if isinstance(items, str):
        items = [{"role": "user", "content": items}]
    said = [item for item in items if "role" in item and item["role"] not in ("system", "developer", "tool")]
    orders = [body.get("instructions")] + [i["content"] for i in items if i.get("role") in ("system", "developer")]
    return ModelRequest(
        api=api,
        model=body.get("model", ""),
        is_streamed=bool(body.get("stream")),
        instructions="\n".join(_plain(order) for order in orders if order),
        text="\n".join(_plain(item.get("content")) for item in said),
        tools=dict(_tools(body.get("tools") or [])),
        tool_calls=tuple(_called(items)),
        tool_outputs=tuple(_plain(item.get("output", item.get("content"))) for item in items if _is_output(item)),
        output_schema=_output_schema(body),
        body=body,
    )


def _is_output(item: dict[str, Any]) -> bool:
    return item.get("type") in ("function_call_output", "custom_tool_call_output") or item.get("role") == "tool"


def _plain(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content)
    return str(content or "")


def _tools(tools: Iterable[dict[str, Any]]) -> Iterable[tuple[str, dict[str, Any]]]:
    for tool in tools:
        function = tool.get("function", tool)
        if tool.get("type") == "function":
            yield function["name"], function.get("parameters") or {}
        elif tool.get("type") == "namespace":  # as Codex sends the tools of each MCP server
            for inner in tool["tools"]:
                yield f"{tool['name']}/{inner['name']}", inner.get("parameters") or {}


def _called(items: Iterable[dict[str, Any]]) -> Iterable[str]:
    for item in items:
        if item.get("type") == "function_call":
            yield item["name"]
        for made in item.get("tool_calls") or []:
            yield made["function"]["name"]


def _output_schema(body: dict[str, Any]) -> dict[str, Any] | None:
    form = (body.get("text") or {}).get("format") or body.get("response_format") or {}
    schema: dict[str, Any] | None = form.get("schema") or (form.get("json_schema") or {}).get("schema")
    return schema
