"""Globs as Cursor, Copilot and .editorconfig write them: `**/*.ts`, `src/{api,web}/*.py`, `[!a]?.js`, `{1..9}`.

A pattern is matched against a path relative to the folder that it was written for, with `/` between the
parts. Its one rule: the time is bounded whatever the pattern, so a path is matched part by part; one regular
expression for the whole could be made to take hours. The standard library's `fnmatch` knows neither `**` nor
braces, and does the single parts here.
"""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache

from coding_standards.languages import Language

MAX_PATTERN = 500
"""Longer patterns match nothing: nobody writes them."""
MAX_PATH = 4096
MAX_ALTERNATIVES = 200

_BRACE = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"([+-]?\d{1,4})\.\.([+-]?\d{1,4})")
_GLUED_STARS = re.compile(r"\*\*(?=[^/*])|(?<=[^/*])\*\*")


def split_globs(text: str) -> tuple[str, ...]:
    """Split a comma-separated list of globs, leaving the commas inside braces alone."""
    parts: list[str] = [""]
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if char == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += char
    return tuple(part for part in (part.strip().strip("\"'") for part in parts) if part)


def matches(pattern: str, path: str) -> bool:
    """Tell whether the whole of `path` matches `pattern`."""
    if len(path) > MAX_PATH:
        return False
    parts = path.split("/")
    return any(_match(alternative.split("/"), parts) for alternative in expand(pattern))


def may_match_language(pattern: str, language: Language) -> bool:
    """Tell whether `pattern` is about files of `language`: it ends in one of its suffixes, or takes every file.

    A pattern that names a folder and no suffix (`src/api/**`) is about the folder: only a path can tell.
    """
    suffixes = [suffix.removeprefix(".") for suffix in language.suffixes]
    for alternative in expand(pattern):
        _, dot, ending = alternative.rpartition("/")[2].rpartition(".")
        if not dot and not alternative.strip("*/"):
            return True
        if dot and any(matches(ending, suffix) for suffix in suffixes):
            return True
    return False


@lru_cache(maxsize=512)
def expand(pattern: str) -> tuple[str, ...]:
    """Return the patterns that `pattern` stands for, at most 200: braces chosen, `**` alone in its part."""
    if len(pattern) > MAX_PATTERN:
        return ()
    done: list[str] = []
    waiting = [pattern]
    while waiting and len(done) + len(waiting) <= MAX_ALTERNATIVES:
        current = waiting.pop(0)
        if brace := _BRACE.search(current):
            before, after = current[: brace.start()], current[brace.end() :]
            waiting.extend(before + choice + after for choice in _choices(brace[1]))
        elif stars := _GLUED_STARS.search(current):
            before, after = current[: stars.start()], current[stars.end() :]
            waiting.extend((f"{before}*{after}", f"{before}*/**/*{after}"))
        else:
            done.append(current.replace("\0", "{").replace("\1", "}"))
    return tuple(done)


def _choices(inside: str) -> list[str]:
    bounds = _RANGE.fullmatch(inside)
    if bounds:
        low, high = sorted((int(bounds[1]), int(bounds[2])))
        return [str(number) for number in range(low, min(high, low + MAX_ALTERNATIVES) + 1)]
    if "," not in inside:
        return [f"\0{inside}\1"]
    return inside.split(",")


def _match(pattern: list[str], parts: list[str]) -> bool:
    """Follow the positions in `parts` that the pattern can have reached."""
    reached = {0}
    for part in pattern:
        if part == "**":
            reached = set(range(min(reached), len(parts) + 1))
        else:
            regex = _compile(part)
            reached = {at + 1 for at in reached if at < len(parts) and regex.match(parts[at])}
        if not reached:
            return False
    return len(parts) in reached


@lru_cache(maxsize=512)
def _compile(part: str) -> re.Pattern[str]:
    """Compile one part; `fnmatch` writes `[!a]` for `[^a]` and has brackets instead of a backslash."""
    plain = re.sub(r"\\(.)", r"[\1]", part).replace("[^", "[!")
    return re.compile(fnmatch.translate(plain))
