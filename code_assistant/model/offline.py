"""The offline model: no network, no key, the same path. Loaded late: it imports `agents`.

Like any model it first calls tools of both servers and then answers in the schema. What it answers is a
scaffold, and it says so. Deterministic: equal requests get equal answers.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from agents import Model, ModelResponse, Usage
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItem,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
)

from code_assistant.context import Context
from code_assistant.request import GenerationRequest
from code_assistant.scaffold import scaffold
from code_assistant.text.trim import trim

_STANDARDS_CHARS = 6_000
_DOCUMENTATION_CHARS = 4_000
"""For each library, in the explanation that the host's own model completes the scaffold from."""


class OfflineModel(Model):
    """Answers one request with a scaffold."""

    def __init__(self, request: GenerationRequest, context: Context) -> None:
        self._request = request
        self._context = context

    async def get_response(
        self, system_instructions: Any, input: Any, model_settings: Any, tools: Sequence[Any], *args: Any, **more: Any
    ) -> ModelResponse:
        """Call tools on the first turn, answer on the next."""
        items = [] if isinstance(input, str) else list(input)
        has_looked = any(isinstance(item, dict) and item.get("type") == "function_call_output" for item in items)
        calls = [] if has_looked else self._tool_calls([tool.name for tool in tools])
        output: list[ResponseOutputItem] = list(calls) or [_message(self._answer())]
        return ModelResponse(output=output, usage=Usage(), response_id=None)

    async def stream_response(
        self, system_instructions: Any, input: Any, model_settings: Any, tools: Sequence[Any], *args: Any, **more: Any
    ) -> AsyncIterator[Any]:
        """The same as a stream of the two events that the SDK needs."""
        response = await self.get_response(system_instructions, input, model_settings, tools)
        for index, item in enumerate(response.output):
            yield ResponseOutputItemDoneEvent(
                item=item, output_index=index, sequence_number=index, type="response.output_item.done"
            )
        yield ResponseCompletedEvent(
            response=Response(
                id="offline",
                created_at=0,
                model="offline",
                object="response",
                output=response.output,
                parallel_tool_calls=True,
                tool_choice="auto",
                tools=[],
            ),
            sequence_number=len(response.output),
            type="response.completed",
        )

    def _tool_calls(self, offered: Sequence[str]) -> list[ResponseFunctionToolCall]:
        """What a careful model would look up. Context7 is asked what the context asked it, which costs no call."""
        wanted: list[tuple[str, dict[str, Any]]] = [
            ("search_standards", {"query": self._request.request[:200], "language": self._request.language})
        ]
        known = [doc for doc in self._context.documentation_used if doc.source == "context7" and doc.library_id]
        for doc in known[:1]:
            wanted.append(("query-docs", {"libraryId": doc.library_id, "query": self._request.request[:300]}))
            old = {"context7CompatibleLibraryID": doc.library_id, "topic": self._request.request[:300], "tokens": 6000}
            wanted.append(("get-library-docs", old))
        calls: list[ResponseFunctionToolCall] = []
        for name, arguments in wanted:
            tool = next((tool for tool in offered if tool == name or tool.endswith(f"__{name}")), None)
            if tool is not None:
                calls.append(_call(tool, arguments, len(calls)))
        return calls

    def _answer(self) -> str:
        request = self._request
        made = scaffold(
            request.request,
            request.language,
            request.libraries,
            include_tests=request.include_tests,
            include_docs=request.include_docs,
        )
        return json.dumps({"files": [file.model_dump() for file in made], "explanation": self._explanation()})

    def _explanation(self) -> str:
        """What a person or the host's own model needs to complete the scaffold."""
        parts = [
            "These files are a starting point: names, types, documentation and checks stand, the behaviour is open."
        ]
        if self._request.existing_code is not None:
            parts.append("The existing code was not changed: that takes a model.")
        checklist = self._context.checklist
        if checklist:
            about = self._request.request
            parts.append(f"## Standards to follow\n\n{_body(trim(checklist, _STANDARDS_CHARS, about).text)}")
        for part in self._context.documentation:
            shown = trim(part.text, _DOCUMENTATION_CHARS, self._request.request).text
            parts.append(f"## Documentation of {part.title} ({part.source})\n\n{shown}")
        return "\n\n".join(parts)


def _body(text: str) -> str:
    """A text without its title, which would be a second one here."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("# ")).strip()


def _message(text: str) -> ResponseOutputMessage:
    content = ResponseOutputText(annotations=[], text=text, type="output_text")
    return ResponseOutputMessage(id="offline", content=[content], role="assistant", status="completed", type="message")


def _call(name: str, arguments: dict[str, Any], index: int) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        arguments=json.dumps(arguments), call_id=f"offline-{index}", name=name, type="function_call"
    )
