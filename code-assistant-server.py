# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "mcp>=2.3,<3",
#   "openai-agents>=0.24,<0.25",
#   "openai>=3.54,<4",
#   "pydantic>=2.12,<3",
#   "anyio>=4.10,<5",
#   "griffelib>=2,<3",
#   "packaging>=24,<27",
#   "rich>=14,<16",
#   "platformdirs>=4.3,<5",
#   "PyYAML>=6.0.2,<7",
#   "ast-grep-py>=0.51,<0.52",
#   "ruff>=0.17,<0.18",
#   "oxlint>=1.89,<2",
#   "sqlglot>=30,<31",
#   "watchfiles>=1.1,<2",
#   "python-dotenv>=1,<2",
#   "pytest>=9,<10",
#   "pytest-asyncio>=1.3,<2",
# ]
# ///
"""The code assistant on stdio: arguments -> Settings -> Orchestrator -> server. See README.md."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one shall read why it does not start
    sys.exit(f"code-assistant: Python 3.11 or newer is needed, this is {sys.version.split()[0]}: {sys.executable}")

import gc

gc.disable()  # the SDK builds thousands of models while it is imported; collecting meanwhile costs a third of the start

import os  # noqa: E402
import signal  # noqa: E402

for _number in (signal.SIGTERM, signal.SIGINT):  # there is nothing to clean up yet; the server has its own handlers
    signal.signal(_number, lambda number, _frame: os._exit(128 + number))

from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent))
# Read when the Agents SDK is imported. Its traces would go to api.openai.com whatever OPENAI_BASE_URL says.
os.environ.setdefault("OPENAI_AGENTS_DONT_LOG_MODEL_DATA", "1")
os.environ.setdefault("OPENAI_AGENTS_DONT_LOG_TOOL_DATA", "1")

try:
    import anyio

    from code_assistant.logs import log_to_stderr
    from code_assistant.settings import SettingsError, read_settings
except ModuleNotFoundError as error:
    remedy = f"run `{sys.executable} -m pip install -r {Path(__file__).resolve().parent / 'requirements.txt'}`"
    sys.exit(f"code-assistant: the package {error.name} is not installed; {remedy}")

EXIT_USAGE = 2


def main(arguments: list[str]) -> int:
    """Serve on stdio, or do what the arguments ask for. Returns the exit code."""
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
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return run_command(arguments, settings, Path(__file__).resolve())
    from code_assistant.orchestrator import Orchestrator
    from code_assistant.server import build_server
    from code_assistant.serving import serve

    gc.enable()
    gc.freeze()
    orchestrator = Orchestrator(settings)
    anyio.run(serve, orchestrator, build_server(orchestrator))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
