"""The model and Context7's API on loopback, in a process of their own: `python bench/assistant/loopback.py`.

Its one rule: what the model does follows from the request alone. It calls the tools whose answers it lacks, one a turn,
and answers with code as soon as standards and documentation are in its input.

Driven over stdin: a line of JSON sets latencies and clears the record (`{"turn_s": 0.3, "docs_s": 0.2}`), `{}` asks for
what came in since. Each line is answered with one line of JSON.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fakes.acting_model import LIBRARY_ID, STANDARD_ID, act
from tests.fakes.context7_api import Context7Fake
from tests.fakes.loopback import Exchange
from tests.fakes.model_script import ModelRequest, Turn, call, read_request
from tests.fakes.openai_api import PATHS, OpenAIFake

LIBRARIES = {"fastapi": "/fastapi/fastapi", "pydantic": "/pydantic/pydantic", "react": "/facebook/react"}
WANTED = re.compile(r'^Libraries: (.*)$|libraries="([^"]*)"', re.MULTILINE)
"""How the two servers tell the model which libraries are asked for."""
DOCUMENTATION_CHARS = 6_000
"""About 1,500 tokens for a library; the real service answers with two to five thousand."""
CHARS_A_TOKEN = 4


def play(request: ModelRequest) -> Turn:
    """Fetch what is missing, one tool call a turn; then answer."""
    outputs = "\n".join(request.tool_outputs)
    known = "\n".join((request.instructions, request.text, outputs))
    if not STANDARD_ID.search(known) and "get_standards" in request.tools:
        return call("get_standards", language="python")
    wanted = " ".join(name for found in WANTED.findall(request.text) for name in found)
    for name, library_id in LIBRARIES.items():
        if name not in wanted or f"Source: https://github.com{library_id}/blob" in known:
            continue
        if "resolve-library-id" not in request.tools:
            break
        if library_id not in LIBRARY_ID.findall(outputs):
            return call("resolve-library-id", query=f"how to use {name}", libraryName=name)
        return call("query-docs", libraryId=library_id, query=f"how to use {name}")
    return act(_without_tools(request))


def _without_tools(request: ModelRequest) -> ModelRequest:
    """The same request of a model that has decided to answer."""
    return ModelRequest(**{**vars(request), "tools": {}})


def tokens_of(request: ModelRequest) -> int:
    """All that a model is billed for as input: words, tool results, tool schemas and the answer's schema."""
    schemas = json.dumps([request.tools, request.output_schema])
    heard = (request.instructions, request.text, *request.tool_outputs, schemas)
    return sum(map(len, heard)) // CHARS_A_TOKEN


class RecordingModel(OpenAIFake):
    """The model's API; keeps a few numbers of each turn instead of the turn."""

    def __init__(self) -> None:
        super().__init__(play)
        self.turn_s = 0.0
        self.record: list[dict[str, float]] = []

    async def respond(self, exchange: Exchange) -> None:
        request = exchange.request
        turn = read_request(PATHS[request.path], request.body) if request.path in PATHS else None
        if self.turn_s:
            await exchange.pause(self.turn_s)
        await super().respond(exchange)
        self.turns.clear()
        request.raw_body = b""  # two thousand of them would be held otherwise
        if turn is not None:
            seconds = time.monotonic() - request.received_at
            self.record.append({"seconds": seconds, "tokens": tokens_of(turn), "tools": len(turn.tool_outputs)})


def filler() -> str:
    """Text of the length and the look of documentation."""
    paragraph = "Pass `value` by name and read the result from `outcome`; both are typed and neither is optional.\n"
    return "\n" + paragraph * (DOCUMENTATION_CHARS // len(paragraph))


def main() -> int:
    """Serve until stdin ends."""
    with RecordingModel() as model, Context7Fake() as context7:
        context7.append_to_documentation(filler())
        print(json.dumps({"model": model.base_url, "context7": context7.api_url}), flush=True)
        for line in sys.stdin:
            order: dict[str, Any] = json.loads(line)
            answer = {"turns": list(model.record), "docs_calls": len(context7.requests)}
            if order:
                model.record.clear()
                context7.journal._requests.clear()
                model.turn_s = order["turn_s"]
                context7.slow_down(order["docs_s"])
            print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
