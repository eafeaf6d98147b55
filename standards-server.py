# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "mcp>=2.3,<3",
#   "pydantic>=2.12,<3",
#   "anyio>=4.10,<5",
#   "packaging>=24,<27",
#   "PyYAML>=6.0.2,<7",
#   "ast-grep-py>=0.51,<0.52",
#   "ruff>=0.17,<0.18",
#   "oxlint>=1.89,<2",
#   "lightningcss>=0.3,<0.4",
#   "sqlglot>=30,<31",
#   "watchfiles>=1.1,<2",
#   "python-dotenv>=1,<2",
# ]
# ///
"""The coding standards as an MCP server over stdio, as it lies: `python standards-server.py`.

`STANDARDS_DIR` names a team's own directory, `PROJECT_DIR` a project whose AGENTS.md and the like hold as well.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one shall read why it does not start
    sys.exit(f"coding-standards: Python 3.11 or newer is needed, this is {sys.version.split()[0]}: {sys.executable}")

from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from coding_standards.__main__ import run  # noqa: E402

if __name__ == "__main__":
    try:
        run()
    except ModuleNotFoundError as error:
        remedy = f"run `{sys.executable} -m pip install -r {HERE / 'requirements.txt'}`"
        sys.exit(f"coding-standards: the package {error.name} is not installed; {remedy}")
