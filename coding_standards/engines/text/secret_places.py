"""Where code keeps the secrets that nobody issued: beside a name, in an address, in a call that takes one.

Its one rule: every place begins at a word that is looked up, and what is read from there has a bound, so that the time
is that of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from coding_standards.engines.patterns import PatternFile
from coding_standards.engines.text.secret_values import (
    is_made_up,
    is_no_public_key,
    looks_chosen,
    looks_issued,
    looks_random,
    looks_random_in_url,
)

_Judge = Callable[[str], bool]
_PATTERNS = PatternFile(Path(__file__).with_name("secret_places.yml"))

_OWNERS = ("secret", "secretor", "api", "access", "private", "signing", "encryption", "jwt", "hmac", "aes", "master")
_KEYS = tuple(f"{whose}{between}key" for whose in _OWNERS for between in ("", "_", "-"))
_TOKENS = tuple(f"{whose}{between}token" for whose in ("auth", "access", "api", "bearer") for between in ("", "_", "-"))
_NAMES: dict[str, tuple[tuple[str, ...], _Judge, _Judge | None]] = {
    **{name: ((name,), looks_random, None) for name in ("password", "passwd", "passphrase", "secret", "identified by")},
    **dict.fromkeys(("pass", "pwd", "pw"), ((), looks_random, looks_chosen)),
    "key": (_KEYS, looks_random, None),
    "token": (_TOKENS, looks_random, looks_issued),
}
"""How the name of a secret ends, folded -> the longer names, what their values must look like, and those of others."""
_WITHIN_WORDS = frozenset({"pass", "pwd", "pw"})
"""Words that are also the end of others: `bypass`."""

_FOLLOWING = frozenset("\"'`]):=(|? \t\r\n")
"""What may stand behind a name that is given a value; most places are ruled out by this."""

_SETTER = re.compile(r"(?:\.|\b)set_?[A-Za-z_]{0,30}$|\.$", re.IGNORECASE)
_TAKES_PAIRS = re.compile(
    r"(?:put|set|setProperty|get|getProperty|getOrDefault|insert|var|\w{0,12}env\w{0,12}|header|append|of|entry|config"
    r"|flag\.String)\(\s*[\"'][\w.-]{0,60}$",
    re.IGNORECASE,
)
_LOOKS_BACK = 90
"""Characters before the name in which a call stands that takes a name and its value."""


def places_of_secrets(code: str, folded: str) -> Iterator[int]:
    """Offsets at which a value begins that looks like a secret and stands where one is expected."""
    for word, (names, known, other) in _NAMES.items():
        for start in places(folded, word):
            end = start + len(word)
            judge = known if folded.endswith(names, 0, end) else other
            is_name = judge is not None and code[end : end + 1] in _FOLLOWING
            if is_name and judge and (word not in _WITHIN_WORDS or _begins_word(code, start)):
                yield from _beside(code, start, end, judge)
    for match in _match_after("calls", code, folded):
        yield from _value(match, looks_random)
    for match in _match_after("signing", code, folded):
        yield from _signing_key(code, match)
    yield from _in_addresses(code, folded)
    for start in places(folded, "bearer "):
        yield from _value(_PATTERNS.match("bearer", code, start + len("bearer")), looks_issued)
    for start in places(folded, "${"):
        found = _PATTERNS.match("placeholder", code, start + 1)
        if found:
            yield from _value(found, _find_judge(found["name"].lower()))


def places(folded: str, word: str) -> Iterator[int]:
    """Where a word stands."""
    place = folded.find(word)
    while place >= 0:
        yield place
        place = folded.find(word, place + 1)


def _find_judge(name: str) -> _Judge:
    return looks_random if name in _NAMES and name not in {"key", "token"} else looks_issued


def _begins_word(code: str, start: int) -> bool:
    before = code[start - 1 : start]
    return not before.isalpha() or (before.islower() and code[start].isupper())


def _beside(code: str, start: int, end: int, judge: _Judge) -> Iterator[int]:
    """The value that is given to the name between `start` and `end`."""
    before = code[max(0, start - _LOOKS_BACK) : start]
    match = _PATTERNS.match("given", code, end)
    if match and match[0].startswith("(") and not _SETTER.search(before):
        match = None
    match = match or _PATTERNS.match("fallbacks", code, end)
    if match is None and _TAKES_PAIRS.search(before):
        match = _PATTERNS.match("passed", code, end)
    yield from _value(match or _PATTERNS.match("unquoted", code, end), judge)


def _signing_key(code: str, match: re.Match[str] | None) -> Iterator[int]:
    """A key as a literal, here or where its name is given one."""
    if match is not None and match["name"]:
        named = re.compile(rf"\b{match['name']}(?:\s{{0,9}}:\s{{0,9}}\w{{1,20}}|\s{{1,9}}string)?\s{{0,9}}:?=\s{{0,9}}")
        given = (_PATTERNS.match("key", code, found.end()) for found in named.finditer(code))
        match = next((key for key in given if key is not None), None)
    yield from _value(match, is_no_public_key)


def _in_addresses(code: str, folded: str) -> Iterator[int]:
    """`scheme://user:...@host`, and `user:...@tcp(host)` as Go's drivers have it."""
    for start in places(folded, "://"):
        yield from _value(_PATTERNS.match("url", code, start), looks_random_in_url)
    for mark in ("@tcp(", "@unix("):
        for start in places(folded, mark):
            first = max(0, start - 150)
            found = _PATTERNS.groups["dsn"][0].expression.search(code[first:start])
            yield from _value(found, looks_random_in_url, first)


def _value(match: re.Match[str] | None, judge: _Judge, base: int = 0) -> Iterator[int]:
    if match and judge(match["value"]) and not is_made_up(match["value"]):
        yield base + match.start("quote" if "quote" in match.re.groupindex else "value")


def _match_after(group: str, code: str, folded: str) -> Iterator[re.Match[str] | None]:
    """What stands behind each of the words of a group."""
    for pattern in _PATTERNS.groups[group]:
        for word in pattern.after:
            for start in places(folded, word):
                yield pattern.expression.match(code, start + len(word))
