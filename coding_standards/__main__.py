"""The coding standards as a program: an MCP server over stdio, and the gate, which judges files from a command line."""

from __future__ import annotations

import gc
import sys
import traceback

# Collecting while two thousand classes are made costs a third of the start; the server turns it on again.
gc.disable()

from groundwork import lifetime  # noqa: E402 - it watches the parent while the rest is imported
from groundwork.greeting import greet_person  # noqa: E402
from groundwork.standard_error import keep_standard_error  # noqa: E402

keep_standard_error()

_EXIT_FAULT = 3
"""A fault of ours; 1 would say that the code has breaches."""


def run() -> None:
    """Be the program: serve until the client goes away."""
    main(sys.argv[1:])


def main(arguments: list[str]) -> None:
    """Serve until the client goes away, or do what the arguments ask for."""
    if arguments:
        from coding_standards.gate.arguments import run as run_gate

        lifetime.end_on_signals()
        try:
            sys.exit(run_gate(arguments))
        except Exception:  # noqa: BLE001 - the top
            traceback.print_exc()
            print("coding-standards: a fault in the program; please report it", file=sys.stderr)
            sys.exit(_EXIT_FAULT)
    lifetime.end_with_parent()
    lifetime.end_on_signals()
    greet_person("coding-standards")
    from coding_standards.server.app import main as serve

    serve()


if __name__ == "__main__":
    run()
