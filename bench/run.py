"""What the code assistant costs, side by side with a bare server and a naive one.

    python bench/run.py [--parts PART,PART] [--repetitions N] [--generations N] [--json FILE] [--output FILE]

Takes under five minutes on a quiet machine. Prints the tables; a run of all parts also writes `bench/RESULTS.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from assistant.figures import Part
from assistant.measure_checks import measure_checks
from assistant.measure_generation import measure_libraries, measure_overhead
from assistant.measure_load import measure_load
from assistant.measure_memory import measure_memory
from assistant.measure_recovery import measure_recovery
from assistant.measure_start import measure_first, measure_start
from assistant.report import part_table, render, target_table
from assistant.subjects import Bench, bench

PARTS: dict[str, Callable[[Bench], Awaitable[Part]]] = {
    "start": measure_start,
    "first": measure_first,
    "overhead": measure_overhead,
    "libraries": measure_libraries,
    "load": measure_load,
    "checks": measure_checks,
    "memory": measure_memory,
    "recovery": measure_recovery,
}
RESULTS = Path(__file__).with_name("RESULTS.md")
REPETITIONS = 5


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen parts. Returns 1 when one broke off, 0 however the targets come out."""
    parser = argparse.ArgumentParser(description="What the code assistant costs, side by side.")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--generations", type=int, default=2_000, help="how many the memory part makes")
    parser.add_argument("--json", type=Path, help="write every sample to this file")
    parser.add_argument("--output", type=Path, help="where the report goes; a run of all parts: bench/RESULTS.md")
    options = parser.parse_args(arguments)
    chosen = options.parts.split(",")
    unknown = [name for name in chosen if name not in PARTS]
    if unknown or options.repetitions < 1:
        parser.error(f"unknown part {unknown[0]!r}" if unknown else "at least one repetition")
    load_before = os.getloadavg()[0]
    parts = asyncio.run(measure(chosen, options.repetitions, options.generations))
    print(f"\n{target_table(parts)}")
    output = options.output or (RESULTS if set(chosen) == set(PARTS) else None)
    if output:
        output.write_text(render(parts, options.repetitions, load_before), encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps([dataclasses.asdict(part) for part in parts], indent=1), encoding="utf-8")
    return 1 if any(part.failed for part in parts) else 0


async def measure(chosen: list[str], repetitions: int, generations: int) -> list[Part]:
    """Measure part after part, and print each as soon as it is there."""
    parts = []
    async with bench(repetitions) as everything:
        everything = dataclasses.replace(everything, generations=generations)
        for name in chosen:
            started = time.perf_counter()
            try:
                part = await PARTS[name](everything)
            except RuntimeError as error:  # a call failed: the other parts' figures are worth having all the same
                part = Part(name, [f"Broke off: {error}"], failed=True)
            part.seconds = time.perf_counter() - started
            parts.append(part)
            notes = "\n".join(part.notes) + "\n\n" if part.failed else ""
            print(f"\n## {part.title} ({part.seconds:.0f} s)\n\n{notes}{part_table(part)}", flush=True)
    return parts


if __name__ == "__main__":
    sys.exit(main())
