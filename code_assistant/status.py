"""The status: how everything is, and what to do about what is not. Built from memory alone, in milliseconds."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from statistics import median

from pydantic import Field

from code_assistant.children.child import Child, Condition
from code_assistant.children.launch import Mask
from code_assistant.jobs import Jobs
from code_assistant.result import GenerationResult, Missing
from code_assistant.settings import Settings
from code_assistant.text.plain import age, plain_line
from groundwork.plural import count_of
from groundwork.shape import DataShape
from groundwork.version import __version__

_MOST_PROVABLE = 3
"""Of the items that a tool would prove, in the text for people; the data has them all."""


class OrchestratorStatus(DataShape):
    """The server itself."""

    version: str = Field(description="Version of this program")
    uptime_s: float = Field(description="Seconds since it started")
    pid: int = Field(description="Its process")
    model: str = Field(description="The model's name; `offline` where none is configured")
    served_by: str = Field(description="Where the model runs")
    remedy: str | None = Field(default=None, description="How to use a real model, when none is set")


class JobsStatus(DataShape):
    """Generations."""

    running: int = Field(description="Generations at work")
    queued: int = Field(description="Generations that wait for a place")
    kept: int = Field(description="Finished results that wait for their caller")
    max_running: int = Field(description="How many may be at work at once")
    started: int = Field(description="How many were started so far")
    joined: int = Field(description="Calls that joined a running job instead of starting one")


class ChildStatus(DataShape):
    """One internal server."""

    name: str = Field(description="Its name")
    state: Condition = Field(description="How it is; `unreachable`: it runs, but its service does not answer")
    kind: str | None = Field(default=None, description="stdio, docker, npx or remote")
    command: str | None = Field(default=None, description="How it is started or reached, secrets masked")
    pid: int | None = Field(default=None, description="Its process")
    protocol_version: str | None = Field(default=None, description="The version of MCP that it speaks")
    server_name: str | None = Field(default=None, description="What it calls itself")
    server_version: str | None = Field(default=None, description="Its own version")
    tools: tuple[str, ...] = Field(default=(), description="Names of its tools")
    notes: tuple[str, ...] = Field(default=(), description="What of its tools was left out, and why")
    uptime_s: float = Field(default=0.0, description="Seconds since it became ready")
    restarts: int = Field(default=0, description="How often it was started anew")
    calls: int = Field(default=0, description="Calls that it answered")
    errors: int = Field(default=0, description="Those of them that failed")
    latency_ms: float | None = Field(default=None, description="Median of the last 200 calls")
    last_error: str | None = Field(default=None, description="What went wrong last")
    remedy: str | None = Field(default=None, description="What helps against that")
    stderr: tuple[str, ...] = Field(default=(), description="Its last lines of stderr")


class ServerStatus(DataShape):
    """The answer of `get_server_status`."""

    ready: bool = Field(description="True when every internal server is ready")
    orchestrator: OrchestratorStatus = Field(description="The server itself")
    jobs: JobsStatus = Field(description="Its generations")
    documentation_cache: dict[str, int | float | str] = Field(
        description="Entries, size, place and hit rate of the cache; calls of Context7, which are limited"
    )
    children: tuple[ChildStatus, ...] = Field(description="Each internal server")
    switched_off: tuple[str, ...] = Field(default=(), description="Internal servers that the settings switch off")
    missing: tuple[Missing, ...] = Field(default=(), description="What the settings name and is not there")
    provable: tuple[str, ...] = Field(
        default=(),
        description="Items that the team has only written down, and which rule of its tools would prove each",
    )


def build_status(
    settings: Settings,
    started_at: float,
    jobs: Jobs[GenerationResult],
    children: Iterable[Child],
    cache: dict[str, int | float | str],
    mask: Mask,
    missing: tuple[Missing, ...] = (),
    provable: tuple[str, ...] = (),
) -> ServerStatus:
    """Take a snapshot."""
    shown = tuple(_look_at_child(child, mask) for child in children)
    remedy = "set OPENAI_API_KEY, or OPENAI_BASE_URL and CODE_ASSISTANT_MODEL" if settings.is_offline else None
    return ServerStatus(
        ready=all(child.state == "ready" for child in shown),
        orchestrator=OrchestratorStatus(
            version=__version__,
            uptime_s=round(time.monotonic() - started_at, 3),
            pid=os.getpid(),
            model=settings.model,
            served_by=mask(settings.served_by),
            remedy=remedy,
        ),
        jobs=JobsStatus.model_validate(jobs),
        documentation_cache=cache,
        children=shown,
        switched_off=("context7",) if settings.context7 == "off" else (),
        missing=missing,
        provable=provable,
    )


def render_status(status: ServerStatus) -> str:
    """The status as Markdown."""
    own = status.orchestrator
    lines = [
        f"**code-assistant {own.version}**: {'ready' if status.ready else 'not everything is ready'}",
        "",
        f"- The model is {own.model} ({own.served_by})." + (f" For a real one {own.remedy}." if own.remedy else ""),
        f"- The server has been up for {age(int(own.uptime_s))}, as process {own.pid}.",
        f"- {_tell_jobs(status.jobs)}",
        f"- {_tell_cache(status.documentation_cache)}",
    ]
    lines += [f"- {name} is switched off." for name in status.switched_off]
    lines += [f"- Missing: {gap.what}: {gap.why}. Remedy: {gap.remedy}." for gap in status.missing]
    lines += [f"- Only written down: {told}." for told in status.provable[:_MOST_PROVABLE]]
    if len(status.provable) > _MOST_PROVABLE:
        lines.append(f"- And {count_of(len(status.provable) - _MOST_PROVABLE, 'item')} more that a tool would prove.")
    for child in status.children:
        lines += ["", *_tell_child(child)]
    return "\n".join(lines)


def _tell_jobs(jobs: JobsStatus) -> str:
    if not jobs.started:
        return "No generation has been asked for yet."
    running = f"{count_of(jobs.running, 'generation')} of {jobs.max_running} at most running" if jobs.running else ""
    waiting = f"{jobs.queued} waiting for a place" if jobs.queued else ""
    kept = f"{count_of(jobs.kept, 'finished result')} not collected yet" if jobs.kept else ""
    now = ", ".join(filter(None, (running, waiting, kept))) or "no generation running"
    joined = f", and {count_of(jobs.joined, 'call')} joined one that was running" if jobs.joined else ""
    return f"{now[0].upper()}{now[1:]}; {jobs.started} started so far{joined}."


def _tell_cache(cache: Mapping[str, int | float | str]) -> str:
    if "trouble" in cache:
        return f"The documentation cache cannot be used: {cache['trouble']} (`{cache['path']}`)."
    size = float(cache["bytes"])
    shown = f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1_000))} KB"
    text = f"The documentation cache holds {count_of(int(cache['entries']), 'text')}, {shown}, in `{cache['path']}`."
    hits = f" It had {float(cache['hit_rate']):.0%} of what was looked for." if "hit_rate" in cache else ""
    return text + hits + "".join(f" {said}." for said in describe_usage(cache))


def describe_usage(cache: Mapping[str, int | float | str]) -> Iterator[str]:
    """What is known of Context7's quota, for people."""
    if "context7_calls_this_month" in cache:
        yield f"Context7 was called {count_of(int(cache['context7_calls_this_month']), 'time')} this month"
    if "context7_refuses" in cache:
        yield f"It refuses until {cache['context7_refuses_until']}: {str(cache['context7_refuses']).rstrip('.')}"


def _tell_child(child: ChildStatus) -> list[str]:
    lines = [f"### {child.name}: {child.state}"]
    if child.last_error:
        lines.append(f"- {child.last_error}" + (f". Remedy: {child.remedy}" if child.remedy else ""))
    if child.command:
        lines.append(f"- {'Reached at' if child.kind == 'remote' else 'Started with'} `{child.command}`.")
    if child.server_name:
        lines.append(
            f"- It is {child.server_name} {child.server_version or ''} and speaks MCP {child.protocol_version}."
        )
    up = f"Up for {age(int(child.uptime_s))}" if child.state in ("ready", "unreachable") else "Not up"
    restarts = f"{count_of(child.restarts, 'restart')} so far" if child.restarts else "never restarted"
    latency = f", in {child.latency_ms:.1f} ms as a rule" if child.latency_ms is not None else ""
    errors = f", {child.errors} of them with an error" if child.errors else ""
    calls = f"{count_of(child.calls, 'call')} answered{latency}{errors}" if child.calls else "not called yet"
    lines.append(f"- {up}, {restarts}, {calls}.")
    if child.tools:
        lines.append(f"- Tools: {', '.join(child.tools)}.")
    lines += [f"- Note: {note}." for note in child.notes]
    if child.state != "ready" and child.stderr:
        lines += ["- Its last lines of stderr:", "", *(f"      {line}" for line in child.stderr[-5:])]
    return lines


def _look_at_child(child: Child, mask: Mask) -> ChildStatus:
    hindrance = child.hindrance if child.state == "ready" else None
    return ChildStatus(
        name=child.name,
        state=child.condition,
        kind=child.launch.kind if child.launch else None,
        command=mask(child.launch.shown) if child.launch else None,
        pid=child.pid,
        protocol_version=child.protocol_version,
        server_name=child.server_name,
        server_version=child.server_version,
        tools=tuple(plain_line(tool.name) for tool in child.tools),
        notes=child.notes,
        uptime_s=round(child.uptime_s, 3),
        restarts=child.restarts,
        calls=child.calls,
        errors=child.errors,
        latency_ms=round(median(child.latencies_ms), 3) if child.latencies_ms else None,
        last_error=mask(hindrance.why) if hindrance else child.last_error,
        remedy=hindrance.remedy if hindrance else child.remedy,
        stderr=tuple(child.stderr),
    )
