"""What a value has to look like to be taken for a secret.

Its one rule: a place holder, a name or a path is no secret; what is found looks as if nobody chose it to be read.
"""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"example|change|your|xxx|test|dummy|fake|mock|placeholder|sample|demo|secret|passw|pwd|token|key|foo|bar|default"
    r"|none|null|1234|abcd|insert|replace|enter|redact|invalid|wrong|local|admin|hash|auth",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[{}<>()\[\]%:/\\ ]|\$[A-Za-z]|\.\.")
_NAME = re.compile(
    r"(?:[A-Za-z][a-z]*|[A-Z]+)[0-9]{1,5}[a-z]*|[A-Z0-9_]+|[a-z]+(?:[A-Z][a-z]+)+[0-9]*"
    r"|(?:(?:[A-Za-z]+[0-9]{0,5}|[0-9]{1,4}[a-z]{0,3})[_.+-]{1,2})+(?:[A-Za-z]+[0-9]{0,5}|[0-9]{1,4}[a-z]{0,3})"
)
"""`hmac256`, `pbkdf2_sha256`, `MODE_2`, `loginForm2`, `col-span-2`: a word with a number to it, or several."""
_WORDS_OF_CAMEL = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]+(?![a-z]))+[0-9]*[a-z]?")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{40,88}|[A-Za-z0-9+/]{22,198}={1,2}")
_DJANGO = re.compile(r"(?:django-insecure-)?[a-z0-9!@#$%^&*(_=+)-]{50}")
"""What `django-admin startproject` makes."""
_OPAQUE = re.compile(r"[A-Za-z0-9_.+/=~-]+")
_BOT = re.compile(r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}")
_MADE_UP = re.compile(r"example|0{6}|1{6}|123456|abcdef|([a-z*._-])\1{5}", re.IGNORECASE)
_LEET = re.compile(r"p[a4@][s5$]{2}|change|^dev|^root\d*$", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_MIN_IN_URL = 8
_MIN_ISSUED = 16
_RUN = re.compile(r"[a-z]{7}")


def is_made_up(text: str) -> bool:
    """Whether a text in the shape of a key was made to show that shape."""
    return _MADE_UP.search(text) is not None


def is_no_public_key(value: str) -> bool:
    """Whether a text that is used as a key is one to keep, and no place holder of a template or name of a file."""
    return not any(word in value for word in ("PUBLIC", "CERTIFICATE", "${", "{{", ".pem", ".pub"))


def looks_random(value: str) -> bool:
    """Letters and digits, and neither a place holder nor a name: enough for what is called a password or a secret."""
    upper, lower, digits = _counts(value)
    if not digits or upper + lower < 2 or _WORDS.search(value) or _NAME.fullmatch(value):
        return False
    is_base64 = min(upper, lower) > 3 and digits > 1 and _BASE64.fullmatch(value) is not None
    return is_base64 or _MARKS.search(value) is None or _DJANGO.fullmatch(value) is not None


def looks_chosen(value: str) -> bool:
    """The same in both cases or with a sign: for names that may as well mean something else, such as `pass`."""
    upper, lower, digits = _counts(value)
    has_sign = upper + lower + digits < len(value.replace("-", "").replace("_", "").replace(".", ""))
    is_mixed = has_sign or min(upper, lower) > 0
    return is_mixed and looks_random(value) and not _WORDS_OF_CAMEL.fullmatch(value)


def looks_issued(value: str) -> bool:
    """Long, in both cases and with digits between: for `token`, which parsers have as well."""
    if _BOT.fullmatch(value):
        return not is_made_up(value)
    upper, lower, digits = _counts(value)
    is_mixed = min(upper, lower, digits) > 1 and len(value) >= _MIN_ISSUED and len(re.findall("[0-9]+", value)) > 1
    if not is_mixed or _RUN.search(value) or is_made_up(value):
        return False
    return looks_random(value.replace(":", "")) and _OPAQUE.fullmatch(value) is not None


def looks_random_in_url(value: str) -> bool:
    """What stands between `user:` and `@host`, where people write `pass` and `p4ssw0rd` in examples."""
    plain = _ESCAPE.sub("x", value)
    return len(plain) >= _MIN_IN_URL and _LEET.search(plain) is None and looks_random(plain)


def _counts(value: str) -> tuple[int, int, int]:
    """Letters in upper and lower case, and digits."""
    upper = sum(character.isupper() for character in value)
    lower = sum(character.islower() for character in value)
    return upper, lower, sum(character.isdigit() for character in value)
