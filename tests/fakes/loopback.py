"""A small HTTP server on 127.0.0.1 that can misbehave; it runs in a thread of its own.

One rule: every request is written down, with when it came, when it was answered and when its client went away.
Each connection carries one request (`Connection: close`), so a client that closes early is seen at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}
STOP_S = 5.0  # Closing a loopback socket takes milliseconds; longer means a bug here, which should show.


@dataclass(eq=False)
class Request:
    """One request as it came in; the secrets in its headers are replaced by `<set>`. Times are `time.monotonic()`."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw_body: bytes
    received_at: float = field(default_factory=time.monotonic)
    answered_at: float | None = None
    disconnected_at: float | None = None

    @property
    def body(self) -> Any:
        """The parsed JSON body, `{}` where there is none."""
        return json.loads(self.raw_body) if self.raw_body else {}

    @property
    def has_key(self) -> bool:
        """Whether the client sent credentials."""
        return "authorization" in self.headers


class Exchange:
    """One request and the connection its answer goes to."""

    def __init__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.request = request
        self.gone = asyncio.Event()
        self._writer = writer
        self._streaming = False

    async def send(
        self, status: int, body: bytes | str, content_type: str = "application/json", **headers: str
    ) -> None:
        """Answer at once, whole. Header names are written with `_` for `-`."""
        data = body.encode() if isinstance(body, str) else body
        head = _head(status, content_type, Content_Length=str(len(data)), **headers)
        await self._write(head + data, is_last=True)

    async def send_json(self, status: int, value: object, **headers: str) -> None:
        await self.send(status, json.dumps(value), **headers)

    async def send_half(self, body: bytes) -> None:
        """Promise the whole body, send its first half and close."""
        head = _head(200, "application/json", Content_Length=str(len(body)))
        await self._write(head + body[: len(body) // 2], is_last=True)

    async def stream(self, data: bytes, is_last: bool = False) -> None:
        """Send one chunk of a streamed answer, the head before the first, the end mark with the last.

        Data and end mark leave in one write: clients close as soon as they have seen the last event.
        """
        head = b"" if self._streaming else _head(200, "text/event-stream", Transfer_Encoding="chunked")
        self._streaming = True
        chunk = b"%x\r\n%s\r\n" % (len(data), data) if data else b""
        await self._write(head + chunk + (b"0\r\n\r\n" if is_last else b""), is_last)

    def close_here(self) -> None:
        """End the connection in the middle of the answer."""
        self.request.answered_at = time.monotonic()

    async def pause(self, seconds: float | None, until: asyncio.Event | None = None) -> None:
        """Wait, for ever where `seconds` is None, but not past `until` nor past the client.

        Raises:
            ConnectionResetError: The client went away: there is nobody to answer.
        """
        waits = [asyncio.ensure_future(event.wait()) for event in (self.gone, until) if event is not None]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        if self.gone.is_set():
            raise ConnectionResetError("the client is gone")

    async def _write(self, data: bytes, is_last: bool) -> None:
        if self.gone.is_set():
            raise ConnectionResetError("the client is gone")
        self._writer.write(data)
        if is_last:
            self.request.answered_at = time.monotonic()
        await self._writer.drain()


class Journal:
    """The requests so far, and a way to wait for more of them from any thread or event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._requests: list[Request] = []

    @property
    def requests(self) -> list[Request]:
        with self._lock:
            return list(self._requests)

    def add(self, make: Callable[[int], Request]) -> Request:
        with self._lock:
            request = make(len(self._requests) + 1)
            self._requests.append(request)
        self.announce()
        return request

    def forget(self) -> None:
        """Start anew, for a test that shares its server with others."""
        with self._lock:
            self._requests.clear()

    def announce(self) -> None:
        """Wake everybody who waits: something about a request has changed."""
        with self._lock:
            for loop, event in self._waiting:
                loop.call_soon_threadsafe(event.set)

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until the claim holds; the caller bounds the wait with `anyio.fail_after`."""
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.append(entry)
        try:
            while not is_true():
                await entry[1].wait()
                entry[1].clear()
        finally:
            with self._lock:
                self._waiting.remove(entry)


class LoopbackServer:
    """A context manager; inside it the server answers at `url`. Subclasses say what in `respond`."""

    def __init__(self, port: int = 0) -> None:
        self.journal = Journal()
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._stopping = asyncio.Event()
        self._failure: OSError | None = None
        self._connections: dict[asyncio.Future[None], asyncio.StreamWriter] = {}
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)

    async def respond(self, exchange: Exchange) -> None:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def requests(self) -> list[Request]:
        """Everything received so far, oldest first."""
        return self.journal.requests

    @property
    def disconnects(self) -> list[Request]:
        """The requests whose client closed the connection before the answer was complete."""
        return [request for request in self.requests if request.disconnected_at is not None]

    async def received(self, count: int) -> list[Request]:
        """Wait for `count` requests in total."""
        await self.journal.until(lambda: len(self.requests) >= count)
        return self.requests

    async def disconnected(self, count: int = 1) -> list[Request]:
        """Wait until `count` clients have closed early."""
        await self.journal.until(lambda: len(self.disconnects) >= count)
        return self.disconnects

    def __enter__(self) -> Self:
        self._thread.start()
        self._listening.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.on_loop(self._stopping.set)
        self._thread.join(STOP_S)
        if self._thread.is_alive():
            raise TimeoutError(f"{type(self).__name__} did not stop within {STOP_S} s")

    def on_loop(self, act: Callable[[], object]) -> None:
        """Do something in the server's own thread; a server that has stopped takes no notice."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(act)

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        try:
            server = await asyncio.start_server(self._accept, "127.0.0.1", self._port, backlog=512)
        except OSError as error:
            self._failure = error
        else:
            self._port = server.sockets[0].getsockname()[1]
        self._listening.set()
        if self._failure is not None:
            return
        await self._stopping.wait()
        server.close()
        for writer in self._connections.values():
            writer.transport.abort()
        await asyncio.gather(*self._connections)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._connection(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            exchange = Exchange(await _read_request(reader, self.journal), writer)
            await self._answer(exchange, reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # The client opened a connection and thought better of it.
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, exchange: Exchange, reader: asyncio.StreamReader) -> None:
        watch = asyncio.ensure_future(self._watch(exchange, reader))
        try:
            await self.respond(exchange)
        except ConnectionError:
            self._is_gone(exchange)  # A write may notice before the watch has had its turn.
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            self.journal.announce()

    async def _watch(self, exchange: Exchange, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while await reader.read(4096):
                pass
        self._is_gone(exchange)

    def _is_gone(self, exchange: Exchange) -> None:
        """Note that the client closed; with an answer still due, that is a disconnect."""
        if exchange.gone.is_set():
            return
        if exchange.request.answered_at is None and not self._stopping.is_set():
            exchange.request.disconnected_at = time.monotonic()
        exchange.gone.set()
        self.journal.announce()


def _head(status: int, content_type: str, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Error')}", f"Content-Type: {content_type}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


async def _read_request(reader: asyncio.StreamReader, journal: Journal) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _version = head[0].split(" ", 2)
    pairs = (line.split(":", 1) for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    url = urlsplit(target)
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    shown = {name: "<set>" if name in ("authorization", "x-api-key") else value for name, value in headers.items()}
    return journal.add(lambda number: Request(number, method, unquote(url.path), query, shown, body))
