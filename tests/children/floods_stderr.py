"""A child that works, but writes 2 MB to stderr at its start: a pipe nobody reads would block it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.children.healthy import server

LINES = 20_000

if __name__ == "__main__":
    for number in range(LINES):
        print(f"flood line {number} " + "x" * 85, file=sys.stderr)
    sys.stderr.flush()
    server.run()
