"""The names of what a request asks for. Its one rule: only the plainest forms are read; all else gets a plain name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from code_assistant.scaffold.naming import Words, ascii_words, fit
from code_assistant.scaffold.prose import looks_secret
from code_assistant.scaffold.words import read_words

FALLBACK: Words = ("requested", "feature")

QUESTION = re.compile(
    r"\b(?:checks?|tests?|determines?|tells?)\s+(?:if|whether)\s+(?:an?\s+|the\s+|two\s+)?(\w+)\s+(is|are|has)\s+(?:an?\s+)?(\w+)",
    re.IGNORECASE,
)
"""`check whether a number is prime`: the value, the verb and the property."""

_NAMED = re.compile(
    r"\b(?:called|named)\s+[\"'`]?([A-Za-z_]\w{0,60})|`([A-Za-z_]\w{1,60})(?:\(\))?`"
    r"|\b(?:class|struct|interface|component|model)\s+([A-Z]\w{0,60})\b"
    r"|(?<!\w)([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+|[a-z]\w{0,30}_[a-z0-9]\w{0,30})(?!\w)"
)
_WORDS = read_words()["phrases"]
_PRODUCTS = _WORDS["products"]
_FRAMEWORKS = _WORDS["frameworks"]
_MAKERS = _WORDS["makers"]
_STOP_WORDS = _WORDS["stop_words"]
_KIND_WORDS = _WORDS["kind_words"]
"""Words that say what kind of thing is wanted, and so are no part of its name."""
_BREAKS = _WORDS["breaks"]
"""A phrase ends before one of these."""
_VERBS = _WORDS["verbs"]


def find_name(text: str) -> Words:
    """The name that the request writes as an identifier or after "called"; empty where it writes none."""
    for match in _NAMED.finditer(text):
        name = next(filter(None, match.groups()))
        if name.lower() not in _PRODUCTS and not looks_secret(name):
            return fit(ascii_words(name), FALLBACK)
    return ()


def find_action(text: str, *, only_first: bool = False) -> Words:
    """`("reverse", "string")` in "that reverses a string", "to reverse a string" and "Reverse a string"."""
    if not only_first and (question := QUESTION.search(text)):
        return question[2].lower(), *fit(ascii_words(question[3]), ("valid",))
    tokens = _tokens(text)
    if tokens and (verb := _base(tokens[0], tokens[1:2])) and (found := _phrase(tokens[1:])):
        return _join(verb, found)
    for index, token in enumerate(tokens[:-1]):
        if not only_first and token in ("that", "which", "to") and (verb := _base(tokens[index + 1], ["a"])):
            return _join(verb, _phrase(tokens[index + 2 :]))
    return ()


def find_noun(text: str, libraries: Sequence[str]) -> Words:
    """`("user", "authentication")` in "an endpoint for user authentication" and "a user authentication endpoint"."""
    products = _FRAMEWORKS | {name.lower() for name in libraries}
    tokens = [token for token in _tokens(text) if token not in products]
    start = next((index + 1 for index, token in enumerate(tokens[:4]) if token in _MAKERS), 0)
    if direct := _phrase(tokens[start:]):
        return fit(direct, FALLBACK)
    for index, token in enumerate(tokens):
        if token in ("table", "tables") and (found := _phrase(tokens[index - 1 : index])):
            return found
        if token in ("for", "of", "in") and (found := _phrase(tokens[index + 1 :])):
            return fit(found, FALLBACK)
    return ()


def split_names(text: str) -> list[Words]:
    """At most six names out of `add_item, remove_item and total`; a word that only joins others is none."""
    found = (ascii_words(name) for name in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", text.strip(" ,")))
    plain = (words for words in found if words and not {*words[:1]} & (_BREAKS | _STOP_WORDS))
    return list(dict.fromkeys(fit(words, FALLBACK) for words in plain))[:6]


def is_verb(word: str) -> bool:
    """Tell whether `word` is one of the verbs that are known."""
    return word in _VERBS


def _join(verb: str, objects: Words) -> Words:
    """A name of both; where it would be too long the last of the objects, which is the head, stays."""
    words = (verb, *objects)
    while len(words) > 2 and fit(words, ()) != words:
        words = (verb, *words[2:])
    return fit(words, FALLBACK)


def _tokens(text: str) -> list[str]:
    return [token.lower() for token in re.findall(r"[A-Za-z0-9][\w'-]*|[.,;:!?()]", text)]


def _base(token: str, after: Sequence[str]) -> str:
    """`sort` for `sorts`; empty for what is no verb, as far as a list of verbs and an article behind it tell."""
    forms = (token, token.removesuffix("s"), token.removesuffix("es"), f"{token.removesuffix('ies')}y")
    known = next((form for form in forms if form in _VERBS), "")
    is_unknown_verb = token not in _MAKERS and after in (["a"], ["an"], ["the"], ["all"]) and token.isalpha()
    if known in _MAKERS or not (known or is_unknown_verb) or token in _STOP_WORDS | _BREAKS:
        return ""
    return known or token


def _phrase(tokens: Sequence[str]) -> Words:
    found: list[str] = []
    for index, word in enumerate(tokens[:12]):
        is_of_many = word == "of" and tokens[index - 1 : index] and tokens[index - 1] in _STOP_WORDS
        if is_of_many or word in _STOP_WORDS | _KIND_WORDS | _MAKERS:
            continue
        if not word[0].isalnum() or word in _BREAKS or word == "of":
            break
        found.extend(() if looks_secret(word) else ascii_words(word.replace("'s", "")))
    return tuple(found[:4])
