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

import gc

# Collecting while two thousand classes are made costs a third of the start; main() turns it on again.
gc.disable()

from coding_standards import lifetime  # noqa: E402 - it watches the parent while the rest is imported


def main() -> None:
    """Serve until the client goes away."""
    lifetime.end_with_parent()
    lifetime.end_on_signals()
    from coding_standards.server import main as serve

    serve()


if __name__ == "__main__":
    main()
