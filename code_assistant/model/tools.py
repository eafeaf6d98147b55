"""The children as tool sources of the agent: read-only tools, cleaned words. Loaded late: it imports `agents`.

The agent never holds a connection: it asks the supervised child, so a child that restarts in the middle of a
run costs one failed tool call, not the run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Collection
from functools import lru_cache
from typing import Any

from agents import RunContextWrapper
from agents.mcp import MCPServer
from mcp.types import CallToolResult, GetPromptResult, ListPromptsResult, TextContent, Tool

from code_assistant.children.child import Child
from code_assistant.text.trim import trim
from code_assistant.text.untrusted import clean, delimit

MAX_TOOL_OUTPUT_CHARS = 20_000
MAX_DESCRIPTION_CHARS = 4_000
"""Of a tool and of each of its arguments. Hosts ask for less than 2,000; Context7's has 1,900."""
_MAX_DESCRIBED_CHARS = 10 * MAX_DESCRIPTION_CHARS
_MAX_ERROR_CHARS = 1_000
_TAKEN_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_MAX_NAME_CHARS = 50
_SAID = ("description", "title")

Remembered = Callable[[str, dict[str, Any], float], Awaitable[str | None]]
"""Answers a tool call without the child, or None: documentation that is in the cache costs no call."""


class ChildTools(MCPServer):
    """One child's tools, as the Agents SDK wants to see them."""

    def __init__(
        self,
        child: Child,
        allowed: Collection[str] | None,
        timeout_s: float,
        remembered: Remembered | None = None,
        hidden: Collection[str] = (),
    ) -> None:
        super().__init__(failure_error_function=_explain_failure)
        self._remembered = remembered
        self._child = child
        self._allowed = allowed
        self._hidden = hidden
        self._timeout_s = timeout_s
        self._real_names: dict[str, str] = {}
        self.removed = 0
        """Lines and marks taken out of this child's answers."""
        self.is_offered = True
        """Whether the model is told of these tools; a small one has no room for their descriptions."""
        self.trimmed: list[str] = []
        """What of this child's answers was left out, for the result."""

    @property
    def name(self) -> str:
        """The child's name."""
        return self._child.name

    @property
    def cached_tools(self) -> list[Tool]:
        """The tools that the agent may use: those allowed by name, else those that declare themselves read-only."""
        return [tool for tool in self._child.tools if self._may_use(tool) and tool.name not in self._hidden]

    @property
    def shown_tools(self) -> list[Tool]:
        """The same under names that every model server takes; one that it refuses would cost all of them."""
        tools = self.cached_tools if self.is_offered else []
        self._real_names = {_shown_name(tool.name): tool.name for tool in tools}
        return [tool.model_copy(update={"name": _shown_name(tool.name)}) for tool in tools]

    def _may_use(self, tool: Tool) -> bool:
        if self._allowed is not None:
            return tool.name in self._allowed
        return bool(tool.annotations and tool.annotations.read_only_hint)

    async def connect(self) -> None:
        """The supervisor does that."""

    async def cleanup(self) -> None:
        """The supervisor does that."""

    async def list_tools(self, run_context: RunContextWrapper[Any] | None = None, agent: Any = None) -> list[Tool]:
        """Return the allowed tools from what the child listed when it became ready, in words fit for the model."""
        return [_clean_tool(tool) for tool in self.shown_tools]

    async def call_tool(
        self, tool_name: str, arguments: dict[str, Any] | None, meta: dict[str, Any] | None = None
    ) -> CallToolResult:
        """Call a tool of the child; its text comes back cleaned, shortened and delimited."""
        tool_name = self._real_names.get(tool_name, tool_name)
        text, is_error = await self._ask(tool_name, arguments or {})
        cleaned = clean(text)
        self.removed += cleaned.removed
        shortened = trim(cleaned.text, MAX_TOOL_OUTPUT_CHARS, " ".join(map(str, (arguments or {}).values())))
        dropped, shown = shortened.dropped_chars + cleaned.cut_chars, shortened.text
        if dropped:
            said = f"{dropped:,} of {len(shortened.text) + dropped:,} characters"
            self.trimmed.append(f"{self.name} {tool_name}: {said}")
            shown = f"{shown}\n\n[{said} are left out here: they are too many. Ask for less at a time.]"
        wrapped = delimit("tool_output", shown, source=f"{self.name} {tool_name}")
        return CallToolResult(content=[TextContent(type="text", text=wrapped)], is_error=is_error)

    async def _ask(self, tool_name: str, arguments: dict[str, Any]) -> tuple[str, bool]:
        if self._remembered is not None:
            text = await self._remembered(tool_name, arguments, self._timeout_s)
            if text is not None:
                return text, False
        result = await self._child.call_tool(tool_name, arguments, self._timeout_s)
        return "\n".join(part.text for part in result.content if isinstance(part, TextContent)), bool(result.is_error)

    async def list_prompts(self) -> ListPromptsResult:
        """The agent is given no prompts."""
        return ListPromptsResult(prompts=[])

    async def get_prompt(self, name: str, arguments: dict[str, Any] | None = None) -> GetPromptResult:
        """The agent is given no prompts."""
        raise NotImplementedError(f"{self.name}: prompts are not for the agent")


def _shown_name(name: str) -> str:
    """The name itself where it is one for OpenAI; else a similar one that is no other tool's."""
    if _TAKEN_NAME.fullmatch(name):
        return name
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{_NOT_IN_NAMES.sub('_', name)[:_MAX_NAME_CHARS]}_{mark}"


def _clean_tool(tool: Tool) -> Tool:
    """The same tool; what it says of itself is text from outside like its answers are."""
    told = _clean_words(tool.description) if tool.description is not None else None
    return tool.model_copy(update={"description": told, "input_schema": _clean_schema(tool.input_schema)})


def _clean_schema(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: _clean_words(value) if key in _SAID and isinstance(value, str) else _clean_schema(value)
            for key, value in part.items()
        }
    return [_clean_schema(one) for one in part] if isinstance(part, list) else part


@lru_cache(maxsize=512)
def _clean_words(text: str) -> str:
    """Every request shows the same few texts to the model."""
    return trim(clean(text[:_MAX_DESCRIBED_CHARS]).text, MAX_DESCRIPTION_CHARS, "").text


def _explain_failure(context: RunContextWrapper[Any], error: Exception) -> str:
    why = clean(str(error)[:_MAX_ERROR_CHARS]).text
    return f"The tool failed: {why}. Go on without it and say in `explanation` what is missing."
