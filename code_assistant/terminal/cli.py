"""The terminal's way in: `--generate`, `--status`, `--doctor`. The answer goes to stdout, everything else to stderr.

`--generate` and `--status` go the way a host goes: they start the server as a subprocess and speak MCP to it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult, TextContent

from code_assistant.children.errors import describe
from code_assistant.children.launch import own_program
from code_assistant.documentation.cache import Cache
from code_assistant.hosts.table import NAMES as HOSTS
from code_assistant.markdown import render
from code_assistant.result import GenerationResult
from code_assistant.server import GENERATE, STATUS
from code_assistant.settings import Settings
from code_assistant.terminal.diagnosis import Diagnosis
from code_assistant.terminal.doctor import diagnose
from code_assistant.terminal.installation import install, print_config
from code_assistant.terminal.live import Live
from code_assistant.text.plain import show_controls
from coding_standards.languages import NAMES
from groundwork.version import __version__

EXIT_OK, EXIT_FAILED, EXIT_INTERRUPTED = 0, 1, 130
_READ_TIMEOUT_S = 3_600.0
"""For one call: the server's own deadline is shorter unless the user set it to 0."""
_STATUS_SETTLE_S = 20.0
"""`--status` starts a server of its own: its children get this long to leave `starting`."""
_POLL_S = 0.2
_SERVER = own_program("code-assistant-server.py", "code_assistant")


def run_command(arguments: Sequence[str], settings: Settings) -> int:
    """Run one command of the terminal; returns the exit code (0 ok, 1 failed, 2 usage, 130 interrupted)."""
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
            return _print_status(asyncio.run(_with_server(_status)))
        answer = asyncio.run(_with_server(lambda client: _generate(client, options)))
        return _print_result(answer if options.verbose else _shorten(answer, settings))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except OSError as error:  # a full disk, a pipe that nobody reads: no fault of the server's
        print(f"code-assistant: the answer could not be written: {error.strerror or error}", file=sys.stderr)
        os._exit(EXIT_FAILED)  # what is left in stdout's buffer would be tried again, with a traceback


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
        "something that failed; 2 wrong options; 130 interrupted.",
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


async def _with_server(work: Callable[[Client], Awaitable[CallToolResult]]) -> CallToolResult | None:
    """Start the server as a host does, do the work, end it. Its stderr is shown only when it fails, which is None."""
    parameters = StdioServerParameters(command=sys.executable, args=list(_SERVER), env=dict(os.environ))
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        try:
            transport = stdio_client(parameters, errlog=log)
            async with Client(transport, read_timeout_seconds=_READ_TIMEOUT_S) as client:
                return await work(client)
        except (MCPError, OSError, ExceptionGroup) as error:
            print(f"code-assistant: the server ended: {describe(error)}", file=sys.stderr)
            _show_log(log)
            return None


async def _generate(client: Client, options: argparse.Namespace) -> CallToolResult:
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
            return _refuse(f"code-assistant: --existing-code {options.existing_code}: {error}")
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


def _shorten(result: CallToolResult | None, settings: Settings) -> CallToolResult | None:
    """For a person, who wants the code and how it came out; a host's model gets all that is in the answer."""
    if result is None or result.is_error or result.structured_content is None:
        return result
    answer = GenerationResult.model_validate(result.structured_content)
    text = render(answer, settings.max_output_chars, is_brief=True)
    return CallToolResult(content=[TextContent(type="text", text=text)])


def _print_status(result: CallToolResult | None) -> int:
    is_ready = result is not None and bool((result.structured_content or {}).get("ready"))
    return max(_print_result(result), EXIT_OK if is_ready else EXIT_FAILED)


def _print_result(result: CallToolResult | None) -> int:
    if result is None:
        return EXIT_FAILED
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


def _show_log(log: TextIO) -> None:
    log.seek(0)
    for line in log.readlines()[-20:]:
        _show(f"  {line.rstrip()}", sys.stderr)


def _show(text: str, stream: TextIO) -> None:
    """A terminal shows what would be an order to it; a file or pipe gets the text as it is."""
    print(show_controls(text) if stream.isatty() else text, file=stream, flush=True)
