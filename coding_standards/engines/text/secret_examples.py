"""Secrets that are made to be shown: in examples of a schema, in stories, mocks and seeds, beside `@example.com`.

Its one rule: it takes away only what nobody issued, and the key of a Firebase page, which every visitor reads.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from coding_standards.engines.source import Source

_KINDS = r"fixtures?|mocks?|seeds?|seeders?|factories|stories"
_FOLDER = re.compile(rf"(?:^|/)(?:__(?:{_KINDS})__|{_KINDS}|\.storybook)/", re.IGNORECASE)
_FILE = re.compile(
    rf"(?:^|[._-])(?i:{_KINDS}|story)(?=[._-])|(?:Seed|Seeder|Fixture|Mock)s?\.[a-z]+$|(?:Factories|Stories)\.[a-z]+$"
    r"|^(?:mock|seed|fixture)s?(?=[A-Z])"
    r"|^(?:jest|vitest|vite|tests?)[._-]?[Ss]etup\b|^setup[._-]?(?:[Tt]ests?|[Jj]est|[Vv]itest)\b"
)
_IMPORT = re.compile(r"[\"'](?:@playwright/test|msw(?:/[a-z]{1,20})?|@storybook/[a-z0-9/-]{1,40})[\"']")
_FOR_TESTS = re.compile(r"(?://!|\"{3}|/\*\*?)\s{0,9}[^\n]{0,80}\bfor (?:the |unit |integration )?tests\b")
_NEEDED = ("example", "schema")
_TOKEN = re.compile(r"[()\[\]{}]|@example\.(?:com|org|net)\b", re.IGNORECASE)
_SHOWN = re.compile(r"(?:example|examples|schema|json_?schema_?extra|schema_extra)[\"']?\s{0,9}(=>|[:=]|)\s{0,9}$")
_OPENING = {")": "(", "]": "[", "}": "{"}
_LOOKS_BACK = 50
_STATEMENT = re.compile(r";|\b(?:const|let|var|return|fn|def|public|private|static|func|function)\b")
_MAX_LITERAL = 2_000
"""Characters of a literal in which an address makes the rest an example."""
_FIREBASE = re.compile(r"firebase|authdomain|messagingsenderid")
_SEARCH = re.compile(r"\bapp_?id\b")
_INDEX = re.compile(r"\bindex(?:_?name)?[\"']?\s{0,3}:")
_MAX_AROUND = 400


def is_example_file(source: Source) -> bool:
    """Whether all of a file is data for tests, as its path, its imports or its first line say."""
    folder, slash, name = (source.path or "").replace("\\", "/").rpartition("/")
    if _FOLDER.search(folder + slash) or _FILE.search(name):
        return True
    return _FOR_TESTS.match(source.code) is not None or _IMPORT.search(source.code) is not None


def without_examples(code: str, folded: str, starts: set[int]) -> set[int]:
    """The offsets that lie in no example."""
    if not any(word in folded for word in _NEEDED):
        return starts
    spans = sorted(_examples(code, folded))
    ends, furthest = [], 0
    for _, end in spans:
        furthest = max(furthest, end)
        ends.append(furthest)
    begins = [first for first, _ in spans]
    return {start for start in starts if not (place := bisect_right(begins, start)) or ends[place - 1] <= start}


def is_public(folded: str, start: int) -> bool:
    """Whether the key at this offset stands in the configuration of a Firebase page."""
    return _FIREBASE.search(folded, max(0, start - _MAX_AROUND), start + _MAX_AROUND) is not None


def is_search_key(folded: str, start: int) -> bool:
    """Whether the key at this offset stands beside the index of a search box, which every browser is given."""
    around = folded[max(0, start - _MAX_AROUND) : start + _MAX_AROUND]
    return _SEARCH.search(around) is not None and _INDEX.search(around) is not None


def _examples(code: str, folded: str) -> Iterator[tuple[int, int]]:
    """Begin and end of the literals that are shown, or hold an address that is nobody's."""
    opened: list[list[int]] = []
    depth = {"(": 0, "[": 0, "{": 0}
    for token in _TOKEN.finditer(code):
        mark, place = token[0], token.start()
        if mark in depth:
            depth[mark] += 1
            opened.append([place, _is_shown(folded, place), 0])
        elif mark not in _OPENING:
            for last in opened[-1:]:
                last[2] = 1
        elif depth[_OPENING[mark]]:
            # A bracket in a string may have no other; the one that is closed ends what is within it.
            while True:
                start, is_shown, has_address = opened.pop()
                depth[code[start]] -= 1
                if code[start] == _OPENING[mark]:
                    break
            if is_shown or (has_address and _is_literal(code, start, place)):
                yield start, place


def _is_shown(folded: str, place: int) -> bool:
    before = _SHOWN.search(folded[max(0, place - _LOOKS_BACK) : place])
    # `class Example {` and `impl Schema {` are code.
    return before is not None and (before[1] != "" or folded[place] == "(")


def _is_literal(code: str, start: int, end: int) -> bool:
    return end - start <= _MAX_LITERAL and _STATEMENT.search(code, start, end) is None
