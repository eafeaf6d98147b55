"""Where code keeps the secrets that nobody issued: beside a name, in an address, in a call that takes one.

Its one rule: every place begins at a word that is looked up, and what is read from there has a bound, so that the time
is that of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from coding_standards.engines.text.secret_values import (
    is_made_up,
    is_no_public_key,
    looks_chosen,
    looks_issued,
    looks_random,
    looks_random_in_url,
)

_Judge = Callable[[str], bool]

_KEYS = tuple(
    f"{whose}{between}key"
    for whose in ("secret", "api", "access", "private", "signing", "encryption", "jwt", "hmac", "aes", "master")
    for between in ("", "_", "-")
)
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

_VALUE = r"(?P<quote>[\"'`])(?P<value>[!-~]{8,200}?)(?P=quote)"
_MADE = (
    r"(?:[rbuRBUN]{1,2}(?=[\"'])|&|\[\]byte\(|Buffer\.from\(|new TextEncoder\(\)\.encode\(|new String\(|Some\("
    r"|(?:\w{1,30}\.)?[Ff]ield\(\s*(?:default\s*=\s*)?(?:Secret\w*\()?|(?:String|Secret\w*)(?:::(?:from|new))?\()?"
)
# White space has a bound wherever more of it may follow, or a long row of it would take minutes.
_TYPE = r"(?:\s{0,40}:\s{0,40}[A-Za-z&][\w&'.<>\[\]| ]{0,40}|\s{1,40}string)?"
_GIVEN = re.compile(
    # name = "...", name: "...", name: Type = "...", name string = "...", "name" => "...", setName("...")
    rf"(?:[\"']?\]?{_TYPE}\s{{0,40}}(?::=|=>|[:=](?!=))\s*|\(\s*){_MADE}{_VALUE}"
)
_FALLBACKS = tuple(
    re.compile(before + _MADE + _VALUE)
    for before in (
        # env.NAME || "...", env["NAME"] ?? "...", environ.get("NAME") or "..."
        r"[\"'`]?[\])]{0,3}\s*(?:(?:\|\||\?\?)=?|\bor\b)\s*",
        # name = whatever || "..."
        rf"{_TYPE}\s{{0,40}}(?::=|[:=](?!=))\s*[\w.\[\]()\"'?!]{{1,80}}\s*(?:\|\||\?\?|\bor\b)\s*",
        # var("NAME").unwrap_or_else(|_| "..."), ofNullable(getenv("NAME")).orElse("...")
        r"[\"']\s*\)+\s*\.(?:unwrap_or|unwrap_or_else|or_else|orElse|orElseGet)\(\s*(?:(?:\|[^|\n]{0,20}\||\(\)\s*->)\s*)?(?:\{\s*)?",
        # config("NAME", default="...")
        r"[\"'`]\s*,[^\n]{0,40}?\bdefault(?:_value|Value)?\s*[=:]\s*",
        # PASSWORD '...' and IDENTIFIED BY '...' in SQL
        r"\s+(?=')",
    )
)
_UNQUOTED = re.compile(r"=(?P<value>[!#-%()*-:?-\[\]^_a-z~]{8,100})(?=[\s;&\"'`\\]|$)")
"""`password=...` within a string."""
_PASSED = re.compile(rf"[\"']\s*,\s*{_MADE}{_VALUE}")
_SETTER = re.compile(r"(?:\.|\b)set_?[A-Za-z_]{0,30}$|\.$", re.IGNORECASE)
_TAKES_PAIRS = re.compile(
    r"(?:put|set|setProperty|get|getProperty|getOrDefault|insert|var|\w{0,12}env\w{0,12}|header|append|of|entry|config"
    r"|flag\.String)\(\s*[\"'][\w.-]{0,60}$",
    re.IGNORECASE,
)
_LOOKS_BACK = 90
"""Characters before the name in which a call stands that takes a name and its value."""

_ARGUMENT = r"(?:\"[^\"\n]{0,120}\"|'[^'\n]{0,120}'|\{[^{}]{0,200}\}|[^\s,;\"'`{}][^,;\"'`{}\n]{0,100})\s{0,9},\s{0,40}"
_CALLS = {
    word: re.compile(rf"\s{{0,40}}{_ARGUMENT * before}{_MADE}{_VALUE}")
    for before, words in (
        (2, ("getconnection(",)),
        (1, ("basicauth(", "basic_auth(", "auth=(", ".login(", "passwordauthentication(")),
        (0, ("bearer_auth(", "bearerauth(", "new_from_slice(")),
    )
    for word in words
}
"""Calls that take a secret, folded -> the arguments up to it."""
_KEY = rf"{_MADE}(?P<quote>[\"'`])(?P<value>[!-~]{{1,200}}?)(?P=quote)"
_SIGNING = {
    word: re.compile(rf"\s{{0,40}}{_ARGUMENT * before}(?:{_KEY}|(?P<name>[A-Za-z_]\w{{0,60}})\s{{0,9}}[,)])")
    for before, words in (
        (1, ("jwt.sign(", "jwt.verify(", "jwt.encode(", "jwt.decode(", "createhmac(", "signwith(", "hmac.new(")),
        (0, ("secretkeyspec(", "cookieparser(", "hmacshakeyfor(", "from_secret(", "newcookiestore(", "fernet(")),
        (0, ("hmac256(", "hmac384(", "hmac512(", "signedstring(")),
    )
    for word in words
}
"""Calls that sign with a key, folded: whatever it says, a key that stands in the code is known to its readers."""

_URL = re.compile(r"://[^\s:/@\"'`?#]{0,60}:(?P<value>[^\s@/\"'`]{8,100})@[A-Za-z0-9._\[{$-]")
_DSN = re.compile(r"[\"'`][\w.-]{1,40}:(?P<value>[^\s@:/\"'`]{8,100})$")
_BEARER = re.compile(r"\s(?P<value>[A-Za-z0-9._~+/=-]{20,400})(?=[\"'`\\])")
_PLACEHOLDER = re.compile(r"\{[\w.-]{1,80}?(?P<name>[A-Za-z]+):(?P<value>[^{}\s\"'`]{8,200})\}")


def places_of_secrets(code: str, folded: str) -> Iterator[int]:
    """Offsets at which a value begins that looks like a secret and stands where one is expected."""
    for word, (names, known, other) in _NAMES.items():
        for start in places(folded, word):
            end = start + len(word)
            judge = known if folded.endswith(names, 0, end) else other
            is_name = judge is not None and code[end : end + 1] in _FOLLOWING
            if is_name and judge and (word not in _WITHIN_WORDS or _begins_word(code, start)):
                yield from _beside(code, start, end, judge)
    for word, call in _CALLS.items():
        for start in places(folded, word):
            yield from _value(call.match(code, start + len(word)), looks_random)
    for word, call in _SIGNING.items():
        for start in places(folded, word):
            yield from _signing_key(code, call.match(code, start + len(word)))
    yield from _in_addresses(code, folded)
    for start in places(folded, "bearer "):
        yield from _value(_BEARER.match(code, start + len("bearer")), looks_issued)
    for start in places(folded, "${"):
        found = _PLACEHOLDER.match(code, start + 1)
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
    match = _GIVEN.match(code, end)
    if match and match[0].startswith("(") and not _SETTER.search(before):
        match = None
    for fallback in _FALLBACKS if match is None else ():
        match = match or fallback.match(code, end)
    if match is None and _TAKES_PAIRS.search(before):
        match = _PASSED.match(code, end)
    yield from _value(match or _UNQUOTED.match(code, end), judge)


def _signing_key(code: str, match: re.Match[str] | None) -> Iterator[int]:
    """A key as a literal, here or where its name is given one."""
    if match is not None and match["name"]:
        given = re.compile(
            rf"\b{match['name']}(?:\s{{0,9}}:\s{{0,9}}\w{{1,20}}|\s{{1,9}}string)?\s{{0,9}}:?=\s{{0,9}}{_KEY}"
        )
        match = given.search(code)
    yield from _value(match, is_no_public_key)


def _in_addresses(code: str, folded: str) -> Iterator[int]:
    """`scheme://user:...@host`, and `user:...@tcp(host)` as Go's drivers have it."""
    for start in places(folded, "://"):
        yield from _value(_URL.match(code, start), looks_random_in_url)
    for mark in ("@tcp(", "@unix("):
        for start in places(folded, mark):
            first = max(0, start - 150)
            yield from _value(_DSN.search(code[first:start]), looks_random_in_url, first)


def _value(match: re.Match[str] | None, judge: _Judge, base: int = 0) -> Iterator[int]:
    if match and judge(match["value"]) and not is_made_up(match["value"]):
        yield base + match.start("quote" if "quote" in match.re.groupindex else "value")
