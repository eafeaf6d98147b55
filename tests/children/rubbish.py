"""A child that prints what is no JSON-RPC on stdout. `rubbish.py work`: then it works; otherwise it stays silent."""

from __future__ import annotations

import sys
from pathlib import Path

RUBBISH = ("Welcome to the server", '{"jsonrpc": "2.0", ', "[1, 2", "\x00\x1b[31m\ufffd", "")

sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # Windows would choose its code page
for line in RUBBISH:
    print(line, flush=True)

if "work" in sys.argv:
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.children.healthy import server

    server.run()
else:
    sys.stdin.read()
