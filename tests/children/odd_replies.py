"""A child of raw JSON-RPC that is right but for one thing: `odd_replies.py MODE`.

The modes that have to do with its list of tools are told by `MODE` at once; the others by the argument `how` of its
tool `say`, so that one process shows them all: `say(how="right")` answers `right`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

Json = dict[str, Any]
MODE = sys.argv[1]


def tool(name: str, **more: object) -> Json:
    schema = {"type": "object", "properties": {"how": {"type": "string"}}}
    return {"name": name, "inputSchema": schema, "annotations": {"readOnlyHint": True}, **more}


def page(cursor: str | None) -> Json:
    number = int(cursor or 0)
    pages: dict[str, Json] = {
        "same_cursor": {"tools": [tool("say"), tool("other")], "nextCursor": "7"},
        "empty_cursor": {"tools": [tool("say")], "nextCursor": ""},
        "endless": {"tools": [tool(f"t{number}")], "nextCursor": str(number + 1)},
        "pages": {"tools": [tool(f"t{number}")], **({"nextCursor": str(number + 1)} if number < 2 else {})},
        "no_type": {"tools": [tool("say"), tool("untyped", inputSchema={"properties": {}})]},
        "no_schema": {"tools": [{"name": "bare"}, tool("say"), "no tool", tool("bad", annotations=3)]},
    }
    return pages.get(MODE, {"tools": [tool("say")]})


def lines(request_id: int, how: str) -> list[bytes]:
    """What is written instead of an answer."""
    answer = {"jsonrpc": "2.0", "id": request_id, "result": {"content": [{"type": "text", "text": how}]}}
    right = json.dumps(answer).encode()
    end_id = json.dumps({"result": answer["result"], "jsonrpc": "2.0", "id": request_id}).encode()
    nested = {"jsonrpc": "2.0", "id": request_id, "result": {"content": [], "structuredContent": {"a": "HERE"}}}
    many = {"content": [{"type": "text", "text": str(number)} for number in range(100_000)]}
    return {
        "surrogate": [right.replace(b'"surrogate"', b'"half \\ud800"')],
        "bytes": [right.replace(b'"bytes"', b'"gr\xfc\xdfe"')],
        "half": [right[:70]],
        "half, id last": [end_id.replace(b'"content": [', b'"content": ]')],
        "half, no id": [b'{"jsonrpc": "2.0", "result": {"content": ['],
        "nesting": [json.dumps(nested).encode().replace(b'"HERE"', b"[" * 100_000 + b"]" * 100_000)],
        "mark": [b"\xef\xbb\xbf" + right],
        "noise": [b"[INFO] listening", b'{"level": "info"}', right],
        "many": [json.dumps({**answer, "result": many}).encode()],
    }.get(how, [right])


def answer(message: Json) -> None:
    method, params = message.get("method"), message.get("params") or {}
    if method == "tools/call":
        for line in lines(message["id"], params["arguments"].get("how", "right")):
            write(line)
        return
    result: Json = {}
    if method == "initialize":
        info = {"name": "odd\x1b]0;title\x07", "version": "1\x9b31m"}
        result = {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": info}
    elif method == "tools/list":
        result = page(params.get("cursor"))
    elif method == "server/discover":
        write(json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "no"}}).encode())
        return
    write(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode())


def write(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if MODE == "mark":
    sys.stdout.buffer.write(b"\xef\xbb\xbf")
for given in sys.stdin:
    asked = json.loads(given)
    if "id" in asked and "method" in asked:
        answer(asked)
