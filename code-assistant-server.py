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
#   "lightningcss>=0.3,<0.4",
#   "ty>=0.0.108,<0.1",
#   "sqlglot>=30,<31",
#   "watchfiles>=1.1,<2",
#   "python-dotenv>=1,<2",
#   "tomlkit>=0.13,<1",
#   "Jinja2>=3.1,<4",
# ]
# ///
"""The code assistant on stdio, as it lies: `python code-assistant-server.py`. What it does is in code_assistant/."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one shall read why it does not start
    sys.exit(f"code-assistant: Python 3.11 or newer is needed, this is {sys.version.split()[0]}: {sys.executable}")

from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

try:
    from code_assistant.__main__ import run
except ModuleNotFoundError as error:
    remedy = f"run `{sys.executable} -m pip install -r {HERE / 'requirements.txt'}`"
    sys.exit(f"code-assistant: the package {error.name} is not installed; {remedy}")

if __name__ == "__main__":
    run()
