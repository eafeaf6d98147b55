"""Models for real hosts on this machine: each writes one file, says that it is done, and keeps what it was told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_USAGE = {"input_tokens": 1, "output_tokens": 1}


class HostModel:
    """Answers a host's API on a loopback port, with a call of `tool` where it is offered and was not called yet."""

    answered = ""
    """What stands in a request once the tool was called."""

    def __init__(self, tool: str, arguments: dict[str, Any]) -> None:
        self.requests: list[str] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                model.requests.append(text)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                is_offered = f'"name":"{tool}"' in text.replace('": "', '":"')
                for event in model.play(tool, arguments, calls=is_offered and model.answered not in text):
                    name = f"event: {event['type']}\n" if "type" in event else ""
                    self.wfile.write(f"{name}data: {json.dumps(event)}\r\n\r\n".encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def play(self, tool: str, arguments: dict[str, Any], *, calls: bool) -> Iterator[dict[str, Any]]:
        """The events of one answer: a call of the tool, or a word."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class ClaudeModel(HostModel):
    """`/v1/messages`, for Claude Code."""

    answered = '"tool_result"'

    def play(self, tool: str, arguments: dict[str, Any], *, calls: bool) -> Iterator[dict[str, Any]]:
        """The events of one answer."""
        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": _USAGE}
        yield {"type": "message_start", "message": message | {"stop_reason": None, "stop_sequence": None}}
        block = (
            {"type": "tool_use", "id": "toolu_1", "name": tool, "input": {}} if calls else {"type": "text", "text": ""}
        )
        yield {"type": "content_block_start", "index": 0, "content_block": block}
        told = (
            {"type": "input_json_delta", "partial_json": json.dumps(arguments)}
            if calls
            else {"type": "text_delta", "text": "Done."}
        )
        yield {"type": "content_block_delta", "index": 0, "delta": told}
        yield {"type": "content_block_stop", "index": 0}
        delta = {"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None}
        yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 1}}
        yield {"type": "message_stop"}


class GeminiModel(HostModel):
    """`:streamGenerateContent`, for Gemini CLI."""

    answered = '"functionResponse"'

    def play(self, tool: str, arguments: dict[str, Any], *, calls: bool) -> Iterator[dict[str, Any]]:
        """The one event of an answer."""
        part = {"functionCall": {"name": tool, "args": arguments}} if calls else {"text": "Done."}
        content = {"role": "model", "parts": [part]}
        used = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
        yield {"candidates": [{"content": content, "finishReason": "STOP", "index": 0}], "usageMetadata": used}
