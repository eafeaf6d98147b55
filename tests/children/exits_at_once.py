"""A child that gives up at once, with a message on stderr and exit code 3."""

from __future__ import annotations

import sys

print("exits_at_once: the configuration is missing", file=sys.stderr, flush=True)
sys.exit(3)
