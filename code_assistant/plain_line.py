"""What others say of themselves, for our own notes and reasons: one cleaned line that is never long."""

from __future__ import annotations

from code_assistant.untrusted import clean

MAX_CHARS = 200
_READ_CHARS = 10 * MAX_CHARS


def plain_line(text: str, max_chars: int = MAX_CHARS) -> str:
    """Cleaned line by line, then made one line; the first characters of it."""
    return " ".join(clean(text[:_READ_CHARS]).text.split())[:max_chars].rstrip()
