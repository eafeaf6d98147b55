"""What is asked about one library: one concept a question, as Context7 wants it, and nothing about other libraries.

Its one rule: few questions, since each of them counts against a quota.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from code_assistant.project.libraries import parse_library

MAX_CONCEPTS = 3
"""Context7 asks for no more than three calls a question."""
_ITEM = re.compile(r"^[ \t]*(?:[-*+\u2022]|\d{1,2}[.)])[ \t]+(\S.*)$")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def split_concepts(request: str, library: str, others: Iterable[str] = ()) -> tuple[str, ...]:
    """Each item of a list in the request is a concept, a request without a list is one.

    What names another library of the request and not this one is left out.
    """
    names, foreign = _names(library), [name for other in others if other != library for name in _names(other)]

    def is_about(text: str) -> bool:
        return _mentions(text, names) or not _mentions(text, foreign)

    items = [found[1] for line in request.splitlines() if (found := _ITEM.match(line))]
    if len(items) > 1:
        about = [item for item in items if is_about(item)] or items
        chunks = [about[at::MAX_CONCEPTS] for at in range(min(MAX_CONCEPTS, len(about)))]
        return tuple(_name("; ".join(chunk), library, names) for chunk in chunks)
    sentences = _SENTENCE_END.split(request)
    kept = [sentence for sentence in sentences if is_about(sentence)]
    return (request if len(kept) in (0, len(sentences)) else " ".join(kept),)


def _name(concept: str, library: str, names: Sequence[str]) -> str:
    return concept if _mentions(concept, names) else f"{concept} with {parse_library(library).name}"


def _names(library: str) -> list[str]:
    """What people call it: `react-query` for `@tanstack/react-query@5`, `next` for `next.js`."""
    name = parse_library(library).name.lower()
    short = re.split(r"[/:]", name.rstrip("/"))[-1]
    return [one for one in dict.fromkeys((name, short, short.removesuffix(".js"))) if one]


def _mentions(text: str, names: Iterable[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names)
