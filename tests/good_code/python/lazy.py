"""A package whose parts are imported late."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package.reader import Reader as Reader
    from package.writer import Writer as Writer

__all__ = ["Reader", "Writer", "helper"]

_PLACES = {"Reader": "package.reader", "Writer": "package.writer", "helper": "package.tools"}


def __getattr__(name: str) -> object:
    if name in _PLACES:
        return getattr(importlib.import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
