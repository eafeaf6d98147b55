"""Words of a model that can be written: halves of characters are mended where they come in.

A lone surrogate in an answer or in a tool's arguments makes the Agents SDK break off a run that is paid for, and no
wire carries the history that holds one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from code_assistant.text.untrusted import mend_halves, without_surrogates

_TEXTS = ("text", "refusal", "name")


def mend_items(items: Iterable[object]) -> None:
    """Mend what the SDK keeps of an answer: its items, with their parts and arguments, in place."""
    for item in items:
        parts = [*(getattr(item, "content", None) or ()), *(getattr(item, "summary", None) or ())]
        for part in (item, *parts):
            for name in _TEXTS:
                if isinstance(value := getattr(part, name, None), str):
                    setattr(part, name, without_surrogates(value))
        if isinstance(arguments := getattr(item, "arguments", None), str):
            setattr(item, "arguments", _repair_json(arguments))  # noqa: B010  # items have no common type


def _repair_json(text: str) -> str:
    """Escapes in JSON hold halves too."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return without_surrogates(text)
    mended = mend_halves(value)
    return text if mended == value else json.dumps(mended)
