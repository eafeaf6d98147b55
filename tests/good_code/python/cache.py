"""A cache on disk."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar
from weakref import WeakValueDictionary

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LRU(Generic[K, V]):
    """Keeps the newest."""

    def __init__(self, size: int = 100) -> None:
        self._size = size
        self._items: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, key: K, default: V | None = None) -> V | None:
        """What is kept."""
        with self._lock:
            try:
                self._items.move_to_end(key)
            except KeyError:
                return default
            return self._items[key]

    def put(self, key: K, value: V) -> None:
        """Keep it."""
        with self._lock:
            self._items[key] = value
            while len(self._items) > self._size:
                self._items.popitem(last=False)


def on_disk(folder: Path) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep results in a folder."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            key = hashlib.sha256(repr((args, sorted(kwargs.items()))).encode()).hexdigest()
            path = folder / f"{function.__name__}-{key}.pickle"
            if path.exists():
                found: R = pickle.loads(path.read_bytes())  # noqa: S301 - written below by this program
                return found
            result = function(*args, **kwargs)
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                pickle.dump(result, file)
            os.replace(file.name, path)
            return result

        return wrapped

    return decorate


_shared: WeakValueDictionary[str, LRU[str, object]] = WeakValueDictionary()


def save_json(path: Path, value: object) -> None:
    """Write it whole or not at all."""
    text = json.dumps(value, indent=2, sort_keys=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
