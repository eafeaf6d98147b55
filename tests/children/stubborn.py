"""A child that works, but ignores SIGTERM and SIGINT and lives on when its stdin ends: only SIGKILL helps."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.children.healthy import server

LIVES_ON_S = 120.0  # Not for ever, should all clean-up fail.

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server.run()
    print("stubborn: stdin has ended", file=sys.stderr, flush=True)
    time.sleep(LIVES_ON_S)
