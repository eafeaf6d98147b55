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
"""The coding standards as an MCP server over stdio: `python standards-server.py`.

`STANDARDS_DIR` names a team's own directory, `PROJECT_DIR` a project whose AGENTS.md and the like hold as well.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one shall read why it does not start
    sys.exit(f"coding-standards: Python 3.11 or newer is needed, this is {sys.version.split()[0]}: {sys.executable}")

import gc
from pathlib import Path

# Collecting while two thousand classes are made costs a third of the start; main() turns it on again.
gc.disable()

from groundwork import lifetime  # noqa: E402 - it watches the parent while the rest is imported

USAGE = """usage: standards-server.py

Serves MCP on stdio. STANDARDS_DIR and PROJECT_DIR name what is laid over the built-in standards."""


def main(arguments: list[str]) -> None:
    """Serve until the client goes away."""
    if arguments:
        is_asked = arguments in (["-h"], ["--help"])
        print(USAGE, file=sys.stdout if is_asked else sys.stderr)
        sys.exit(0 if is_asked else 2)
    lifetime.end_with_parent()
    lifetime.end_on_signals()
    try:
        from coding_standards.server.app import main as serve
    except ModuleNotFoundError as error:
        remedy = f"run `{sys.executable} -m pip install -r {Path(__file__).resolve().parent / 'requirements.txt'}`"
        sys.exit(f"coding-standards: the package {error.name} is not installed; {remedy}")
    serve()


if __name__ == "__main__":
    main(sys.argv[1:])
