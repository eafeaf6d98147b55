"""Breaks good code in ways that are certainly invalid, so that what a checker lets pass is the checker's miss.

Positions come from pygments, which has no part in the check: a place inside a string or comment is never
taken, and a file whose brackets do not balance by pygments is not used. Why each kind is certainly broken:

- bracket removed, bracket added: brackets balance before, so they cannot afterwards. HTML: the `>` of an end
  tag goes (an end tag with attributes is a parse error), or an end tag appears whose element is never opened.
- token deleted: a token that the grammar demands: the `:` of a Python `def`, the `=` of `const x = y`, a
  Java statement's `;` before a word, Go's `:=`, Rust's `=` after `let x`, `TABLE` after `CREATE` in SQL, the
  `:` of a CSS declaration, the name of an HTML start tag.
- quote removed: the closing quote of the only string on its line, where strings end with the line; in Rust and
  SQL of the last string of the file; in HTML of an attribute that another quoted one follows.
- truncated: cut between an opening bracket and its partner; in HTML inside a start tag.
- fence left: a Markdown fence around the file. Prose: a sentence before it, or after it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Comment, String  # type: ignore[import-untyped]

KINDS = ("bracket removed", "bracket added", "token deleted", "quote removed", "truncated", "fence left", "prose")

_PAIRS = {")": "(", "]": "[", "}": "{"}
_BEFORE = "Here is the code you asked for:\n\n"
_AFTER = "\n\nI hope this helps you with the task.\n"

_TOKENS: dict[str, str] = {
    # Group 1 is the token that goes.
    "python": r"^[ \t]*(?:async )?(?:def \w+\([\w, =]*\)|class \w+|for \w+ in \w+|while \w+|try|else)(:)[ \t]*$",
    "javascript": r"\bconst [A-Za-z_]\w* (= )(?=[A-Za-z\d\"'])",
    "typescript": r"\bconst [A-Za-z_]\w* (= )(?=[A-Za-z\d\"'])",
    "java": r"^[ \t]*(?:import [\w.]+|package [\w.]+|return \w+)(;)(?=\s*(?:[A-Za-z}]))",
    "go": r"\b[a-z]\w* (:= )(?=[A-Za-z\d])",
    "rust": r"\blet (?:mut )?[a-z]\w* (= )(?=[A-Za-z\d])",
    "sql": r"(?i)^CREATE (TABLE )(?=[\w`\"/*. ]+\()|^ALTER (TABLE )(?=[\w/*$]+)|^UPDATE [\w/*$]+ (SET )",
    "css": r"^[ \t]*[a-z-]+(:)[ \t]*[\w#%. -]+;[ \t]*$",
    "html": r"<([a-z]+[1-6]?)(?= [a-z-]+=\")",
}
_MACRO = re.compile(r"\w!\s*(?:\w+\s*)?$")
_END_TAG = re.compile(r"</[a-z]+[1-6]?(>)")
_START_TAG = re.compile(r"<[a-z]+[1-6]? ([a-z-]+=\"[^\"<>]*\"[^<>]*)>")
_TWO_ATTRIBUTES = re.compile(r"<[a-z]+[1-6]? [a-z-]+=\"[^\"<>]*(\") [a-z-]+=\"[^\"<>]*\"")
_LAST_STRING = {
    "rust": re.compile(r"[\s(,=]\"[^\"\\\n]*(\")(?=[^\"]*\Z)"),
    "sql": re.compile(r"[\s(,=]'[^'\\\n]*(')(?=[^']*\Z)"),
}
_ONLY_STRING = re.compile(r"^[^\"'`\\/#\n]*(?:\"[^\"'`\\\n]*(\")|'[^\"'`\\\n]*('))[^\"'`\\/#\n]*$", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """Broken code, and how it was broken."""

    kind: str
    code: str


@dataclass(frozen=True)
class Original:
    """Good code and what pygments says is a string or a comment in it."""

    code: str
    language: str

    @cached_property
    def quiet(self) -> bytearray:
        """One byte for each character: 1 inside a string, 2 inside a comment, 3 in `${...}` of a string, else 0."""
        marks = bytearray(len(self.code))
        depth = 0
        for start, token, value in get_lexer_by_name(self.language).get_tokens_unprocessed(self.code):
            if token in String.Interpol:
                depth = max(0, depth + value.endswith("{") - value.startswith("}"))
            mark = 1 if token in String else 2 if token in Comment else 3 if depth else 0
            marks[start : start + len(value)] = bytes([mark]) * len(value)
        return marks

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """The offsets of opening and closing brackets; empty when they do not balance."""
        found: list[tuple[int, int]] = []
        opened: list[int] = []
        # In SQL `[a]` may be a quoted name.
        brackets = "()" if self.language == "sql" else "()[]{}"
        for offset, char in enumerate(self.code):
            if char not in brackets or self.quiet[offset]:
                continue
            if char not in _PAIRS:
                opened.append(offset)
            else:
                if not opened or self.code[opened[-1]] != _PAIRS[char]:
                    return []
                found.append((opened.pop(), offset))
        return [] if opened else found

    def places(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        """The spans of the group that matched, where the match starts outside strings and comments."""
        spans: list[tuple[int, int]] = []
        for match in pattern.finditer(self.code):
            start, end = next(
                match.span(number) for number in range(1, pattern.groups + 1) if match[number] is not None
            )
            if (
                not self.quiet[match.start()]
                and self.quiet[start] != 2
                and not self.quiet[min(end, len(self.quiet) - 1)]
            ):
                spans.append((start, end))
        return spans


def mutants(code: str, language: str, seed: str) -> list[Mutant]:
    """Return one mutant of each kind that this code allows; the same ones for the same seed."""
    original = Original(code, language)
    chance = random.Random(seed)
    found: list[Mutant] = []
    for kind, breaker in _BREAKERS.items():
        broken = breaker(original, chance)
        if broken is not None:
            found.append(Mutant(kind, broken))
    return found


def _without(code: str, span: tuple[int, int]) -> str:
    return code[: span[0]] + code[span[1] :]


def _remove_bracket(original: Original, chance: random.Random) -> str | None:
    if original.language == "html":
        spans = original.places(_END_TAG)
    else:
        spans = [(offset, offset + 1) for pair in original.pairs for offset in pair]
    return _without(original.code, chance.choice(spans)) if spans else None


def _add_bracket(original: Original, chance: random.Random) -> str | None:
    if original.language == "html":
        spans = [] if "<section" in original.code else original.places(_END_TAG)
        added = "</section>"
    else:
        spans = [(offset, offset + 1) for pair in original.pairs for offset in pair]
        added = ")" if original.language == "sql" else chance.choice(")]}")
    if not spans:
        return None
    _, end = chance.choice(spans)
    return original.code[:end] + added + original.code[end:]


def _delete_token(original: Original, chance: random.Random) -> str | None:
    spans = original.places(re.compile(_TOKENS[original.language], re.MULTILINE))
    if original.language == "rust":
        # A macro takes any tokens, so nothing is certain in its brackets.
        macros = [pair for pair in original.pairs if _MACRO.search(original.code[max(0, pair[0] - 60) : pair[0]])]
        spans = [span for span in spans if not any(start < span[0] < end for start, end in macros)]
    return _without(original.code, chance.choice(spans)) if spans else None


def _remove_quote(original: Original, chance: random.Random) -> str | None:
    pattern = _LAST_STRING.get(original.language, _ONLY_STRING)
    if original.language == "html":
        pattern = _TWO_ATTRIBUTES
    spans = [span for span in original.places(pattern) if original.language == "html" or original.quiet[span[0]] == 1]
    return _without(original.code, chance.choice(spans)) if spans else None


def _truncate(original: Original, chance: random.Random) -> str | None:
    if original.language == "html":
        spans = original.places(_START_TAG)
    else:
        spans = [(start + 1, end) for start, end in original.pairs if end - start > 1]
    return original.code[: chance.randrange(*chance.choice(spans))] if spans else None


def _leave_fence(original: Original, chance: random.Random) -> str | None:
    code = original.code if original.code.endswith("\n") else original.code + "\n"
    return f"```{original.language}\n{code}```\n"


def _add_prose(original: Original, chance: random.Random) -> str | None:
    if original.language == "html":
        # Text may stand before a fragment, but not before a doctype.
        return _BEFORE + original.code if original.code.lstrip().lower().startswith("<!doctype") else None
    return _BEFORE + original.code if chance.random() < 0.5 else original.code + _AFTER


_BREAKERS: dict[str, Callable[[Original, random.Random], str | None]] = dict(
    zip(
        KINDS,
        (_remove_bracket, _add_bracket, _delete_token, _remove_quote, _truncate, _leave_fence, _add_prose),
        strict=True,
    )
)
