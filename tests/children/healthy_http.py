"""The healthy server over streamable HTTP on 127.0.0.1: `healthy_http.py PORT`. It ends with its stdin."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.children.healthy import server


def end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_stdin, daemon=True).start()
    server.run("streamable-http", port=int(sys.argv[1]))
