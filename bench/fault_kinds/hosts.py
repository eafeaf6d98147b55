"""Faults of a host: lines that are no messages, arguments that are none, cancelled calls, code that means ill."""

from __future__ import annotations

import json
import sys
from itertools import cycle, islice
from pathlib import Path

from fault_kinds.scene import GENERATE, ROOT, STATUS, Json, Scene, Tally, require, stage
from tests.fakes import model_script as script
from tests.support.raw_server import RawServer, clean_environment

STANDARDS = ROOT / "standards-server.py"
LINES: dict[str, bytes] = {
    "no JSON": b"this is no JSON",
    "half JSON": b'{"jsonrpc": "2.0", "id": 1, "met',
    "bad UTF-8": b'{"jsonrpc": "2.0", "method": "gr\xfc\xdfe"}',
    "a list": b"[1, 2, 3]",
    "null": b"null",
    "nothing": b"",
    "a mark": b"\xef\xbb\xbf{}",
    "deep": b'{"jsonrpc": "2.0", "id": 2, "method": "x", "params": ' + b"[" * 50_000,
    "a megabyte": b'{"a": "' + b"x" * 1_000_000 + b'"}',
    "an answer to nobody": b'{"jsonrpc": "2.0", "id": 99999, "result": {}}',
    "a cancel of nobody": b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":88888}}',
    "an unknown notification": b'{"jsonrpc":"2.0","method":"notifications/what","params":{"a":1}}',
    "a NUL": b'{"jsonrpc": "2.0", "id": 3, "method": "\\u0000"}',
}
ARGUMENTS: dict[str, Json] = {
    "none": {},
    "empty": {"request": ""},
    "too long": {"request": "x" * 9_000},
    "no text": {"request": 5},
    "unknown language": {"request": "Sum", "language": "cobol"},
    "too many libraries": {"request": "Sum", "libraries": ["a"] * 9},
    "odd library": {"request": "Sum", "libraries": ["../../etc/passwd", "\u202e", "a b; rm -rf /"]},
    "half a character": {"request": "Sum \ud800"},
    "a path without code": {"request": "Sum", "existing_path": "../x.py"},
}
_DEEP = 3_000
CODES: dict[str, tuple[str, str]] = {
    "deep Python": ("python", "(" * _DEEP + ")" * _DEEP),
    "deep JSON-like": ("javascript", "[" * _DEEP),
    "NUL": ("python", "a = '\0'\n"),
    "half a character": ("python", "a = '\ud800'\n"),
    "long line": ("css", "a{}" * 20_000),
    "open string": ("go", 'var a = "' + "x" * 50_000),
    "open comment": ("java", "/*" * 20_000),
    "open tags": ("html", "<div>" * 5_000),
    "SQL": ("sql", "SELECT " + "(" * 500),
    "Rust": ("rust", "fn a() {" * 1_000),
    "TypeScript": ("typescript", "type A = " + "Array<" * 1_000),
    "CRLF and tabs": ("python", "\r\n\t" * 5_000),
    "only marks": ("python", "\ufeff" * 1_000),
    "unknown language": ("cobol", "x"),
}


async def inject_host_faults(tally: Tally, folder: Path, scale: float) -> None:
    """Lines, arguments and cancelled calls at the code assistant."""
    async with stage(folder) as scene:
        for name, line in islice(cycle(LINES.items()), round(130 * scale)):
            await tally.count(f"line: {name}", _line(scene, line))
        for name, arguments in islice(cycle(ARGUMENTS.items()), round(45 * scale)):
            await tally.count(f"arguments: {name}", _arguments(scene, arguments))
        for _ in range(round(25 * scale)):
            await tally.count("cancelled calls", _cancel(scene))


async def _line(scene: Scene, line: bytes) -> None:
    await scene.server.send_line(line)
    status = await scene.server.call(STATUS)
    require(not status.get("isError"), "the status failed")


async def _arguments(scene: Scene, arguments: Json) -> None:
    scene.plans.setdefault("Sum", [script.say("no")])
    answer = await scene.server.request("tools/call", {"name": GENERATE, "arguments": arguments})
    result = answer.get("result") or {}
    told = json.dumps(answer)
    require("error" in answer or result.get("isError") or result.get("structuredContent"), f"no answer: {told[:200]}")
    require("Traceback" not in told, "a traceback")
    await scene.holds()


async def _cancel(scene: Scene) -> None:
    ids = []
    for number in range(5):
        marker = f"marker-c{next(scene.numbers)}-end"
        scene.plans[marker] = [script.hang("x")]
        params = {"name": GENERATE, "arguments": {"request": f"Add {marker} {number}"}}
        ids.append(await scene.server.start_request("tools/call", params))
    for request_id in ids:
        await scene.server.send({"method": "notifications/cancelled", "params": {"requestId": request_id}})
    await scene.holds()


async def inject_codes(tally: Tally, folder: Path, scale: float) -> None:
    """Code that means ill, at the standards server."""
    async with RawServer([sys.executable, STANDARDS], env=clean_environment()) as server:
        await server.initialize()
        for name, (language, code) in islice(cycle(CODES.items()), round(112 * scale)):
            await tally.count(name, _check(server, language, code))


async def _check(server: RawServer, language: str, code: str) -> None:
    judged = await server.call("check_code", code=code, language=language)
    require(judged["content"][0]["text"], "an empty verdict")
    require("Traceback" not in json.dumps(judged), "a traceback")
    fine = await server.call("check_code", code='"""Fine."""\n', language="python")
    require(not fine.get("isError"), f"the next check failed: {fine['content'][0]['text'][:200]}")
