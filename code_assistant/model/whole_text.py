"""A model whose words can be written: halves of characters are mended at the source. Loaded late: it imports `agents`.

A lone surrogate in an answer or in a tool's arguments makes the SDK break off a run that is paid for, and no wire
carries the history that holds one.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from agents import Model, ModelResponse

from code_assistant.model.reply import refuse_failed
from code_assistant.text.untrusted import whole, without_surrogates

_TEXTS = ("text", "refusal", "name")


class WholeTextModel(Model):
    """Passes everything on to a model, and its words back, mended."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def get_response(self, *args: Any, **more: Any) -> ModelResponse:
        """Ask the model."""
        response = await self._model.get_response(*args, **more)
        for item in response.output:
            _mend(item)
        return response

    async def stream_response(self, *args: Any, **more: Any) -> AsyncIterator[Any]:
        """Ask the model; mended is what the SDK keeps: finished items and the response as a whole."""
        events: Any = self._model.stream_response(*args, **more)
        async with aclosing(events):  # an aborted run ends the model's request, not only this
            async for event in events:
                response = getattr(event, "response", None)
                refuse_failed(response)
                for item in (getattr(event, "item", None), *(getattr(response, "output", None) or ())):
                    _mend(item)
                yield event

    def get_retry_advice(self, request: Any) -> Any:
        """The model's own."""
        return self._model.get_retry_advice(request)

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()


def _mend(item: Any) -> None:
    parts = [*(getattr(item, "content", None) or ()), *(getattr(item, "summary", None) or ())]
    for part in (item, *parts):
        for name in _TEXTS:
            if isinstance(value := getattr(part, name, None), str):
                setattr(part, name, without_surrogates(value))
    if isinstance(arguments := getattr(item, "arguments", None), str):
        item.arguments = _repair_json(arguments)


def _repair_json(text: str) -> str:
    """Escapes in JSON hold halves too."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return without_surrogates(text)
    mended = whole(value)
    return text if mended == value else json.dumps(mended)
