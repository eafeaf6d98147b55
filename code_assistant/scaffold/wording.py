"""Words as people read them: acronyms in capitals, verbs in their forms, plurals made singular.

Its one rule: a word that no rule here is sure of stays as it is.
"""

from __future__ import annotations

import re

from code_assistant.scaffold.naming import Words, word_set
from code_assistant.scaffold.vocabulary import VERBS

_ACRONYMS = word_set(
    "api css csv dns faq gps html http https id ids iso json jwt pdf rss sql ssh tls ui uri url urls utc uuid vat xml"
)
_IRREGULAR = {
    "analyses": "analysis", "children": "child", "cookies": "cookie", "criteria": "criterion", "halves": "half",
    "indices": "index", "leaves": "leaf", "lives": "life", "men": "man", "movies": "movie", "people": "person",
    "shelves": "shelf", "shoes": "shoe", "women": "woman",
}  # fmt: skip
_VERBS = VERBS | word_set("check describe log look manage sign")
_NO_PLURAL = word_set("news series species sms")


def spoken(words: Words) -> str:
    """`parse ISO dates` for `("parse", "iso", "dates")`."""
    return " ".join(_spelt(word) for word in words)


def heading(words: Words) -> str:
    """`User ID` for `("user", "id")`."""
    text = spoken(words)
    return text[:1].upper() + text[1:]


def singular(words: Words) -> Words:
    """`("purchase", "order")` for `("purchase", "orders")`."""
    return (*words[:-1], _singular(words[-1]))


def plural(words: Words) -> Words:
    """`("purchase", "orders")` for `("purchase", "order")`; what is a plural already stays."""
    if not words or words[-1].endswith("s") or words[-1] in _IRREGULAR.values() or words[-1] in _NO_PLURAL:
        return words
    return (*words[:-1], third_person(words[-1]))


def gerund(verb: str) -> str:
    """`sorting` for `sort`."""
    if verb.endswith("e"):
        return f"{verb[:-1]}ing"
    return f"{verb}{verb[-1]}ing" if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb) else f"{verb}ing"


def third_person(verb: str) -> str:
    """`sorts` for `sort`."""
    if verb in ("is", "has"):
        return verb
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("ch", "sh", "ss", "x", "z")) else f"{verb}s"


def does(words: Words) -> str:
    """`sorts numbers` for `("sort", "numbers")`: what stands behind a function's name in its comment."""
    if words[0] in ("is", "has", "are"):
        return f"tells whether {'they' if words[0] == 'are' else 'it'} {spoken(words)}"
    if words[0] in _VERBS:
        return " ".join(filter(None, (third_person(words[0]), spoken(words[1:]))))
    return f"is the start of: {spoken(words)}"


def _spelt(word: str) -> str:
    if word not in _ACRONYMS:
        return word
    return f"{word[:-1].upper()}s" if word in ("ids", "urls") else word.upper()


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _NO_PLURAL or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    has_es = word.endswith(("sses", "shes", "ches", "xes", "zzes", "oes"))
    return word[:-2] if has_es or re.search(r"(?<![oac])uses$", word) else word[:-1]
