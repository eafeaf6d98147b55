"""The code assistant as a program: arguments -> Settings -> Orchestrator -> server on stdio. See README.md."""

from __future__ import annotations

import gc

gc.disable()  # the SDK builds thousands of models while it is imported; collecting meanwhile costs a third of the start

import logging  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

from groundwork.standard_error import keep_standard_error  # noqa: E402

keep_standard_error()
for _number in (signal.SIGTERM, signal.SIGINT):  # there is nothing to clean up yet; the server has its own handlers
    signal.signal(_number, lambda number, _frame: os._exit(128 + number))

# Read when the Agents SDK is imported. Its traces would go to api.openai.com whatever OPENAI_BASE_URL says.
os.environ.setdefault("OPENAI_AGENTS_DONT_LOG_MODEL_DATA", "1")
os.environ.setdefault("OPENAI_AGENTS_DONT_LOG_TOOL_DATA", "1")

import anyio  # noqa: E402

from code_assistant.logs import log_to_stderr  # noqa: E402
from code_assistant.settings import SettingsError, read_settings  # noqa: E402
from groundwork.greeting import greet_person  # noqa: E402
from groundwork.version import __version__  # noqa: E402

EXIT_USAGE, EXIT_FAULT, EXIT_INTERRUPTED = 2, 3, 130


def run() -> None:
    """Be the program: exits with the code of `main`."""
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except Exception:  # the top: whoever calls us can tell a fault of ours from a failure
        logging.exception("code-assistant: a fault in the program; please report it")
        sys.exit(EXIT_FAULT)


def main(arguments: list[str]) -> int:
    """Serve on stdio, or do what the arguments ask for. Returns the exit code."""
    if arguments == ["--version"]:  # whatever the settings say
        print(f"code-assistant {__version__}")
        return 0
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        print(f"code-assistant: {error}", file=sys.stderr)
        return EXIT_USAGE
    if not settings.tracing:
        os.environ["OPENAI_AGENTS_DISABLE_TRACING"] = "1"
    log_to_stderr(settings)
    if arguments:
        from code_assistant.terminal.cli import run_command

        gc.enable()
        gc.freeze()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return run_command(arguments, settings)
    greet_person("code-assistant")
    from code_assistant.orchestrator import Orchestrator
    from code_assistant.server import build_server
    from code_assistant.serving import serve

    gc.enable()
    gc.freeze()
    orchestrator = Orchestrator(settings)
    anyio.run(serve, orchestrator, build_server(orchestrator))
    return 0


if __name__ == "__main__":
    run()
