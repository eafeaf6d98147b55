"""The context window of a model server: how many tokens prompt and answer have together, and a prompt that is too long.

Loaded late: it imports `openai`. Its one rule: a server that does not tell, or not in time, has an unknown window; that
is no failure. Of a prompt that is too long llama.cpp and OpenAI tell by a type or code, vLLM, LM Studio and Ollama in
words alone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import openai
from openai import RequestOptions

from code_assistant.settings import Settings
from groundwork.reading.json_text import read_count

ASK_S = 3.0
"""For all questions together; the servers answer in milliseconds, unless they are loading a model."""
CHARS_PER_TOKEN = 3.0
"""On the safe side: code and English have 3.3 to 4.2 in today's vocabularies."""
SWITCHES: Mapping[str, str] = {
    "llama.cpp": "`-c` of llama-server",
    "Ollama": "OLLAMA_CONTEXT_LENGTH, or `num_ctx` in the Modelfile",
    "LM Studio": "the Context Length that the model is loaded with in LM Studio",
    "vLLM": "`--max-model-len` of vLLM",
}
"""What makes the window larger, by the kind of server."""
_SMALLEST = 256
_FIXED_CHARS = {"full": 14_000, "lean": 1_200}
"""Instructions, the form of the answer and the tools' descriptions, with Context7's."""
_LEAST_CHARS = 600
_NUM_CTX = re.compile(r"^\s*num_ctx\s+(\d+)", re.MULTILINE)
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
class Window:
    """What is known of a window; `tokens` is None where the server does not tell."""

    tokens: int | None = None
    server: str | None = None
    is_final: bool = field(default=False, compare=False)
    """Whether a server that is up does not tell it, and will not when it is asked again."""

    @property
    def switch(self) -> str:
        """How it is made larger: the server's own switch, or all that are known."""
        return SWITCHES[self.server] if self.server else "its context size (" + "; ".join(SWITCHES.values()) + ")"

    def budget_chars(self, settings: Settings, asked_chars: int) -> int:
        """What of standards and documentation fits beside a request of so many characters and its answer."""
        if self.tokens is None:
            return settings.context_chars
        answer = min(settings.answer_tokens, self.tokens // 2)
        left = int((self.tokens - answer) * CHARS_PER_TOKEN) - asked_chars - _FIXED_CHARS[settings.profile]
        return max(_LEAST_CHARS, min(settings.context_chars, left))


async def ask_window(client: openai.AsyncOpenAI, settings: Settings) -> Window:
    """Ask the model server for its window, in the ways of all servers that tell it, at the same time."""
    if settings.is_openai or settings.is_offline or settings.base_url is None:
        return Window()
    server = _Server(client, settings.base_url.rstrip("/").removesuffix("/v1"))
    questions = (_ask_llama_cpp, _ask_lm_studio, _ask_ollama, _ask_models)
    found = await asyncio.gather(*(ask(server, settings.model) for ask in questions))
    known = [window for window in found if window.tokens is not None and window.tokens >= _SMALLEST]
    unknown = Window(is_final=server.is_up)
    return known[0] if known else next((window for window in found if window.server), unknown)


@dataclass
class _Server:
    """The model server beside its API: the client brings the key, the proxy and the certificates."""

    client: openai.AsyncOpenAI
    root: str
    is_up: bool = False
    """Whether it has a page, or says that it has none; one that loads a model says neither."""

    async def read(self, path: str, body: Mapping[str, str] | None = None) -> dict[str, object]:
        """The JSON object at a path; empty when there is none."""
        options: RequestOptions = {"timeout": ASK_S}
        try:
            async with asyncio.timeout(ASK_S):
                if body is None:
                    value = await self.client.get(f"{self.root}{path}", cast_to=object, options=options)
                else:
                    value = await self.client.post(f"{self.root}{path}", cast_to=object, body=body, options=options)
        except (openai.OpenAIError, TimeoutError, ValueError, RecursionError) as error:
            self.is_up = self.is_up or isinstance(error, openai.NotFoundError)
            return {}
        self.is_up = True
        return value if isinstance(value, dict) else {}


async def _ask_llama_cpp(server: _Server, model: str) -> Window:
    """llama.cpp's `/props`: the window of one slot, which is what a request has."""
    props = await server.read("/props")
    defaults = props.get("default_generation_settings")
    if not isinstance(defaults, dict):
        return Window()
    return Window(read_count(defaults.get("n_ctx")), "llama.cpp")


async def _ask_lm_studio(server: _Server, model: str) -> Window:
    """LM Studio's own list: the length that a model is loaded with."""
    found = _find_entry(await server.read("/api/v0/models"), model)
    tokens = read_count(found.get("loaded_context_length"))
    return (
        Window(tokens, "LM Studio") if "loaded_context_length" in found or "max_context_length" in found else Window()
    )


async def _ask_ollama(server: _Server, model: str) -> Window:
    """Ollama: the length of a loaded model (`/api/ps`), else what its Modelfile sets (`/api/show`).

    What the model was trained for, which `/api/show` tells too, is more than Ollama gives it unless told so.
    """
    shown, loaded = await asyncio.gather(server.read("/api/show", {"model": model}), server.read("/api/ps"))
    if "modelfile" not in shown and "model_info" not in shown:
        return Window()
    running = loaded.get("models")
    for entry in running if isinstance(running, list) else ():
        is_it = isinstance(entry, dict) and model in (entry.get("name"), entry.get("model"))
        if is_it and (tokens := read_count(entry.get("context_length"))):
            return Window(tokens, "Ollama")
    set_to = _NUM_CTX.search(str(shown.get("parameters") or ""))
    return Window(int(set_to[1]) if set_to else None, "Ollama")


async def _ask_models(server: _Server, model: str) -> Window:
    """`/v1/models`, where vLLM and many gateways tell it."""
    found = _find_entry(await server.read("/v1/models"), model)
    kind = "vLLM" if found.get("owned_by") == "vllm" else None
    meta = found.get("meta")
    told = (found.get("max_model_len"), found.get("context_length"), found.get("context_window"))
    numbers = [*map(read_count, told), read_count(meta.get("n_ctx")) if isinstance(meta, dict) else None]
    return Window(next(filter(None, numbers), None), kind)


def _find_entry(listed: Mapping[str, object], model: str) -> dict[str, object]:
    """The entry of a model in a list of OpenAI's form; the only one, when a server knows it by another name."""
    data = listed.get("data")
    entries = [entry for entry in data if isinstance(entry, dict)] if isinstance(data, list) else []
    named = [entry for entry in entries if entry.get("id") == model]
    return next(iter(named or (entries if len(entries) == 1 else [])), {})


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
