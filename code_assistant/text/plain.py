"""Plain words for people: what others say of themselves as one cleaned line, and durations."""

from __future__ import annotations

from code_assistant.text.untrusted import clean

MAX_CHARS = 200
_READ_CHARS = 10 * MAX_CHARS


def plain_line(text: str, max_chars: int = MAX_CHARS) -> str:
    """Cleaned line by line, then made one line; the first characters of it."""
    return " ".join(clean(text[:_READ_CHARS]).text.split())[:max_chars].rstrip()


def age(seconds: int) -> str:
    """A duration in its largest unit: `2 h`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
