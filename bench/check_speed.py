"""How long `check_code` takes over MCP: a real server process, real code of 10 KB, the official client.

    python bench/check_speed.py [--json FILE] [--calls N] [--cache FOLDER] [LANGUAGE ...]

Its one rule: every language gets a server of its own, so that its first call is the first of a fresh process.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checker.corpora import CORPORA, default_cache, files_of

from coding_standards.languages import find_language

SERVER = Path(__file__).resolve().parent.parent / "standards-server.py"
SIZE = 10_000
"""Characters: a long module, more than most answers of a model hold."""
CALLS = 15
SERVERS = 3
"""Fresh processes for each language: the start and the first call are the medians of theirs."""
WARM_TARGET_MS = {"sql": 60.0, "javascript": 60.0, "typescript": 60.0}
DEFAULT_WARM_TARGET_MS = 25.0
FIRST_TARGET_MS = 400.0
SERVER_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Speed:
    """One language's line of the table; times in milliseconds."""

    language: str
    characters: int
    started_ms: float
    """From the start of the process to the answer to the handshake."""
    first_ms: float
    warm_ms: float
    slowest_ms: float
    findings: int
    file: str

    @property
    def is_within_target(self) -> bool:
        """Whether both times are what they should be."""
        target = WARM_TARGET_MS.get(self.language, DEFAULT_WARM_TARGET_MS)
        return self.warm_ms <= target and self.first_ms <= FIRST_TARGET_MS


def sample_of(language: str, cache: Path) -> Path | None:
    """Return the real file whose length is nearest to 10 KB."""
    files, _ = files_of(language, cache)
    return min(files, key=lambda path: abs(path.stat().st_size - SIZE), default=None)


async def measure(language: str, name: str, code: str, calls: int) -> Speed:
    """Start a server and time its first call and the median of the ones after."""
    arguments = {"code": code, "language": language, "path": name}
    parameters = StdioServerParameters(command=sys.executable, args=[str(SERVER)], cwd=SERVER.parent)
    started = time.perf_counter()
    with anyio.fail_after(SERVER_TIMEOUT_S):
        async with Client(stdio_client(parameters), mode="legacy") as client:
            ready_ms = (time.perf_counter() - started) * 1000
            first_ms, findings = await _call(client, arguments)
            warm = [(await _call(client, arguments))[0] for _ in range(calls)]
    return Speed(language, len(code), ready_ms, first_ms, statistics.median(warm), max(warm), findings, name)


def together(speeds: Sequence[Speed]) -> Speed:
    """Return the medians over several servers, and the slowest call of all."""
    return replace(
        speeds[0],
        started_ms=statistics.median(speed.started_ms for speed in speeds),
        first_ms=statistics.median(speed.first_ms for speed in speeds),
        warm_ms=statistics.median(speed.warm_ms for speed in speeds),
        slowest_ms=max(speed.slowest_ms for speed in speeds),
    )


async def _call(client: Client, arguments: dict[str, str]) -> tuple[float, int]:
    started = time.perf_counter()
    result = await client.call_tool("check_code", dict(arguments))
    elapsed_ms = (time.perf_counter() - started) * 1000
    if result.is_error or not isinstance(result.structured_content, dict):
        raise SystemExit(f"check_code failed: {result.content}")
    findings = result.structured_content.get("findings", [])
    return elapsed_ms, len(findings)


def speed_table(speeds: Sequence[Speed]) -> str:
    """Return the Markdown table."""
    lines = [
        "| language | characters | server ready | first call | warm median | slowest | findings | within target |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    lines.extend(
        f"| {speed.language} | {speed.characters} | {speed.started_ms:.0f} ms | {speed.first_ms:.0f} ms "
        f"| {speed.warm_ms:.1f} ms | {speed.slowest_ms:.1f} ms | {speed.findings} "
        f"| {'yes' if speed.is_within_target else 'no'} |"
        for speed in speeds
    )
    return "\n".join(lines)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="How long check_code takes over MCP.")
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=f"of {', '.join(CORPORA)}; all by default")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--cache", type=Path, default=default_cache())
    options = parser.parse_args()
    speeds: list[Speed] = []
    for language in options.languages or CORPORA:
        name = find_language(language).name
        path = sample_of(name, options.cache)
        if path is None:
            print(f"- {name}: no real file could be had")
            continue
        code = path.read_text(encoding="utf-8")
        speeds.append(together([anyio.run(measure, name, path.name, code, options.calls) for _ in range(SERVERS)]))
    print(speed_table(speeds))
    print(
        f"\nTargets: first call of a fresh server {FIRST_TARGET_MS:.0f} ms; warm {DEFAULT_WARM_TARGET_MS:.0f} ms, "
        f"SQL {WARM_TARGET_MS['sql']:.0f} ms. Medians of {SERVERS} "
        f"servers and of {options.calls} warm calls to each."
    )
    if options.json:
        options.json.write_text(json.dumps([asdict(speed) for speed in speeds], indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
