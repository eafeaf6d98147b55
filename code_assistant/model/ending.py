"""How an answer ended: by itself, at a limit, or in a repetition without end. Loaded late: it imports `agents`.

The Agents SDK drops a chat completion's `finish_reason`, takes a cut response for an error though its text was paid
for, and breaks off at half a character. Its one rule: what was written is kept, and it is known how it ended.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

import openai
from agents import Model, ModelResponse
from openai.types.responses import Response, ResponseCompletedEvent, ResponseOutputMessage, ResponseOutputText

from code_assistant.model.repetition import LOOK_EVERY, find_repetition
from code_assistant.model.reply import refuse_failed
from code_assistant.text.untrusted import mend_halves, without_surrogates
from groundwork.wire import PassingStream

Reason = Literal["length", "repetition"]
_TEXTS = ("text", "refusal", "name")


@dataclass
class Ending:
    """How the last answer ended; None is by itself."""

    reason: Reason | None = None


_current: ContextVar[Ending] = ContextVar("ending")


class EndedModel(Model):
    """Passes everything on to a model, mends its words, ends what repeats itself, and knows how the last one ended."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.ending = Ending()

    async def get_response(self, *args: Any, **more: Any) -> ModelResponse:
        """Ask the model."""
        self._begin()
        response = await self._model.get_response(*args, **more)
        _mend_items(response.output)
        return response

    async def stream_response(self, *args: Any, **more: Any) -> AsyncIterator[Any]:
        """Ask the model; the stream ends early when the text repeats itself, and the model's request with it."""
        self._begin()
        text, looked_at = "", 0
        begun: Response | None = None
        events: Any = self._model.stream_response(*args, **more)
        async with aclosing(events):
            async for event in events:
                response = getattr(event, "response", None)
                refuse_failed(response)
                _mend_items((getattr(event, "item", None), *(getattr(response, "output", None) or ())))
                begun = response or begun
                if event.type == "response.incomplete" and _is_cut(event.response):
                    self.ending.reason = "length"
                    yield _complete(event.response, text)
                    return
                yield event
                if event.type != "response.output_text.delta":
                    continue
                text += event.delta
                if len(text) - looked_at < LOOK_EVERY:
                    continue
                looked_at = len(text)
                end = find_repetition(text)
                if end is not None and begun is not None:
                    self.ending.reason = "repetition"
                    yield _complete(begun, text[:end])
                    return

    def _begin(self) -> None:
        self.ending = Ending()
        _current.set(self.ending)

    def get_retry_advice(self, request: Any) -> Any:
        """The model's own."""
        return self._model.get_retry_advice(request)

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()


def note_endings(client: openai.AsyncOpenAI) -> None:
    """Have a client tell how each of its answers ended, to the `EndedModel` that asked for it."""
    ask_chat, ask_responses = client.chat.completions.create, client.responses.create

    async def complete(**options: Any) -> Any:
        result: Any = await ask_chat(**options)
        if options.get("stream"):
            return _NotedStream(result)
        _note_choices(result)
        return result

    async def respond(**options: Any) -> Any:
        result: Any = await ask_responses(**options)
        if isinstance(result, Response) and _is_cut(result):
            _note_length()
            result.status = "completed"  # else the SDK throws its text away
        return result

    client.chat.completions.create = complete  # type: ignore[method-assign]
    client.responses.create = respond  # type: ignore[method-assign]


class _NotedStream(PassingStream):
    """The stream of a chat completion."""

    async def __anext__(self) -> Any:
        chunk = await super().__anext__()
        _note_choices(chunk)
        return chunk


def _note_choices(answer: Any) -> None:
    if any(choice.finish_reason == "length" for choice in getattr(answer, "choices", None) or ()):
        _note_length()


def _note_length() -> None:
    ending = _current.get(None)
    if ending is not None:
        ending.reason = "length"


def _is_cut(response: Response) -> bool:
    details = response.incomplete_details
    return response.status == "incomplete" and details is not None and details.reason == "max_output_tokens"


def _complete(begun: Response, text: str) -> ResponseCompletedEvent:
    """What the SDK takes for the end of a stream, with the text that there is."""
    part = ResponseOutputText(annotations=[], text=text, type="output_text")
    message = ResponseOutputMessage(id="cut", content=[part], role="assistant", status="completed", type="message")
    response = begun.model_copy(update={"status": "completed", "output": [message] if text else []})
    return ResponseCompletedEvent(response=response, sequence_number=0, type="response.completed")


def _mend_items(items: Iterable[object]) -> None:
    """Mend halves of characters in what the SDK keeps of an answer, its items with their parts, in place.

    One of them makes the SDK break off a run that is paid for, and no wire carries the history that holds one.
    """
    for item in items:
        parts = [*(getattr(item, "content", None) or ()), *(getattr(item, "summary", None) or ())]
        for part in (item, *parts):
            for name in _TEXTS:
                if isinstance(value := getattr(part, name, None), str):
                    setattr(part, name, without_surrogates(value))
        if isinstance(arguments := getattr(item, "arguments", None), str):
            setattr(item, "arguments", _repair_json(arguments))  # noqa: B010  # items have no common type


def _repair_json(text: str) -> str:
    """Escapes in JSON hold halves too."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return without_surrogates(text)
    mended = mend_halves(value)
    return text if mended == value else json.dumps(mended)
