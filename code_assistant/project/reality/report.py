"""What comes of holding code against the packages: findings, and the files that could not be held against them."""

from __future__ import annotations

from dataclasses import dataclass

from code_assistant.result import AnswerFinding


@dataclass(frozen=True)
class RealityReport:
    """The findings of all files of an answer."""

    findings: tuple[AnswerFinding, ...] = ()
    not_judged: tuple[str, ...] = ()
    """`path: why`, for each file that was left out: it has no finding because nobody looked."""


def not_judged(path: str, why: str) -> str:
    """The line that tells of a file that was left out."""
    return f"{path}: not held against the installed packages: {why}"
