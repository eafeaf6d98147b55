"""A model server is asked for its context window in its own way, and the prompt is fitted to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import anyio
import openai
import pytest

from code_assistant.model.window import Window, ask_window
from code_assistant.settings import Settings

WAIT_S = 30
SHOWN = {"modelfile": "FROM x", "model_info": {"qwen2.context_length": 32_768}}


@contextmanager
def answering(pages: Mapping[str, object]) -> Iterator[str]:
    """A server of these pages; everything else is not there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            found = self.path in pages
            body = json.dumps(pages.get(self.path, {"error": "no such page"})).encode()
            self.send_response(200 if found else 404)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  # the name is the library's

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        finally:
            server.shutdown()


async def ask(base_url: str) -> Window:
    with anyio.fail_after(WAIT_S):
        async with openai.AsyncOpenAI(api_key="k", base_url=base_url, max_retries=0) as client:
            return await ask_window(client, Settings(model="m", base_url=base_url, environ={}))


@pytest.mark.parametrize(
    ("pages", "window"),
    [
        ({"/props": {"default_generation_settings": {"n_ctx": 4096}}}, Window(4096, "llama.cpp")),
        ({"/v1/models": {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 8192}]}}, Window(8192, "vLLM")),
        ({"/v1/models": {"data": [{"id": "m", "context_length": 131_072}, {"id": "n"}]}}, Window(131_072)),
        ({"/api/v0/models": {"data": [{"id": "m", "loaded_context_length": 4096}]}}, Window(4096, "LM Studio")),
        ({"/api/show": SHOWN | {"parameters": "stop x\nnum_ctx   8192"}}, Window(8192, "Ollama")),
        (
            {"/api/show": SHOWN, "/api/ps": {"models": [{"name": "m", "context_length": 4096}]}},
            Window(4096, "Ollama"),
        ),
        ({"/api/show": SHOWN}, Window(None, "Ollama")),
        ({"/v1/models": {"data": [{"id": "other"}, {"id": "third"}]}}, Window()),
        ({"/props": ["odd"], "/v1/models": {"data": "odd"}, "/api/ps": {"models": 3}}, Window()),
        ({"/props": {"default_generation_settings": {"n_ctx": -1}}}, Window(None, "llama.cpp")),
    ],
)
async def test_each_kind_of_server_is_understood(pages: Mapping[str, object], window: Window) -> None:
    with answering(pages) as base_url:
        assert await ask(base_url) == window


async def test_a_server_that_is_not_there_has_an_unknown_window() -> None:
    with answering({}) as base_url:
        pass
    assert await ask(base_url) == Window()


async def test_only_one_that_is_starting_or_may_load_a_model_is_asked_again() -> None:
    with answering({}) as base_url:
        assert (await ask(base_url)).is_final
    assert not (await ask(base_url)).is_final
    with answering({"/api/show": SHOWN}) as base_url:
        assert not (await ask(base_url)).is_final


async def test_openai_itself_is_not_asked() -> None:
    client = openai.AsyncOpenAI(api_key="k", base_url="http://127.0.0.1:1/v1")
    assert await ask_window(client, Settings(model="m", api_key="k", environ={})) == Window()


def test_standards_and_documentation_have_what_the_request_and_the_answer_leave() -> None:
    settings = Settings(model="m", profile="lean", answer_tokens=8_192, environ={})
    assert Window().budget_chars(settings, 100) == settings.context_chars
    assert Window(200_000).budget_chars(settings, 100) == settings.context_chars
    small, smaller = Window(8_192).budget_chars(settings, 100), Window(4_096).budget_chars(settings, 100)
    assert 4_096 * 3 > small > smaller > 1_000
    assert 0 < Window(512).budget_chars(settings, 10_000) < smaller
