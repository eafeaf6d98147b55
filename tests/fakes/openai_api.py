"""OpenAI's API on 127.0.0.1: it plays a model from a script, for the real clients over the real wire.

One rule: nothing here knows our code; it speaks `/v1/responses`, `/v1/chat/completions` and `/v1/models`, no more.

    with OpenAIFake([call("get_standards", language="python"), say("done")]) as api:
        ...  # OPENAI_BASE_URL=api.base_url
        await api.received(2)

As a program, for benchmarks: `python -m tests.fakes.openai_api --latency-ms 300` prints its base URL and serves.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence

from tests.fakes import openai_wire as wire
from tests.fakes.acting_model import act
from tests.fakes.loopback import Exchange, LoopbackServer, Request
from tests.fakes.model_script import API, ModelRequest, Script, Turn, read_request

PATHS: dict[str, API] = {"/v1/responses": "responses", "/v1/chat/completions": "chat"}
BOTH: tuple[API, ...] = ("responses", "chat")


class OpenAIFake(LoopbackServer):
    """The server; use it as a context manager. What came in: `requests`, `turns`, `disconnects`."""

    def __init__(self, script: Script, *, apis: Sequence[API] = BOTH, latency_s: float = 0.0, port: int = 0) -> None:
        """`apis`: what is served; a local model server is `("chat",)` and answers 404 to the rest."""
        super().__init__(port)
        self.turns: list[ModelRequest] = []
        """Each model request as the model saw it, oldest first."""
        self.surplus: list[ModelRequest] = []
        """Requests that came when the list of turns was over; they got status 400."""
        self._script = script
        self._apis = apis
        self._latency_s = latency_s
        self._released = asyncio.Event()

    @property
    def base_url(self) -> str:
        """What goes into `OPENAI_BASE_URL`."""
        return f"{self.url}/v1"

    async def received(self, count: int) -> list[Request]:
        """Wait for `count` requests to the model; what else a server may be asked, such as its window, is none."""
        await self.journal.until(lambda: len(self._asked()) >= count)
        return self._asked()

    def _asked(self) -> list[Request]:
        return [request for request in self.requests if request.path in PATHS]

    def release(self) -> None:
        """Let every hanging turn, now and later, go on to its end."""
        self.on_loop(self._released.set)

    async def respond(self, exchange: Exchange) -> None:
        path = exchange.request.path
        api = PATHS.get(path)
        if path == "/v1/models":
            await exchange.send_json(200, wire.models())
        elif api is None or api not in self._apis:
            await exchange.send_json(404, wire.error(404))
        else:
            request = read_request(api, exchange.request.body)
            self.turns.append(request)
            await self._play(exchange, request, self._next(request))

    def _next(self, request: ModelRequest) -> Turn:
        if isinstance(self._script, Turn):
            return self._script
        if not isinstance(self._script, Sequence):
            return self._script(request)
        if len(self.turns) <= len(self._script):
            return self._script[len(self.turns) - 1]
        self.surplus.append(request)
        return Turn(fault="status", status=400)

    async def _play(self, exchange: Exchange, request: ModelRequest, turn: Turn) -> None:
        if turn.delay_s or self._latency_s:
            await exchange.pause(turn.delay_s + self._latency_s)
        if turn.fault == "status":
            wait = {} if turn.retry_after_s is None else {"Retry_After": f"{turn.retry_after_s:g}"}
            await exchange.send_json(turn.status, wire.error(turn.status, turn.text), **wait)
        elif turn.fault == "raw":
            headers = dict(turn.headers)
            await exchange.send(turn.status, turn.body, headers.pop("Content_Type"), **headers)
        elif request.is_streamed:
            await self._play_stream(exchange, request, turn)
        else:
            await self._play_whole(exchange, request, turn)

    async def _play_whole(self, exchange: Exchange, request: ModelRequest, turn: Turn) -> None:
        body = json.dumps(wire.whole(request, turn, exchange.request.number)).encode()
        if turn.fault == "hang":
            await exchange.pause(None, self._released)
        if turn.fault in ("cut", "end_early"):
            await exchange.send_half(body)
        elif turn.fault == "malformed":
            await exchange.send(200, body[: len(body) // 2])
        else:
            await exchange.send(200, body)

    async def _play_stream(self, exchange: Exchange, request: ModelRequest, turn: Turn) -> None:
        events = wire.events(request, turn, exchange.request.number)
        half = len(events) // 2
        for index, event in enumerate(events):
            if index == half and turn.fault == "hang":
                await exchange.pause(None, self._released)
            if index == half and turn.fault == "cut":
                return exchange.close_here()
            if index == half and turn.fault == "end_early":
                return await exchange.stream(b"", is_last=True)
            if index == half and turn.fault == "malformed":
                await exchange.stream(wire.malformed_event(request.api))
            await exchange.stream(event, is_last=index == len(events) - 1)
            if turn.pace_s:
                await exchange.pause(turn.pace_s)
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="A deterministic model behind OpenAI's API on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="silence before each answer")
    options = parser.parse_args(arguments)
    with (
        OpenAIFake(act, latency_s=options.latency_ms / 1000, port=options.port) as api,
        contextlib.suppress(KeyboardInterrupt),
    ):
        print(api.base_url, flush=True)
        sys.stdin.read()  # Serves until its starter closes stdin or interrupts it.
        return 0
    return 130


if __name__ == "__main__":
    sys.exit(main())
