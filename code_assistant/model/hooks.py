"""What is counted and said while the model works. Loaded late: it imports `agents`."""

from __future__ import annotations

from typing import Any

from agents import ModelResponse, RunHooks, Usage

from code_assistant.context import Say
from code_assistant.model.reply import RefusedError


class EmptyAnswerError(Exception):
    """The model answered with neither text nor a tool call; the SDK would ask again until its turns run out."""


class Meter(RunHooks[None]):
    """Counts turns, tool calls and tokens over the whole conversation, and reports each step."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.turns = 0
        self.tool_calls = 0
        self.input_tokens = 0
        self.output_tokens = 0

    def add_usage(self, usage: Usage) -> None:
        """Add what one run cost."""
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens

    async def on_llm_start(self, *_: Any, **__: Any) -> None:
        """A model request begins."""
        self.turns += 1
        self._say(f"model turn {self.turns}")

    async def on_llm_end(self, context: Any, agent: Any, response: ModelResponse) -> None:
        """A model request ended; an empty answer ends the run, since each further try would be paid for."""
        calls = [item for item in response.output if item.type != "message" and item.type != "reasoning"]
        if not calls and not read_text_of(response).strip():
            refusal = _read_refusal(response).strip()
            raise RefusedError(refusal) if refusal else EmptyAnswerError

    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        """The model calls a tool."""
        self.tool_calls += 1
        self._say(f"the model uses {tool.name}")


def read_text_of(response: ModelResponse) -> str:
    """The text of a model's response, without tool calls and reasoning."""
    parts = [part for item in response.output if item.type == "message" for part in item.content]
    return "".join(getattr(part, "text", "") for part in parts)


def _read_refusal(response: ModelResponse) -> str:
    """What the model said when it declined, in the place that the APIs have for that."""
    parts = [part for item in response.output if item.type == "message" for part in item.content]
    return " ".join(part.refusal for part in parts if part.type == "refusal")
