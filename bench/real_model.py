"""A real model, asked plainly and through the product: the same requests, both judged by the same check.

    python bench/real_model.py --server http://127.0.0.1:8080/v1 --model NAME
    python bench/real_model.py --server llama.cpp --model weights.gguf

`llama.cpp` starts a server on the weights (the wheel `xllamacpp`, found by this Python or by the one that
`--python` names). Every answer is added to `--out`, one line each, as soon as it is there; what is in it already is
not asked again, so that a run can be broken off. At its end, and with `--report` alone, the table is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import openai
from assistant.real_requests import REQUESTS, RealRequest
from assistant.real_table import table
from assistant.session import Session

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from code_assistant.model.answer import read_answer  # noqa: E402
from coding_standards.languages import language_of_path  # noqa: E402
from tests.support.llama import Llama  # noqa: E402

Way = Literal["plain", "product"]
WAYS: tuple[Way, ...] = ("plain", "product")
TEMPERATURE = 0.2
"""What the product asks for of a model with the profile `lean`."""
ANSWER_TOKENS = 1_000
"""For both ways; the answers to these requests have 100 to 600."""
BOUND_S = 1_200.0
"""For one request in one way, on a machine that is busy with other things."""
MIN_CODE_CHARS = 40


async def ask_plainly(client: openai.AsyncOpenAI, model: str, request: RealRequest) -> dict[str, Any]:
    """The request as a person would type it, and what came of it."""
    text = f"{request.request}, in {request.language}."
    messages: list[Any] = [{"role": "user", "content": text}]
    answer = await client.chat.completions.create(
        model=model, messages=messages, temperature=TEMPERATURE, max_tokens=ANSWER_TOKENS
    )
    said = answer.choices[0].message.content or ""
    files = [(file.path, file.content) for file in read_answer(said, request.language).files]
    usage = answer.usage
    return {
        "files": files,
        "turns": 1,
        "input_tokens": usage.prompt_tokens if usage else 0,
        "output_tokens": usage.completion_tokens if usage else 0,
        "ended": answer.choices[0].finish_reason,
    }


async def ask_product(session: Session, request: RealRequest) -> dict[str, Any]:
    """The same through `generate_code_with_context`, with the arguments as they are when only two are given."""
    arguments = {"request": request.request, "language": request.language}
    params = {"name": "generate_code_with_context", "arguments": arguments}
    result = await session.request("tools/call", params, BOUND_S)
    if result.get("isError"):
        return {"files": [], "turns": 0, "input_tokens": 0, "output_tokens": 0, "ended": result["content"][0]["text"]}
    data = result["structuredContent"]
    usage = data["usage"]
    return {
        "files": [(file["path"], file["content"]) for file in data["files"] if file["role"] != "doc"],
        "turns": usage["turns"],
        "input_tokens": usage["input_tokens"],
        "output_tokens": usage["output_tokens"],
        "ended": data["status"],
        "rounds": data["checks"]["rounds"],
        "missing": [gap["what"] for gap in data["missing"]],
    }


async def judge(standards: Session, request: RealRequest, files: list[tuple[str, str]]) -> dict[str, Any]:
    """What `check_code` says of the files; the same for both ways."""
    errors = warnings = 0
    failing: set[str] = set()
    parses = bool(files)
    for path, content in files:
        found = language_of_path(path)
        language = found.name if found is not None else request.language
        result = await standards.call("check_code", code=content, language=language, path=path)
        report = result["structuredContent"]
        severities = [finding["severity"] for finding in report["findings"]]
        errors += severities.count("error")
        warnings += severities.count("warning")
        failing.update(item for finding in report["findings"] for item in finding["items"])
        parses = parses and not any("GEN-005" in finding["items"] for finding in report["findings"])
    code = "\n".join(content for _, content in files)
    is_about = request.name in code and len("".join(code.split())) >= MIN_CODE_CHARS
    verdict = {"errors": errors, "warnings": warnings, "failing": sorted(failing), "parses": parses}
    return verdict | {"usable": parses and is_about, "chars": len(code)}


async def measure(options: argparse.Namespace, server: str, model: str) -> None:
    """Ask what is not in the file of results yet, in turns, so that a run that is broken off has pairs."""
    client = openai.AsyncOpenAI(base_url=server, api_key="none", timeout=BOUND_S, max_retries=0)
    done = {(entry["way"], entry["number"]) for entry in read_results(options.out, model)}
    env = dict(os.environ) | {
        "OPENAI_BASE_URL": server,
        "CODE_ASSISTANT_MODEL": model,
        "CODE_ASSISTANT_CONTEXT7": "off",
        "CODE_ASSISTANT_DEADLINE_S": "0",
        "CODE_ASSISTANT_MODEL_TIMEOUT_S": str(BOUND_S),
        "CODE_ASSISTANT_ANSWER_TOKENS": str(ANSWER_TOKENS),
    }
    async with (
        Session([sys.executable, str(ROOT / "code-assistant-server.py")], env) as product,
        Session([sys.executable, str(ROOT / "standards-server.py")], dict(os.environ)) as standards,
    ):
        await product.open()
        await standards.open()
        for number, request in enumerate(REQUESTS[: options.requests]):
            for way in (way for way in WAYS if (way, number) not in done):
                begun = time.perf_counter()
                if way == "plain":
                    entry = await ask_plainly(client, model, request)
                else:
                    entry = await ask_product(product, request)
                entry["seconds"] = round(time.perf_counter() - begun, 1)
                entry |= await judge(standards, request, entry["files"])
                entry |= {"model": model, "way": way, "number": number, "language": request.language}
                keep_result(options.out, entry)


async def judge_again(entries: list[dict[str, Any]]) -> None:
    """Judge answers by the rules of today."""
    async with Session([sys.executable, str(ROOT / "standards-server.py")], dict(os.environ)) as standards:
        await standards.open()
        for entry in entries:
            entry |= await judge(standards, REQUESTS[entry["number"]], entry["files"])


def keep_result(path: str, entry: dict[str, Any]) -> None:
    with Path(path).open("a", encoding="utf-8") as results:
        results.write(json.dumps(entry) + "\n")
    print({name: value for name, value in entry.items() if name != "files"}, flush=True)


def read_results(path: str, model: str) -> list[dict[str, Any]]:
    """The answers that are in the file already."""
    if not Path(path).exists():
        return []
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry["model"] == model]


@contextmanager
def serving(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """The address of the model server and the model's name there."""
    if options.server != "llama.cpp":
        yield options.server, options.model
        return
    weights = Path(options.model)
    name = model_name(options.model)
    with Llama(weights, context=options.context, python=options.python, name=name) as llama:
        yield llama.base_url, name


def model_name(given: str) -> str:
    """A name as it is given, or that of a file of weights."""
    return Path(given).name.removesuffix(".gguf") if given.endswith(".gguf") else given


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--server", default="llama.cpp", help="the URL of a model server, or llama.cpp")
    parser.add_argument("--model", required=True, help="the model's name there; for llama.cpp the path of its weights")
    parser.add_argument("--python", default=sys.executable, help="the Python that has xllamacpp")
    parser.add_argument("--context", type=int, default=8_192, help="the context size, for llama.cpp")
    parser.add_argument("--requests", type=int, default=len(REQUESTS), help="how many of the requests")
    parser.add_argument("--out", default="real_model.jsonl", help="where the answers are kept")
    parser.add_argument("--report", action="store_true", help="print the table of what is there and ask nothing")
    parser.add_argument("--judge-again", action="store_true", help="the same after judging it by the rules of today")
    options = parser.parse_args()
    if options.report or options.judge_again:
        entries = read_results(options.out, model_name(options.model))
        if options.judge_again:
            asyncio.run(judge_again(entries))
        print(table(entries))
        return 0
    with serving(options) as (server, model):
        asyncio.run(measure(options, server, model))
        print(table(read_results(options.out, model)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
