"""Fences around code in Markdown that nothing in the code can close."""

from __future__ import annotations

import re


def choose_fence(code: str) -> str:
    """One backtick more than the longest run of them in the code, and three at least."""
    longest = max(map(len, re.findall("`+", code)), default=0)
    return "`" * max(3, longest + 1)
