"""Plain words for people: what others say of themselves as one cleaned line, and durations."""

from __future__ import annotations

import re

from code_assistant.text.untrusted import clean

_TERMINAL_ORDER = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]P_^X]|[\x9d\x90\x9f\x9e\x98])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
)
"""A whole colour, title, link or the like: without its first character its rest would be read as words."""
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""What a terminal obeys, and what lets a line read otherwise than it stands."""
MAX_CHARS = 200
_READ_CHARS = 10 * MAX_CHARS


def plain_line(text: str, max_chars: int = MAX_CHARS) -> str:
    """Cleaned line by line, then made one line; the first characters of it."""
    words = _TERMINAL_ORDER.sub("", text[: max(_READ_CHARS, 2 * max_chars)])
    return " ".join(clean(words).text.split())[:max_chars].rstrip()


def show_controls(text: str) -> str:
    """The text for a terminal: what would be an order to it, or would turn a line around, is written as an escape."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], text.replace("\r\n", "\n"))


def age(seconds: int) -> str:
    """A duration in its largest unit: `2 h`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
