"""A child that works, but only after so many seconds: `slow_start.py 3`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.children.healthy import server

if __name__ == "__main__":
    time.sleep(float(sys.argv[1]))
    server.run()
