"""What each part of the prompt is worth to a small model: the lean prompt, changed in one point at a time.

    python bench/prompt_factors.py --server http://127.0.0.1:8080/v1 --model NAME

Asks for the first answer alone, without a correction. As `real_model.py` it keeps every answer in `--out`, goes on
where it was broken off, and prints its table at the end, or with `--report` alone.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import openai
from assistant.real_requests import REQUESTS, RealRequest
from assistant.session import Session
from real_model import ANSWER_TOKENS, BOUND_S, ROOT, TEMPERATURE, judge, keep_result, model_name, read_results

from code_assistant.context import Context, Part
from code_assistant.model.answer import Asked, read_answer
from code_assistant.model.prompt import instructions, request_message
from code_assistant.model.standards import short_standard, without_notes
from code_assistant.request import GenerationRequest
from code_assistant.result import ContextUse

SEED = 1


@dataclass(frozen=True)
class Standards:
    """The texts of one language as the standards server gives them, and its tools."""

    full: str
    checklist: str
    tools: list[Any]


@dataclass(frozen=True)
class Asking:
    """What one variant sends."""

    messages: list[Any]
    options: dict[str, Any]


def _ask(request: RealRequest, shown: str, *, profile: Any = "lean", **options: Any) -> Asking:
    part = Part(f"standards://checklist/{request.language}", "Standards", shown)
    context = Context((part,) if shown else (), (), (), (), ContextUse(budget_chars=0, used_chars=0))
    asked = GenerationRequest(request=request.request, language=request.language)
    text = request_message(asked, context, profile)
    return Asking([{"role": "system", "content": instructions(profile)}, {"role": "user", "content": text}], options)


def _titles(standards: Standards) -> str:
    return short_standard(standards.checklist, include_tests=False)


def _first(request: RealRequest, standards: Standards) -> Asking:
    """The form of the answer stands before everything else."""
    asking = _ask(request, _titles(standards))
    body, _, form = asking.messages[1]["content"].rpartition("\n\n")
    asking.messages[1]["content"] = f"{form}\n\n{body}"
    return asking


def _schema(request: RealRequest, standards: Standards) -> Asking:
    asked = {"type": "json_schema", "json_schema": {"name": "answer", "schema": Asked.model_json_schema()}}
    return _ask(request, _titles(standards), profile="full", response_format=asked)


VARIANTS: dict[str, Callable[[RealRequest, Standards], Asking]] = {
    "lean": lambda request, standards: _ask(request, _titles(standards)),
    "JSON in a schema": _schema,
    "no standards": lambda request, standards: _ask(request, ""),
    "tools offered": lambda request, standards: _ask(request, _titles(standards), tools=standards.tools),
    "form first": _first,
    "checklist as people read it": lambda request, standards: _ask(request, standards.checklist),
    "standard in full": lambda request, standards: _ask(request, without_notes(standards.full)),
}


async def read_standards(session: Session, language: str) -> Standards:
    """What the standards server says of a language."""

    async def read(uri: str) -> str:
        return str((await session.request("resources/read", {"uri": uri}))["contents"][0]["text"])

    listed = (await session.request("tools/list"))["tools"]
    tools = [
        {"name": tool["name"], "description": tool["description"], "parameters": tool["inputSchema"]} for tool in listed
    ]
    return Standards(
        await read(f"standards://language/{language}"),
        await read(f"standards://checklist/{language}"),
        [{"type": "function", "function": tool} for tool in tools],
    )


async def answer(client: openai.AsyncOpenAI, model: str, asking: Asking, language: str) -> dict[str, Any]:
    """One answer, read as the product reads it."""
    given = await client.chat.completions.create(
        model=model,
        messages=asking.messages,
        temperature=TEMPERATURE,
        seed=SEED,
        max_tokens=ANSWER_TOKENS,
        **asking.options,
    )
    said, usage = given.choices[0].message, given.usage
    return {
        "files": [(file.path, file.content) for file in read_answer(said.content or "", language).files],
        "ended": given.choices[0].finish_reason,
        "calls": len(said.tool_calls or ()),
        "input_tokens": usage.prompt_tokens if usage else 0,
        "output_tokens": usage.completion_tokens if usage else 0,
    }


async def measure(options: argparse.Namespace) -> None:
    """Variant by variant and language by language, so that what is equal in the prompts is computed once."""
    client = openai.AsyncOpenAI(base_url=options.server, api_key="none", timeout=BOUND_S, max_retries=0)
    done = {(entry["way"], entry["number"]) for entry in read_results(options.out, options.model)}
    requests = sorted(enumerate(REQUESTS[: options.requests]), key=lambda numbered: numbered[1].language)
    async with Session([sys.executable, str(ROOT / "standards-server.py")], dict(os.environ)) as session:
        await session.open()
        shelf = {language: await read_standards(session, language) for language in {of.language for _, of in requests}}
        for way in options.variants or VARIANTS:
            for number, request in requests:
                if (way, number) in done:
                    continue
                begun = time.perf_counter()
                asking = VARIANTS[way](request, shelf[request.language])
                entry = await answer(client, options.model, asking, request.language)
                entry["seconds"] = round(time.perf_counter() - begun, 1)
                entry |= await judge(session, request, entry["files"])
                told = {"model": options.model, "way": way, "number": number, "language": request.language}
                keep_result(options.out, entry | told)


def table(entries: Sequence[dict[str, Any]]) -> str:
    """A row for each variant that was asked."""
    lines = [
        "| variant | requests | usable | without a file | cut at the limit | errors | warnings | prompt tokens, median "
        "| output tokens, median |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for way in VARIANTS:
        of = [entry for entry in entries if entry["way"] == way]
        if of:
            counts = [
                len(of),
                sum(entry["usable"] for entry in of),
                sum(not entry["files"] for entry in of),
                sum(entry["ended"] == "length" for entry in of),
                sum(entry["errors"] for entry in of),
                sum(entry["warnings"] for entry in of),
                f"{median(entry['input_tokens'] for entry in of):,.0f}",
                f"{median(entry['output_tokens'] for entry in of):,.0f}",
            ]
            lines.append(f"| {way} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--server", default="http://127.0.0.1:8080/v1", help="the URL of a model server")
    parser.add_argument("--model", required=True, help="the model's name there")
    parser.add_argument("--requests", type=int, default=20, help="how many of the requests")
    parser.add_argument("--variants", nargs="*", choices=VARIANTS, help="these alone")
    parser.add_argument("--out", default="prompt_factors.jsonl", help="where the answers are kept")
    parser.add_argument("--report", action="store_true", help="print the table of what is there and ask nothing")
    options = parser.parse_args()
    if not options.report:
        asyncio.run(measure(options))
    print(table(read_results(options.out, model_name(options.model))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
