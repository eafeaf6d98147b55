"""Reads and writes the documentation cache without pause until killed or told to end on stdin.

Prints one line when it starts to work, and at the end how many values came back wrong or were not stored.
"""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from code_assistant.documentation.cache import Cache


def main(folder: str, max_bytes: str) -> int:
    cache = Cache(Path(folder), int(max_bytes))
    ended = threading.Event()
    threading.Thread(target=_end_with_stdin, args=(ended,), daemon=True).start()
    wrong = lost = 0
    print("working", flush=True)
    while not ended.is_set():
        key = str(random.randrange(200))
        cache.put("text", key, key * 500)
        lost += cache.trouble is not None
        entry = cache.get("text", str(random.randrange(200)))
        wrong += entry is not None and len(set(entry.value.split())) != 1
    print(f"wrong {wrong}, lost {lost}", flush=True)
    return 0


def _end_with_stdin(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
