"""A model for Claude Code on this machine: it writes one file, says that it is done, and keeps what it was told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_USAGE = {"input_tokens": 1, "output_tokens": 1}


class AnthropicFake:
    """Answers `/v1/messages` on a loopback port; use it in a `with`."""

    def __init__(self, tool: str, arguments: dict[str, Any]) -> None:
        self.requests: list[str] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                fake.requests.append(text)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                block: dict[str, Any] = {"type": "text", "text": ""}
                if '"tool_result"' not in text and f'"name":"{tool}"' in text.replace('": "', '":"'):
                    block = {"type": "tool_use", "id": "toolu_1", "name": tool, "input": {}}
                for event in _events(block, arguments):
                    self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _events(block: dict[str, Any], arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
    is_tool = block["type"] == "tool_use"
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": _USAGE}
    yield {"type": "message_start", "message": message | {"stop_reason": None, "stop_sequence": None}}
    yield {"type": "content_block_start", "index": 0, "content_block": block}
    told = (
        {"type": "input_json_delta", "partial_json": json.dumps(arguments)}
        if is_tool
        else {"type": "text_delta", "text": "Done."}
    )
    yield {"type": "content_block_delta", "index": 0, "delta": told}
    yield {"type": "content_block_stop", "index": 0}
    delta = {"stop_reason": "tool_use" if is_tool else "end_turn", "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 1}}
    yield {"type": "message_stop"}
