"""The coding standards as a program: an MCP server over stdio."""

from __future__ import annotations

import gc
import sys

# Collecting while two thousand classes are made costs a third of the start; the server turns it on again.
gc.disable()

from groundwork import lifetime  # noqa: E402 - it watches the parent while the rest is imported
from groundwork.greeting import greet_person  # noqa: E402
from groundwork.standard_error import keep_standard_error  # noqa: E402

keep_standard_error()

USAGE = """usage: coding-standards

Serves MCP on stdio. STANDARDS_DIR and PROJECT_DIR name what is laid over the built-in standards."""


def run() -> None:
    """Be the program: serve until the client goes away."""
    main(sys.argv[1:])


def main(arguments: list[str]) -> None:
    """Serve until the client goes away."""
    if arguments:
        is_asked = arguments in (["-h"], ["--help"])
        print(USAGE, file=sys.stdout if is_asked else sys.stderr)
        sys.exit(0 if is_asked else 2)
    greet_person("coding-standards")
    lifetime.end_with_parent()
    lifetime.end_on_signals()
    from coding_standards.server.app import main as serve

    serve()


if __name__ == "__main__":
    run()
