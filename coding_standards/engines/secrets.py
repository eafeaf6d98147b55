"""Secrets and piped downloads in strings, in every language.

Its one rule: a place holder is no secret. What is found stands in a string, looks random or has the shape of a known
key, and in a file of tests only keys that an issuer gave count, for tests make their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from coding_standards.engines.named import Hit
from coding_standards.engines.text import Text
from coding_standards.symbols import has_tests

_SHAPES = {
    "akia": r"AKIA[0-9A-Z]{16}",
    "asia": r"ASIA[0-9A-Z]{16}",
    **{f"gh{kind}_": rf"gh{kind}_[A-Za-z0-9]{{36}}" for kind in "pousr"},
    "github_pat_": r"github_pat_[A-Za-z0-9_]{22}",
    "glpat-": r"glpat-[A-Za-z0-9_-]{20}",
    "npm_": r"npm_[A-Za-z0-9]{36}",
    **{f"{kind}k_live_": rf"{kind}k_live_[A-Za-z0-9]{{20}}" for kind in "rs"},
    **{f"sk-{whose}-": rf"sk-{whose}-[A-Za-z0-9_-]{{24}}" for whose in ("proj", "ant", "svcacct")},
    **{f"xox{kind}-": rf"xox{kind}-[0-9]{{8,}}-[A-Za-z0-9-]{{10}}" for kind in "abprs"},
    "aiza": r"AIza[A-Za-z0-9_-]{35}",
    "sg.": r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
}
"""What issuers begin their keys with, folded -> the whole shape."""
_KEYS = {start: re.compile(shape) for start, shape in _SHAPES.items()}
_PEM = re.compile(r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY-----(?:\\[nr]|[\s\"'+]){1,80}[A-Za-z0-9+/]{40}")
_MADE_UP = re.compile(r"example|0{6}|1{6}|123456|abcdef|([a-z*._-])\1{5}", re.IGNORECASE)

_NAMES = (
    *("password", "passwd", "secret", "secretkey", "secret_key", "apikey", "api_key", "api-key"),
    *("accesskey", "access_key", "privatekey", "private_key", "signingkey", "signing_key"),
    *("encryptionkey", "encryption_key", "authtoken", "auth_token", "accesstoken", "access_token"),
    *("apitoken", "api_token", "bearertoken", "bearer_token", "clientsecret", "client_secret"),
)
"""How the name of a secret ends, folded."""
_VALUE = r"(?P<quote>[\"'`])(?P<value>[!-~]{8,200}?)(?P=quote)"
_MADE = r"(?:[rbuRBU]{1,2}(?=[\"'])|&|new String\(|(?:String|Secret\w*)(?:::(?:from|new))?\()?"
_TYPE = r"(?::\s*[A-Za-z&][\w&'.<>\[\]| ]{0,40}|\s+string)?"
_GIVEN = re.compile(
    # name = "...", name: "...", name: Type = "...", name string = "...", "name" => "...", setName("...")
    rf"(?:[\"']?\]?\s*{_TYPE}\s*(?::=|=>|[:=](?!=))\s*|\(\s*){_MADE}{_VALUE}"
)
_PASSED = re.compile(rf"[\"']\s*,\s*{_MADE}{_VALUE}")
_SETTER = re.compile(r"(?:\.|\b)set_?[A-Za-z_]{0,30}$", re.IGNORECASE)
_TAKES_PAIRS = re.compile(
    r"(?:put|set|setenv|setProperty|get|getenv|getProperty|getOrDefault|insert|var)\(\s*[\"'][\w.-]{0,60}$",
    re.IGNORECASE,
)
_LOOKS_BACK = 90
"""Characters before the name in which a call stands that takes a name and its value."""
_NO_SECRET = re.compile(
    r"example|change|your|xxx|test|dummy|fake|mock|placeholder|sample|demo|secret|passw|pwd|token|key|foo|bar|default"
    r"|none|null|1234|abcd|insert|replace|enter|redact|invalid|wrong|local|admin|hash|auth|[{}<>()\[\]%:/\\ ]"
    r"|\$[A-Za-z]|\.\.",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:[A-Za-z][a-z]*|[A-Z]+)[0-9]{1,5}[a-z]*|(?:[A-Za-z]+[0-9]{0,5}[_.-])+[A-Za-z]+[0-9]{0,5}|[A-Z0-9_]+"
    r"|[a-z]+(?:[A-Z][a-z]+)+[0-9]*"
)
"""`hmac256`, `pbkdf2_sha256`, `MODE_2`, `loginForm2`: a word with a number to it, or several."""

_FETCHED = r"(?:curl|wget)\s[^|\n]{3,300}"
_SHELL = r"(?:sudo\s+(?:-\S+\s+){0,3})?(?:[\w./]{0,20}/)?(?:ba|z|da|k|a)?sh(?=[\s\"'`;)\\]|$)"
_INTERPRETER = (
    r"(?:sudo\s+)?(?:[\w./]{0,20}/)?(?:python[23]?(?:\.\d+)?|perl|ruby|node|php)"
    r"(?:\s+-(?=[\s\"'`;)\\]|$)|(?=[\"'`;)\\]|\s*(?:&&|\|\||;|$)))"
)
"""Which runs what it is given, unless it is told to run something else."""
_BEGINS = r"(?:(?:then|do|else)\s+)?(?:sudo\s+|RUN\s+|set\s+-\w+\s*[;&]+\s*|(?:ba|z)?sh\s+-\w+\s+[\\\"']{1,2})?"
_PIPED = re.compile(
    rf"{_BEGINS}(?:{_FETCHED}\|\s*(?:{_SHELL}|{_INTERPRETER})"
    rf"|(?:(?:ba|z)?sh|source|\.)\s+<\(\s*(?:curl|wget)\s[^|\n)]{{3,300}}\)"
    r"|(?:(?:ba|z|da)?sh\s+-\w+|eval)\s+[\\\"']{1,2}\$\(\s*(?:curl|wget)\s[^|\n)]{3,300}\)"
    r"|(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\s[^|\n]{3,300}\|\s*(?:iex\b|Invoke-Expression\b)"
    r"|(?:iex|Invoke-Expression)\s*[\"'(&\s]{1,4}(?:iwr\b|irm\b|Invoke-WebRequest\b|Invoke-RestMethod\b|\(?New-Object\s+(?:System\.)?Net\.))",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"(?:(?:then|do|else)\s+)?(?:RUN\s+)?(?:sudo\s+(?:-\S+\s+){0,3})?(?:(?:ba|z)?sh\s+-\w+\s+[\\\"']{1,2})?(?:!\s+)?"
    r"(?:(?:cd|apt|apt-get|apk|yum|dnf|brew|pip3?|npm|mkdir|rm|cp|mv|chmod|chown|ln|curl|wget|echo|umask)\s"
    r"|(?:set|test)\s+-|export\s+\w+=|[A-Z_][A-Z0-9_]*=|command\s+-v|which\s+\S+\s*[|>&;]|\[\[?\s|source\s+\S*[./]"
    r"|(?:if|while|until)\s+(?:!|\[|command\s|test\s|which\s)|(?:then|fi|else|do|done)\s*(?:;|$)"
    r"|(?:FROM|ENV|ARG|USER|WORKDIR)\s)"
)
"""A command that scripts do before they download something; few sentences begin like it."""
_NEXT_STEP = re.compile(r"(?:&&|\|\||;)\s*")
_DELIMITER = re.compile(r"[rbufRBUF@$]{0,3}(#*)(\"{3}|'{3}|[\"'`])")
_CONTINUED = re.compile(r"\\{1,2}\n\s*")
_LINE_END = re.compile(r"\n|\\n")
_FETCHERS = ("curl ", "wget ", "iex", "invoke-expression")


def secrets(text: Text) -> Iterator[Hit]:
    """Strings that have the shape of a key, or that look random and are given to something named like a secret."""
    code = text.source.code
    folded = _folded(code)
    found = {start for prefix, key in _KEYS.items() for start in _starts_of_keys(code, folded, prefix, key)}
    own = {start for name in _NAMES for start in _starts_of_values(code, folded, name)}
    own |= set(_starts_of_keys(code, folded, "-----begin ", _PEM))
    if own and not has_tests(text.source):
        found |= own
    yield from _in_strings(text, found)


def piped_shell(text: Text) -> Iterator[Hit]:
    """Strings that begin with a command which downloads a program and runs it unseen."""
    code = text.source.code
    folded = _folded(code)
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
        is_step = _STEP.match(line) is not None
        # Of a help text, nothing but the first line is tried.
        if line and not (is_script or is_step or (has_begun and line.startswith("#"))):
            return False
        has_begun = has_begun or is_step
    return False


def _downloads_to_run(line: str) -> bool:
    start = 0
    while not _PIPED.match(line, start):
        following = _NEXT_STEP.search(line, start) if _STEP.match(line, start) else None
        if following is None:
            return False
        start = following.end()
    return True


def _inside(literal: str) -> str:
    delimiter = _DELIMITER.match(literal)
    return literal[delimiter.end() :].removesuffix(delimiter[2] + delimiter[1]) if delimiter else literal


def _starts_of_keys(code: str, folded: str, prefix: str, key: re.Pattern[str]) -> Iterator[int]:
    for start in _places(folded, prefix):
        match = key.match(code, start)
        if match and not code[start - 1 : start].isalnum() and not _MADE_UP.search(match[0]):
            yield start


def _starts_of_values(code: str, folded: str, name: str) -> Iterator[int]:
    for start in _places(folded, name):
        end = start + len(name)
        before = code[max(0, start - _LOOKS_BACK) : start]
        match = _GIVEN.match(code, end)
        if match and match[0].startswith("(") and not _SETTER.search(before):
            match = None
        if match is None and _TAKES_PAIRS.search(before):
            match = _PASSED.match(code, end)
        if match and _looks_random(match["value"]):
            yield match.start("quote")


def _looks_random(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    return digits > 0 and letters > 1 and not _NO_SECRET.search(value) and not _NAME.fullmatch(value)


def _in_strings(text: Text, starts: Iterable[int]) -> Iterator[Hit]:
    """The places that lie in strings, one for each string."""
    wanted = sorted(starts)
    if not wanted:
        return
    for first, end in text.strings:
        place = bisect_left(wanted, first)
        if place < len(wanted) and wanted[place] < end:
            yield Hit(*text.source.position(wanted[place]))


def _places(folded: str, word: str) -> Iterator[int]:
    place = folded.find(word)
    while place >= 0:
        yield place
        place = folded.find(word, place + 1)


def _folded(code: str) -> str:
    """Lower case of the same length: some letters beyond ASCII become two."""
    folded = code.lower()
    return folded if len(folded) == len(code) else re.sub("[A-Z]+", lambda match: match[0].lower(), code)
