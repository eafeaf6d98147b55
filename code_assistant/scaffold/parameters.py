"""Parameters named in a request. Its one rule: an item that is not plainly a value is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from code_assistant.scaffold.fields import MANY, TYPE_WORDS, NamedValue, guess_type, make_value
from code_assistant.scaffold.naming import Words, ascii_words
from code_assistant.scaffold.phrases import is_verb
from code_assistant.scaffold.words import read_words

MAX_PARAMETERS = 6

_END = r"(?=[.;:]|\b(?:and returns?|returning|returns?|that|which|then|to|using|in|for|with methods?|as)\b|$)"
_TAKES = re.compile(rf"\b(?:takes?|taking|accepts?|accepting|receives?|given)\s+(?P<items>.+?){_END}", re.IGNORECASE)
_FIELDS = re.compile(
    rf"\b(?:with\s+)?(?:the\s+)?(?:parameters?|fields?|columns?|properties|props)\s*:?\s+(?P<items>.+?){_END}",
    re.IGNORECASE,
)
_WITH = re.compile(rf"\b(?:with|by|has|having)\s+(?P<items>.+?){_END}", re.IGNORECASE)
_WORDS = read_words()["parameters"]
_ARTICLES = _WORDS["articles"]
_NO_VALUES = _WORDS["no_values"]
_COUNTED = {"two": ("first", "second"), "three": ("first", "second", "third")}
_LISTS = _WORDS["lists"]
_PRODUCERS = _WORDS["producers"]
_READERS = _WORDS["readers"]
_SOURCE = re.compile(r"(?<!list )(?<!number )\b(?:of|in|from|by)\s+(?:an?\s+|the\s+)?([a-z]{2,20})\b", re.IGNORECASE)
_MANY = re.compile(r"\b(?:list|array) of [a-z]{2,20}\b|(?<!to )\b(?:two|three) [a-z]{2,20}s\b", re.IGNORECASE)


def find_parameters(text: str) -> tuple[str, tuple[NamedValue, ...]]:
    """Return the part of `text` that lists values, and them; nothing of both where there is none."""
    for pattern in (_TAKES, _FIELDS, _WITH):
        for match in pattern.finditer(text):
            items = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", match["items"][:300].strip())[
                : MAX_PARAMETERS + 2
            ]
            if pattern is _WITH and 2 * sum(map(_is_known, items)) < len(items):
                continue
            if values := [value for item in items for value in _read_item(item)]:
                return match[0], tuple(values[:MAX_PARAMETERS])
    return "", ()


def object_parameters(text: str, action: Words) -> tuple[NamedValue, ...]:
    """What a function works on: "a list of words", "two numbers", or the object of its verb.

    What is computed or found comes out: then it is what stands behind "of", "in", "from" or "by" that goes in.
    """
    if match := _MANY.search(text):
        return tuple(_read_item(match[0]))
    objects = tuple(word for word in action[1:] if word.isalpha())[-2:] if is_verb(action[0]) else ()
    if action[0] in _PRODUCERS:
        match = _SOURCE.search(text)
        objects = (match[1].lower(),) if match and match[1].lower() not in _NO_VALUES else ()
    if objects[-1:] in (("string",), ("number",), ("integer",), ("text",)):
        return tuple(_read_item(objects[-1]))
    return (make_value(objects or ("value",), "text" if action[0] in _READERS else None),)


def _words_of(item: str) -> Words:
    return tuple(word for word in ascii_words(item) if word not in _ARTICLES)


def _is_known(item: str) -> bool:
    words = _words_of(item)
    return 0 < len(words) <= 3 and guess_type(words) is not None


def _read_item(item: str) -> Sequence[NamedValue]:
    words = _words_of(item)
    if not words or len(words) > 4 or {*words} & _NO_VALUES:
        return ()
    stated = next((TYPE_WORDS[word] for word in words if word in TYPE_WORDS and word not in _LISTS), None)
    if words[0] in _COUNTED and len(words) > 1:
        noun = f"{words[-1][:-3]}y" if words[-1].endswith("ies") else words[-1].removesuffix("s")
        kind = TYPE_WORDS.get(noun, "text")
        return [make_value((order, noun), kind) for order in _COUNTED[words[0]]]
    if {*words} & _LISTS:
        names = tuple(word for word in words if word not in _LISTS) or ("values",)
        return [make_value(names, MANY.get(stated or "text", stated or "texts"))]
    names = tuple(word for word in words if word not in TYPE_WORDS)
    if not names:
        names = words if len(words) == 1 and stated != "text" else (("text",) if stated == "text" else words[-1:])
    return [make_value(names, guess_type(names) if stated is None else stated)]
