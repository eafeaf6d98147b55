"""The terminal's way in: `--generate`, `--status`, `--doctor`. The answer goes to stdout, everything else to stderr.

`--generate` and `--status` go the way a host goes: they call the tools of the server, which is in this process.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn, TextIO

from mcp import Client
from mcp.types import CallToolResult, TextContent

from code_assistant.documentation.cache import Cache
from code_assistant.hosts.table import NAMES as HOSTS
from code_assistant.markdown import render
from code_assistant.orchestrator import Orchestrator
from code_assistant.result import GenerationResult
from code_assistant.server import GENERATE, STATUS, build_server
from code_assistant.settings import Settings
from code_assistant.terminal.diagnosis import Diagnosis
from code_assistant.terminal.doctor import diagnose
from code_assistant.terminal.installation import install, print_config
from code_assistant.terminal.live import Live
from code_assistant.text.plain import show_controls
from coding_standards.languages import NAMES
from groundwork import lifetime
from groundwork.version import __version__

EXIT_OK, EXIT_FAILED, EXIT_INTERRUPTED = 0, 1, 130
_READ_TIMEOUT_S = 3_600.0
"""For one call: the server's own deadline is shorter unless the user set it to 0."""
_STATUS_SETTLE_S = 20.0
"""`--status` starts a server of its own: its children get this long to leave `starting`."""
_POLL_S = 0.2
_STOP_S = 5.0
"""For the end of the children, which is forced after two."""


def run_command(arguments: Sequence[str], settings: Settings) -> int:
    """Run one command of the terminal; returns the exit code (0 ok, 1 failed, 2 usage)."""
    options = _parser().parse_args(arguments)
    _take_any_text(sys.stdout, settings)
    try:
        if options.doctor:
            return _print_diagnosis(asyncio.run(diagnose(settings)))
        if options.install:
            return install(options, settings.environ)
        if options.print_config:
            return print_config(options, settings.environ)
        if options.cache_clear:
            return _clear_cache(settings)
        if options.status:
            asyncio.run(_ask_server(settings, _status, _print_status))
        asyncio.run(_ask_server(settings, partial(_generate, options), partial(_print_answer, options, settings)))
    except OSError as error:  # a full disk, a pipe that nobody reads: no fault of the server's
        print(f"code-assistant: the answer could not be written: {error.strerror or error}", file=sys.stderr)
        lifetime.leave(EXIT_FAILED)  # what is left in stdout's buffer would be tried again, with a traceback


def _take_any_text(stream: TextIO, settings: Settings) -> None:
    """Let an answer in any script be written: a file or pipe gets UTF-8, a terminal what it can show."""
    if isinstance(stream, TextIOWrapper):
        is_free = not stream.isatty() and "PYTHONIOENCODING" not in settings.environ
        stream.reconfigure(encoding="utf-8" if is_free else stream.encoding, errors="backslashreplace")


def _readable(argument: str) -> str:
    """The argument with U+FFFD for what is no UTF-8."""
    return os.fsencode(argument).decode("utf-8", "replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="code-assistant-server.py",
        description="Without options: serve MCP on stdio, as a host starts it. With one of these: do it and end.",
        epilog="Exit codes: 0 well; 1 the generation failed, --status found a server that is not ready, --doctor found "
        "something that failed; 2 wrong options; 3 a fault in the program; 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"code-assistant {__version__}")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--generate", metavar="REQUEST", help="write code for a request; Markdown on stdout")
    what.add_argument("--status", action="store_true", help="start the server and show how everything is")
    what.add_argument("--cache-clear", action="store_true", help="remove all documentation that is kept on disk")
    what.add_argument(
        "--install",
        nargs="+",
        choices=[*HOSTS, "all"],
        metavar="HOST",
        help=f"register with {', '.join(HOSTS)}, or all",
    )
    what.add_argument("--print-config", choices=HOSTS, metavar="HOST", help="show what --install would write")
    what.add_argument("--doctor", action="store_true", help="check every precondition and say what fixes it")
    parser.add_argument("--language", default="python", help=f"one of {', '.join(NAMES)} (default: python)")
    parser.add_argument("--libraries", nargs="*", default=[], metavar="NAME", help="such as fastapi or react@19")
    parser.add_argument("--tests", action="store_true", help="also write tests")
    parser.add_argument("--no-docs", action="store_true", help="do not ask for documentation of every public name")
    parser.add_argument("--verbose", action="store_true", help="also show each item of the standards, and all sources")
    registering = parser.add_argument_group("with --install")
    registering.add_argument("--scope", choices=("user", "project"), default="user", help="default: user")
    registering.add_argument("--dry-run", action="store_true", help="show what would be written, change nothing")
    registering.add_argument("--uninstall", action="store_true", help="take our servers out again")
    registering.add_argument("--with-secrets", action="store_true", help="write the keys that are set here")
    parser.add_argument("--existing-code", metavar="FILE", type=Path, help="a file to change or extend")
    return parser


async def _ask_server(
    settings: Settings, work: Callable[[Client], Awaitable[CallToolResult]], tell: Callable[[CallToolResult], int]
) -> NoReturn:
    """Serve this process, do the work, end the children, tell what came, and leave with the exit code of that."""
    orchestrator = Orchestrator(settings)
    try:
        async with Client(build_server(orchestrator), read_timeout_seconds=_READ_TIMEOUT_S) as client:
            result = await work(client)
        code = tell(result)
    except asyncio.CancelledError:  # by Ctrl-C
        print("interrupted", file=sys.stderr)
        code = EXIT_INTERRUPTED
    with suppress(TimeoutError):  # an interruption leaves the lifespan before the children have ended
        await asyncio.wait_for(orchestrator.stopped.wait(), _STOP_S)
    sys.stdout.flush()
    lifetime.leave(code)  # only threads of the standard library are left to wait for


async def _generate(options: argparse.Namespace, client: Client) -> CallToolResult:
    arguments: dict[str, Any] = {
        "request": _readable(options.generate),
        "language": _readable(options.language),
        "libraries": [_readable(name) for name in options.libraries],
        "include_tests": options.tests,
        "include_docs": not options.no_docs,
    }
    if options.existing_code is not None:
        try:
            arguments["existing_code"] = options.existing_code.read_text(encoding="utf-8")
            arguments["existing_path"] = _path_from_here(options.existing_code)
        except (OSError, UnicodeDecodeError) as error:
            why = (isinstance(error, OSError) and error.strerror) or "it is no UTF-8"
            return _refuse(f"--existing-code {options.existing_code}: {why}; name a text file in UTF-8")
    with Live(sys.stderr) as live:
        result = await client.call_tool(GENERATE, arguments, progress_callback=live.report)
        while _is_pending(result):
            result = await client.call_tool(GENERATE, arguments, progress_callback=live.report)
    return result


def _path_from_here(file: Path) -> str:
    """Relative to the folder we are in; of a file elsewhere the name, for answers hold no path that leads out."""
    here, whole = Path.cwd().resolve(), file.resolve()
    return _readable((whole.relative_to(here) if whole.is_relative_to(here) else Path(file.name)).as_posix())


async def _status(client: Client) -> CallToolResult:
    give_up_at = time.monotonic() + _STATUS_SETTLE_S
    while True:
        result = await client.call_tool(STATUS, {})
        status = result.structured_content or {}
        is_settled = all(child["state"] != "starting" for child in status.get("children", []))
        if is_settled or time.monotonic() > give_up_at:
            return result
        await asyncio.sleep(_POLL_S)


def _is_pending(result: CallToolResult) -> bool:
    return not result.is_error and (result.structured_content or {}).get("status") == "pending"


def _refuse(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def _shorten(result: CallToolResult, settings: Settings) -> CallToolResult:
    """For a person, who wants the code and how it came out; a host's model gets all that is in the answer."""
    if result.is_error or result.structured_content is None:
        return result
    answer = GenerationResult.model_validate(result.structured_content)
    text = render(answer, settings.max_output_chars, is_brief=True)
    return CallToolResult(content=[TextContent(type="text", text=text)])


def _print_answer(options: argparse.Namespace, settings: Settings, result: CallToolResult) -> int:
    return _print_result(result if options.verbose else _shorten(result, settings))


def _print_status(result: CallToolResult) -> int:
    is_ready = bool((result.structured_content or {}).get("ready"))
    return max(_print_result(result), EXIT_OK if is_ready else EXIT_FAILED)


def _print_result(result: CallToolResult) -> int:
    text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
    _show(text, sys.stderr if result.is_error else sys.stdout)
    return EXIT_FAILED if result.is_error else EXIT_OK


def _print_diagnosis(diagnosis: Sequence[Diagnosis]) -> int:
    for line in diagnosis:
        remedy = f"\n          {line.remedy}" if line.remedy else ""
        _show(f"{line.verdict:8}  {line.what}: {line.found}{remedy}", sys.stdout)
    return EXIT_FAILED if any(line.verdict == "failed" for line in diagnosis) else EXIT_OK


def _clear_cache(settings: Settings) -> int:
    cache = Cache(settings.cache_dir)
    removed = cache.clear()
    if cache.trouble:
        print(f"code-assistant: {cache.path}: {cache.trouble}; end other programs that use it", file=sys.stderr)
        return EXIT_FAILED
    print(f"removed {removed} entries from {cache.path}")
    return EXIT_OK


def _show(text: str, stream: TextIO) -> None:
    """A terminal shows what would be an order to it; a file or pipe gets the text as it is."""
    print(show_controls(text) if stream.isatty() else text, file=stream, flush=True)
