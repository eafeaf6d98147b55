"""A prompt that is too long for the model's context window, as each server says it. Loaded late: it imports `openai`.

llama.cpp and OpenAI name the fault by a type or code; vLLM, LM Studio and Ollama say it in words alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import openai

from groundwork.reading.json_text import read_count

_NAMED = ("exceed_context_size_error", "context_length_exceeded")
_SAID = re.compile(
    r"context (?:size|length|window|limit)|maximum (?:context|input|model) length|context the overflows"
    r"|too many (?:input )?tokens|prompt is too long|input is too (?:long|large)"
)
_WINDOW = re.compile(
    r"(?:context (?:size|length|window)|limit|maximum)(?: \w+)?(?: is| of)?(?: only)?:?\s*\(?\s*(\d[\d,]*)(?: tokens)?"
)
_PROMPT = re.compile(
    r"\(?(\d[\d,]*) (?:in the messages|input tokens)"
    r"|(?:resulted in|request|prompt)(?: has| is| of)? ?\(?(\d[\d,]*) tokens"
)
_STATUS = frozenset({400, 413, 422, 500})
"""llama.cpp answered 500 in some versions."""


@dataclass(frozen=True)
class Overflow:
    """How long the prompt was and how long it may be with its answer, in tokens, where the server says so."""

    prompt: int | None = None
    window: int | None = None


def read_overflow(error: openai.APIStatusError) -> Overflow | None:
    """What an error says about the context window; None when it is about something else."""
    said = error.message.lower()
    body: Mapping[str, object] = error.body if isinstance(error.body, dict) else {}
    is_named = any(value in _NAMED for value in (body.get("type"), body.get("code")))
    if error.status_code not in _STATUS or not (is_named or _SAID.search(said)):
        return None
    prompt, window = read_count(body.get("n_prompt_tokens")), read_count(body.get("n_ctx"))
    return Overflow(prompt or _find(_PROMPT, said), window or _find(_WINDOW, said))


def _find(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(next(filter(None, found.groups())).replace(",", "")) if found else None
