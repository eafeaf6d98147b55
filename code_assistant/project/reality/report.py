"""What comes of holding code against the packages: findings, with what may be meant, and files that were left out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from code_assistant.result import AnswerFinding, Severity

_ALSO = 3


@dataclass(frozen=True)
class RealityReport:
    """The findings of all files of an answer."""

    findings: tuple[AnswerFinding, ...] = ()
    not_judged: tuple[str, ...] = ()
    """`path: why`, for each file that was left out: it has no finding because nobody looked."""


def not_judged(path: str, why: str) -> str:
    """The line that tells of a file that was left out."""
    return f"{path}: not held against the installed packages: {why}"


def unknown(rule: str, severity: Severity, path: str, line: int, message: str) -> AnswerFinding:
    """A finding of what is not there: a `module`, a `name` or an `argument`."""
    return AnswerFinding(rule=f"reality-unknown-{rule}", severity=severity, file=path, line=line, message=message)


def absent(
    path: str, line: int, owner: str, name: str, known: Iterable[str], severity: Severity = "error"
) -> AnswerFinding:
    """A name that its owner does not have, with the nearest that it has."""
    message = f"`{owner}` has no `{name}` in the installed version; {suggest(name, known)}"
    return unknown("name", severity, path, line, message)


def describe_unasked(name: str, why: str, *, has_project: bool = True) -> str:
    """In words, that a module may be nobody's: `why` is what says so, beside the request."""
    remedy = "use what is there, or make" if has_project else "before it is installed, make"
    return f"`{name}` {why} and was not asked for; {remedy} sure that it exists and is the right one"


def suggest(name: str, known: Iterable[str]) -> str:
    """What may be meant, in words."""
    public = sorted(word for word in set(known) if not word.startswith("_") and word not in ("self", "cls"))
    spelled: dict[str, list[str]] = {}
    for word in public:
        spelled.setdefault(word.lower(), []).append(word)
    matches = difflib.get_close_matches(name.lower(), spelled, n=_ALSO, cutoff=0.6)
    near = [word for match in matches for word in sorted(spelled[match], key=lambda word: _shape(word) != _shape(name))]
    if near:
        return f"the nearest is {', '.join(f'`{word}`' for word in near[:_ALSO])}"
    if 0 < len(public) <= 2 * _ALSO:
        return f"it has {', '.join(f'`{word}`' for word in public)}"
    return "nothing there has a similar name"


def _shape(name: str) -> tuple[bool, bool]:
    """How a name is written: as a class, a constant or anything else."""
    return name[:1].isupper(), name.isupper()
