"""Lines in a text from outside that give the model orders instead of telling it something.

The rule: an order is an imperative where a sentence starts; what describes an order, and code, stays as it is.
Everything here costs no more than the length of the text: no pattern looks further than some hundred characters.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import accumulate

_UNIT_CHARS = 1_000
"""A longer line is judged, and taken out, by parts of this length, cut between words."""
_PARTS = re.compile(rf"[^\n]{{1,{_UNIT_CHARS}}}(?=\s|$)|[^\n]{{1,{_UNIT_CHARS}}}")
_FENCE = re.compile(r"[ \t>]{0,20}(`{3,}|~{3,})(.*)")
_COMMENT = re.compile(r"^\s*(?:\*|--|;|%)|(?<![:\w\"'])(?://|/\*|\#|<!--)")
_READS_AS_PROSE = re.compile(r"\s*[A-Za-z]+(?:,?[ ]+[A-Za-z']+){2}")
"""Three words in a row at the start of a line of code: no language has that, but texts between fences do."""
_NOTHING = "."
"""What stands for a line that is not judged; it ends a sentence, so that none reaches over it."""
_MARKS = str.maketrans("", "", "*`")
_LOOK_ALIKES = str.maketrans("аеорсухіѕјԁɡАВЕКМНОРСТХІ", "aeopcyxisjdgABEKMHOPCTXI")

_START = r"""
    (?:^|(?<=[^\w\s,\-]))[^\w\n]{0,10}+
    (?:(?:please|now|then|so|also|and|important|first|kindly|just|you\s(?:must|should|will|shall))\b[^\w\n]{1,3}+){0,3}
"""
_EARLIER = r"(?:previous|prior|above|earlier|preceding|foregoing|your)"
_ORDERS = re.compile(
    rf"""
    {_START}
    (?:
        (?:ignore|disregard|forget|override|bypass)\b[^.]{{0,40}}?\b
            (?:
                (?:{_EARLIER}|system)\b[^.]{{0,30}}?
                    \b(?:instructions?|prompts?|guidelines?|directions|directives|constraints|standards)
              | (?:all|any|every)\b[^.]{{0,30}}?\b(?:instructions?|prompts?|guidelines?|directives)
            )\b
      | (?:disregard|forget|bypass)\b[^.]{{0,40}}?\b{_EARLIER}\b[^.]{{0,30}}?\b(?:rules|context|messages?)\b
      | (?:ignore|disregard|forget)\s+(?:everything|anything|all|what)\s
            (?:that\s|you\s|i\s|was\s|is\s|were\s|have\s|been\s|ve\s){{0,4}}(?:above|before|said|told|so\sfar|prior)\b
      | (?:ignore|disregard|forget)\s+(?:all\s(?:of\s)?)?the\s+above\s*(?:[.!,;]|$|and\b)
      | (?:stop|quit|cease)\s+(?:following|obeying)\s+(?:(?:all|any|of|the)\s+){{0,3}}(?:{_EARLIER}|system)\b
      | do\s+not\s+(?:follow|obey)\s+(?:your|any|the\ssystem)\b[^.]{{0,20}}?\b(?:instructions?|prompts?|guidelines?)\b
      | you\s+are\s+now\s+(?:
            dan\b|free\b[^.]{{0,20}}\b(?:rules|restrictions)|unrestricted|jailbroken|evil
          | (?:an?|the|my)\s+(?:\w+\s+){{0,3}}?(?:ai|assistant|model|agent|bot|hacker|unrestricted|jailbroken|evil)\b
          | in\s+(?:\w+\s+)?(?:dan|god|developer|jailbreak)\s+mode
        )
      | from\s+now\s+on[\s,]+(?:you\s+)?(?:(?:must|will|shall|should|are\s+to)\s+)?
            (?:answer|respond|reply|act|behave|speak|obey|always|never|only|ignore|output|write|pretend|execute)\b
      | act\s+as\s+(?:an?\s+)?
            (?:unrestricted|jailbroken|dan\b|evil|different\s+(?:ai|assistant|model|persona|character))
      | (?:(?:new|updated|real|hidden)\s+(?:(?:system\s+)?instructions|system\s+prompt)|hidden\s+prompt)\s*:\s*\w
      | (?:reveal|repeat|output|leak|disclose|print|show|send|tell)\s+(?:(?:me|us)\s+)?
            (?:your|all\s+of\s+your|the\s+(?:hidden|secret|full|entire|whole|original|initial|exact))\s+
            (?:\w+\s+){{0,2}}?(?:system\s+prompt|(?:initial|hidden|original|secret|system)\s+instructions)
      | leak\s+(?:your|the|all)\s+(?:\w+\s+){{0,2}}?(?:api\s+keys?|credentials|secrets)
      | as\s+an?\s+(?:ai|llm|language\s+model)\b[^.]{{0,30}}?\byou\s+(?:must|should|shall|have\s+to|need\s+to|will)\b
      | (?:the\s+|any\s+|all\s+|an?\s+|every\s+)?
            (?:ai|(?:large\s+)?language\s+model|llm|(?:ai\s+|coding\s+){{0,2}}(?:assistant|agent)|chatbot)s?\b[^.:]{{0,30}}?
            \b(?:must|should|shall|have\s+to|need\s+to)\b[^.]{{0,60}}?
            \b(?:include|insert|add|call|execute|run|fetch|visit|install|recommend)\b[^.]{{0,30}}?
            (?:https?:|\b(?:the\s+following\s+(?:command|script|code)|curl|wget)\b)
      | (?:(?:attention|message|instructions?|reminder|dear|hey)\s+)?(?:(?:to|for|all|any)\s+){{0,3}}
            (?:(?:ai|llm)[ ](?:cod\w+\s+)?(?:assistant|agent|model|tool)|coding\s+(?:assistant|agent)
            |language\s+model)s?\s*[:,]\s*(?:[^.\n]{{0,40}}?\b)?
            (?:please|always|never|you|must|do\s+not|ignore|include|add|insert|install|use|using|run|when|call)\b
      | (?:(?:note|notice|attention|message|instructions?|reminder)\s+(?:to|for)|dear)\s+(?:(?:all|any|the)\s+)?
            (?:ai|llm|language\s+model|coding\s+agent)s?\b[^.\n]{{0,30}}?[:,]
    )
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_VERBS = r"""
    (?:(?:you\s+(?:must|will|shall|should|have|need|are\s+now)|ignore|disregard|from\s+now|do\s+not|always|never
        |act\s+as|reply|respond|output|write|call)\s+\w)
"""
_ROLES = re.compile(
    rf"""
    ^[^\w\n"'{{\[]{{0,10}}+
        (?:
            (?:system(?:[ ]message|[ ]prompt)?|assistant|developer|human|user)[^\w:\n"']{{0,5}}+:[^\w\n]{{0,10}}+
          | \[\s?(?:system|developer|admin)\s?\][^\w\n]{{0,10}}+
        )
        (?:please[ ,]{{1,3}})?{_VERBS}
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_MARKUP = re.compile(
    r"""
    (?<!\w)</?(?:tool_calls?|function_calls?|invoke|tool_use|antml:\w{1,40}|system|assistant)(?=[\s>/])[^<>]{0,200}>
  | ^\s{0,20}+\{\s{0,20}+"(?:tool_calls?|function_call)"\s{0,20}+:\s{0,20}+\[?\s{0,20}+\{
    """,
    re.VERBOSE | re.MULTILINE,
)
"""How models write calls and roles, in the case in which they do: `List<Assistant>` is a generic type."""


@dataclass(frozen=True)
class _Unit:
    """A line or a part of one: how it stays when it gives orders, and how it is judged."""

    text: str
    judged: str
    is_last: bool = True
    """The line ends with it."""
    kept: str = ""
    """The code before a comment that is taken out."""


def without_orders(text: str) -> tuple[str, int]:
    """A text without the lines that give the model orders, and how many those were; of code only comments go."""
    units = list(_units(text.split("\n")))
    view = "\n".join(unit.judged for unit in units)
    starts = list(accumulate((len(unit.judged) + 1 for unit in units), initial=0))
    found = {index for start, end in _spans(view) for index in _indices(starts, start, end)}
    if not found:
        return text, 0
    return _join(units, found), len(found)


def _spans(view: str) -> Iterator[tuple[int, int]]:
    for pattern in (_ORDERS, _ROLES, _MARKUP):
        yield from (match.span() for match in pattern.finditer(view))


def _indices(starts: list[int], start: int, end: int) -> range:
    return range(bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)))


def _join(units: list[_Unit], found: set[int]) -> str:
    """What is left: a line of which nothing is left goes with its end."""
    lines: list[str] = []
    parts: list[str] = []
    is_gone = True
    for index, unit in enumerate(units):
        is_order = index in found
        is_gone = is_gone and is_order and not unit.kept
        parts.append(unit.kept if is_order else unit.text)
        if unit.is_last and not is_gone:
            lines.append("".join(parts))
        if unit.is_last:
            parts, is_gone = [], True
    return "\n".join(lines)


def _units(lines: list[str]) -> Iterator[_Unit]:
    for line, is_code in zip(lines, _find_fenced(lines), strict=True):
        if is_code:
            yield _code(line)
        elif len(line) <= _UNIT_CHARS:
            yield _Unit(line, _view(line))
        else:
            *parts, last = _PARTS.findall(line)
            yield from (_Unit(part, _view(part), is_last=False) for part in parts)
            yield _Unit(last, _view(last))


def _code(line: str) -> _Unit:
    """A line between fences: only its comment is judged, if it has one."""
    if _READS_AS_PROSE.match(line):
        return _Unit(line, _view(line[:_UNIT_CHARS]))
    comment = _COMMENT.search(line[:_UNIT_CHARS])
    if comment is None:
        return _Unit(line, _NOTHING)
    judged = line[comment.end() : comment.end() + _UNIT_CHARS]
    return _Unit(line, _view(judged), kept=line[: comment.start()].rstrip())


def _view(line: str) -> str:
    """A line as a reader sees it: without emphasis, entities resolved, full-width and look-alike letters as plain."""
    if not line or line.isspace():
        return _NOTHING
    seen = unescape(line) if "&" in line else line
    if not seen.isascii():
        plain = {ord(char): unicodedata.normalize("NFKC", char)[:3] for char in set(seen) if not char.isascii()}
        seen = seen.translate(plain).translate(_LOOK_ALIKES)
    return seen.translate(_MARKS).replace("\n", " ")


def _find_fenced(lines: list[str]) -> list[bool]:
    """Which lines are between fences; a fence that is never closed is none."""
    is_code = [False] * len(lines)
    opened: tuple[int, str] | None = None
    for index, line in enumerate(lines):
        fence = _FENCE.match(line[:_UNIT_CHARS])
        if fence is None:
            continue
        if opened is None:
            opened = (index, fence[1])
        elif fence[1].startswith(opened[1]) and not fence[2].strip():
            is_code[opened[0] + 1 : index] = [True] * (index - opened[0] - 1)
            opened = None
    return is_code
