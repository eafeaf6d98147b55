"""Secrets and piped downloads in strings, in every language.

Its one rule: a place holder is no secret. What is found stands in a string, looks random or has the shape of a known
key, and in tests only keys that an issuer gave count, for tests make their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path

from coding_standards.engines.named import Hit
from coding_standards.engines.patterns import PatternFile
from coding_standards.engines.text.lines import Text
from coding_standards.engines.text.secret_examples import is_example_file, is_public, is_search_key, without_examples
from coding_standards.engines.text.secret_places import places_of_secrets
from coding_standards.engines.text.secret_shapes import read_shapes
from coding_standards.symbols import Regions, find_test_regions

_COMMANDS = PatternFile(Path(__file__).with_name("shell.yml"))
_NEXT_STEP = re.compile(r"(?:&&|\|\||;)\s*")
_DELIMITER = re.compile(r"[rbufRBUF@$]{0,3}(#*)(\"{3}|'{3}|[\"'`])")
_CONTINUED = re.compile(r"\\{1,2}\n\s*")
_LINE_END = re.compile(r"\n|\\n")
_FETCHERS = ("curl ", "wget ", "iex", "invoke-expression")


def secrets(text: Text) -> Iterator[Hit]:
    """Strings that have the shape of a key, or that look random and are given to something named like a secret."""
    code = text.source.code
    folded = _fold(code)
    shaped: dict[bool, set[int]] = {True: set(), False: set()}
    public: set[int] = set()
    for shape in read_shapes():
        if not any(map(text.source.may_say, shape.words)):
            continue
        starts = set(shape.find(code, folded))
        if shape.id == "google":
            public = {start for start in starts if is_public(folded, start)}
        shaped[shape.is_own] |= starts
    found = shaped[False] - public
    told = {start for start in places_of_secrets(code, folded) if not is_search_key(folded, start)}
    own = shaped[True] | told - {start - 1 for start in public}
    if own:
        own = set() if is_example_file(text.source) else without_examples(code, folded, own)
    tests = find_test_regions(text.source) if own else Regions()
    found.update(start for start in own if not tests.covers(start))
    yield from _in_strings(text, found)


def piped_shell(text: Text) -> Iterator[Hit]:
    """Strings that begin with a command which downloads a program and runs it unseen."""
    code = text.source.code
    folded = _fold(code)
    if not any(word in folded for word in _FETCHERS):
        return
    for start, end in text.strings:
        if _runs_download(code[start:end]):
            yield Hit(*text.source.position(start))


def _runs_download(literal: str) -> bool:
    inner = _CONTINUED.sub(" ", _inside(literal)).strip()
    is_script = inner.startswith(("#!", "FROM "))
    has_begun = False
    for line in map(str.strip, _LINE_END.split(inner)):
        if _downloads_to_run(line):
            return True
        is_step = _COMMANDS.match("step", line) is not None
        # Of a help text, nothing but the first line is tried.
        if line and not (is_script or is_step or (has_begun and line.startswith("#"))):
            return False
        has_begun = has_begun or is_step
    return False


def _downloads_to_run(line: str) -> bool:
    start = 0
    while not _COMMANDS.match("piped", line, start):
        following = _NEXT_STEP.search(line, start) if _COMMANDS.match("step", line, start) else None
        if following is None:
            return False
        start = following.end()
    return True


def _inside(literal: str) -> str:
    delimiter = _DELIMITER.match(literal)
    return literal[delimiter.end() :].removesuffix(delimiter[2] + delimiter[1]) if delimiter else literal


def _in_strings(text: Text, starts: Iterable[int]) -> Iterator[Hit]:
    """The places that lie in strings, one for each string."""
    wanted = sorted(starts)
    if not wanted:
        return
    for first, end in text.strings:
        place = bisect_left(wanted, first)
        if place < len(wanted) and wanted[place] < end:
            yield Hit(*text.source.position(wanted[place]))


def _fold(code: str) -> str:
    """Lower case of the same length: some letters beyond ASCII become two."""
    folded = code.lower()
    return folded if len(folded) == len(code) else re.sub("[A-Z]+", lambda match: match[0].lower(), code)
