"""A failure that the user is told about: what happened and what to do."""

from __future__ import annotations


class GenerationError(Exception):
    """An expected failure of a generation; its text is `why; remedy`."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy
