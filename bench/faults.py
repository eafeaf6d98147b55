"""A thousand faults over real processes in one command: `python bench/faults.py [--only KIND ...] [--scale 0.1]`.

After each fault: one truthful answer within its bound, the next request works, stdout holds nothing but the protocol,
no secret is told; after each end: no process, grandchild or container is left 5 s later. The table goes to
`bench/FAULTS.md` with `--write`; exit code 1 when an invariant did not hold.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fault_kinds import ends, hosts, models, servers
from fault_kinds.scene import Kind, Tally

from tests.support import processes

KINDS: dict[str, tuple[str, Kind]] = {
    "model": ("a model server's statuses, connections, replies, redirects", models.inject_model_faults),
    "replies": ("an internal server's lines, and tokens that it echoes", servers.inject_replies),
    "ends": ("the code assistant killed, signalled, left alone", ends.inject_ends),
    "kills": ("internal servers killed and hanging", servers.inject_kills),
    "surroundings": ("folders, keys, memory and stderr that are not there", ends.inject_surroundings),
    "answers": ("a model's answers: form, size, paths, orders", models.inject_answers),
    "code": ("code that means ill, at the standards server", hosts.inject_codes),
    "host": ("a host's lines, arguments, cancelled calls", hosts.inject_host_faults),
    "lists": ("an internal server's list of tools", servers.inject_lists),
    "cache": ("the cache's files cut, overwritten, removed", ends.inject_cache_faults),
}
"""The table is the list of what is injected, the longest first."""
AT_ONCE = 5
"""Kinds side by side."""
REPORT = Path(__file__).with_name("FAULTS.md")


def main(arguments: list[str]) -> int:
    """Inject, print the table, say by the exit code whether everything held."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=list(KINDS), default=list(KINDS), metavar="KIND")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of faults")
    parser.add_argument("--write", action="store_true", help=f"the table to {REPORT.name}")
    options = parser.parse_args(arguments)
    processes.adopt_orphans()
    begun, load = time.monotonic(), os.getloadavg()[0]
    tallies = asyncio.run(_inject(options.only, options.scale))
    table = _table(tallies, time.monotonic() - begun, (load, os.getloadavg()[0]))
    print(table)
    if options.write:
        REPORT.write_text(f"# Faults\n\n{table}", encoding="utf-8")
    return 1 if any(tally.broken for tally in tallies) else 0


async def _inject(names: list[str], scale: float) -> list[Tally]:
    tallies = [Tally(name) for name in names]
    turns = asyncio.Semaphore(AT_ONCE)
    # Each kind has servers, folders and a model server of its own, and most of its time it waits.
    await asyncio.gather(*(_inject_kind(tally, scale, turns) for tally in tallies))
    left = processes.left_behind(5.0)
    if left:
        tallies[-1].broken.append(f"left running at the end: {[process.command for process in left]}")
        processes.kill(left)
    return tallies


async def _inject_kind(tally: Tally, scale: float, turns: asyncio.Semaphore) -> None:
    async with turns:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                await KINDS[tally.kind][1](tally, Path(folder), scale)
            except Exception as error:  # noqa: BLE001  # of whatever kind: the other kinds are still injected
                tally.broken.append(f"the kind broke off: {type(error).__name__}: {str(error)[:300]}")
        took_s = time.monotonic() - begun
    said = f"{tally.kind}: {tally.faults} faults, {len(tally.broken)} broken, {took_s:.0f} s"
    print(said, *(f"  {line}" for line in tally.broken[:20]), sep="\n", file=sys.stderr, flush=True)


def _table(tallies: list[Tally], took_s: float, load: tuple[float, float]) -> str:
    rows = [
        f"| {tally.kind} | {KINDS[tally.kind][0]} | {tally.faults} | {len(tally.broken)} | {tally.slowest_s:.1f} |"
        for tally in tallies
    ]
    faults, broken = sum(tally.faults for tally in tallies), sum(len(tally.broken) for tally in tallies)
    lines = [
        f"`python bench/faults.py`: {faults:,} faults in {took_s / 60:.1f} minutes, {broken} invariants broken.",
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load {load[0]:.1f} at the start and {load[1]:.1f} at the end.",
        "After each fault: a truthful answer within its bound, the next request works, stdout pure, no secret told; "
        "after each end nothing left 5 s later.",
        "",
        "| kind | what | faults | broken | slowest, fault and next request, s |",
        "|---|---|--:|--:|--:|",
        *rows,
    ]
    lines += [f"\n- {tally.kind}: {line}" for tally in tallies for line in tally.broken[:10]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
