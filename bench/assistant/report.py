"""The figures as Markdown: the machine, the targets, a table for each part, and what was learnt.

Its one rule: prose about the figures, and what real models wrote, lives in `findings.md` and `models.md`, written by
people; this only sets tables.
"""

from __future__ import annotations

import datetime
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from assistant.figures import Part, number

PROSE = ("findings.md", "models.md")
PACKAGES = ("mcp", "openai-agents", "openai", "pydantic", "anyio")
BASES = ("hello", "naive")


def render(parts: Sequence[Part], repetitions: int, load_before: float) -> str:
    """Return the whole report."""
    sections = [
        "# What it costs, side by side",
        "Written by `python bench/run.py`. Everything is measured in one run, interleaved, against "
        "`bench/assistant/hello_server.py` (one tool that does nothing: what the SDK costs) and "
        "`bench/assistant/naive_server.py` (the same task as the SDKs' documentation leads one to write it). "
        "Model and Context7's API are on loopback with a "
        "fixed latency; the children are real. A ratio holds on other machines, a time does not.",
        machine(repetitions, load_before),
        "## Targets\n\n" + target_table(parts),
        *(Path(__file__).with_name(name).read_text(encoding="utf-8").strip() for name in PROSE),
        *(part_section(part) for part in parts),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def machine(repetitions: int, load_before: float) -> str:
    """Where and with what this was measured."""
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    busy = " (the machine was busy with other work)" if load_before > 1 else ""
    lines = [
        f"- {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        f"- Python {platform.python_version()}, {', '.join(versions)}, Node.js {_node_version()}",
        f"- {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {repetitions} repetitions, "
        f"load average before: {load_before:.1f}{busy}",
    ]
    return "## Machine\n\n" + "\n".join(lines)


def target_table(parts: Sequence[Part]) -> str:
    """All targets of all parts, with their outcome."""
    lines = ["| target | measured | limit | outcome |", "|---|--:|--:|---|"]
    for part in parts:
        for target in part.targets:
            unit = "" if target.unit in ("", "x") else f" {target.unit}"
            sign = "≥" if target.at_least else "≤"
            where = f"{target.what} ({part.title})" if part.title.startswith(("Overhead", "3 lib")) else target.what
            lines.append(
                f"| {where} | {number(target.value)}{unit} | {sign} {number(target.limit)}{unit} | {target.verdict} |"
            )
    return "\n".join(lines)


def part_section(part: Part) -> str:
    """One part: its notes and its table."""
    return f"## {part.title}\n\n" + "\n".join(part.notes) + "\n\n" + part_table(part)


def part_table(part: Part) -> str:
    """Medians, spread, and the ratio to each base that was measured on the same thing."""
    lines = ["| what | server | median | spread | x hello | x naive |", "|---|---|--:|--:|--:|--:|"]
    for figure in part.figures:
        bases = {other.subject: other.median for other in part.figures if other.what == figure.what}
        ratios = [
            number(figure.median / bases[base]) if bases.get(base) and base != figure.subject else "" for base in BASES
        ]
        unit = f" {figure.unit}" if figure.unit else ""
        lines.append(
            f"| {figure.what} | {figure.subject} | {number(figure.median)}{unit} | {figure.spread} | "
            f"{ratios[0]} | {ratios[1]} |"
        )
    return "\n".join(lines)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _node_version() -> str:
    node = shutil.which("node")
    if node is None:
        return "none"
    return subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
